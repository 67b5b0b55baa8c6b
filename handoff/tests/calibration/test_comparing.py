"""What may be said of two groups, and what may not."""

from __future__ import annotations

import pytest

from handoff.calibration.comparing import Verdict, certainty, compare, difference, difference_alike
from handoff.calibration.counting import Counts
from handoff.calibration.practices import HELD, PRACTICES
from handoff.calibration.words import said, said_alike
from handoff.numbers.figures import Z_95, Share

CONFIRMED, _, _, CONNECTED = PRACTICES


def counts(*shares: Share, alike=None, practice=CONFIRMED) -> Counts:
    return Counts(practice, HELD, shares, alike or {})


def compared(*shares: Share, **more):
    (found,) = compare([counts(*shares, **more)])
    return found


@pytest.mark.parametrize(
    ("first", "last", "low", "high"),
    [
        # Newcombe (1998), table II, method 10: his contrasts a, b, e and h.
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(5, 56), Share(0, 29), -0.0381, 0.1926),
        (Share(10, 10), Share(0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_lies_where_newcombe_says(first, last, low, high):
    assert difference(first, last, z=Z_95) == pytest.approx((low, high), abs=0.00006)


def test_who_compares_more_has_to_be_surer():
    assert certainty(1) == pytest.approx(Z_95, abs=1e-5)
    assert certainty(20) > certainty(2) > certainty(1)
    assert certainty(0) == certainty(1)


def test_what_one_comparison_would_name_sixteen_do_not():
    barely = counts(Share(60, 100), Share(45, 100))

    (alone,) = compare([barely])
    among_many = compare([barely] * 16)

    assert alone.verdict == Verdict.MORE
    assert {each.verdict for each in among_many} == {Verdict.NEITHER}


def test_those_with_too_few_do_not_make_the_others_wait():
    few = counts(Share(1, 2), Share(1, 2))

    found = compare([counts(Share(60, 100), Share(45, 100)), *[few] * 15])

    assert found[0].verdict == Verdict.MORE


def test_a_clear_difference_is_said_with_the_least_that_it_is():
    found = compared(Share(168, 200), Share(122, 200))

    assert found.verdict == Verdict.MORE
    assert (
        said(found)
        == "Confirmed appointments were held more often: 84% against 61%, a difference of at least 14 points."
    )


def test_a_difference_the_other_way_is_said_as_plainly():
    found = compared(Share(122, 200), Share(168, 200))

    assert found.verdict == Verdict.LESS
    assert said(found).startswith("Confirmed appointments were held less often: 61% against 84%, ")


def test_no_difference_is_said_with_what_it_may_still_be():
    found = compared(Share(31, 50), Share(29, 50))

    assert said(found) == "No difference to be seen yet: it may be anything from 15 points less to 22 points more."


def test_nineteen_cases_are_too_few():
    assert said(compared(Share(19, 19), Share(0, 500))) == "Too few yet: 19 of the 20 that it takes in each group."
    assert compared(Share(20, 20), Share(0, 500)).verdict == Verdict.MORE


def test_groups_are_chosen_by_how_many_they_are():
    found = compared(Share(3, 4), Share(90, 100), Share(60, 100), Share(0, 4), practice=CONNECTED)

    assert found.pair == (1, 2)
    assert "90% against 60% (1 to 2 min)" in said(found)


def test_four_groups_of_which_one_has_enough_are_too_few():
    found = compared(Share(3, 4), Share(90, 100), Share(5, 7), Share(0, 4), practice=CONNECTED)

    assert said(found) == "Too few yet: 7 of the 20 that it takes in two groups."


def test_what_is_only_the_mix_is_no_finding():
    """Simpson's: the confirmed ones are mostly of the good source, and within each source they are held less."""
    alike = {
        ("scheduled", "Referral"): {0: Share(170, 200), 1: Share(18, 20)},
        ("scheduled", "Facebook"): {0: Share(4, 20), 1: Share(60, 200)},
    }
    mixed = counts(Share(174, 220), Share(78, 220), alike=alike)

    (found,) = compare([mixed])

    assert found.at_least > 0
    assert found.alike == pytest.approx(-0.08, abs=0.03)
    assert found.verdict == Verdict.NEITHER
    assert said(found).startswith("No finding: ")
    assert said_alike(found) == ""


def test_handoffs_alike_weigh_by_how_many_they_have_to_compare():
    alike = {
        ("scheduled", "Referral"): {0: Share(8, 10), 1: Share(5, 10)},
        ("scheduled", "Facebook"): {0: Share(15, 30), 1: Share(12, 30)},
        ("scheduled", "Website"): {0: Share(9, 9)},
    }

    # weights 5 and 15: (5 * 0.3 + 15 * 0.1) / 20
    assert difference_alike(counts(alike=alike), (0, 1)) == pytest.approx(0.15)
    assert difference_alike(counts(alike={}), (0, 1)) is None
