"""Patterns as arithmetic: when there is one, when it is over, and what never makes one."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.coaching.patterns import CONTRADICTS, Judged, Pattern, Ways, focus_of, latest_pattern
from handoff.coaching.states import CARD_MOVES, LIVE, CardStatus, Focus
from handoff.models.outcomes import Reason
from leads.models.lpmama import Letter
from leads.tests.factories import NOW

USUAL = Ways(flags=3, window=10)
MARK = {"P": Focus.PRICE, "M": Focus.MOTIVATION, ".": None}


def history(marks: str) -> list[Judged]:
    return [Judged(n, NOW + timedelta(days=n), MARK[mark]) for n, mark in enumerate(marks)]


def pattern(marks: str, ways: Ways = USUAL, *, focus: Focus = Focus.PRICE, after=None) -> Pattern | None:
    return latest_pattern(history(marks), focus, ways, after=after)


# --- The tables -------------------------------------------------------------------------------------------------------


def test_every_reason_says_what_it_contradicts():
    assert set(CONTRADICTS) == set(Reason)
    assert CONTRADICTS[Reason.CONTACT] == Focus.VERIFICATION
    assert CONTRADICTS[Reason.DUPLICATE] is None
    assert CONTRADICTS[Reason.OTHER] is None


def test_every_letter_that_is_asked_can_be_contradicted():
    asked = set(Letter.values) - {Letter.APPOINTMENT}
    assert {focus.value for focus in CONTRADICTS.values() if focus} == asked | {Focus.VERIFICATION}


def test_a_good_lead_contradicts_nothing():
    assert focus_of("") is None
    assert focus_of("price") == Focus.PRICE


def test_an_end_is_an_end():
    assert set(CARD_MOVES) == set(CardStatus)
    assert set(LIVE) == {CardStatus.OPEN, CardStatus.ACKNOWLEDGED}
    assert CardStatus.OPEN not in CARD_MOVES[CardStatus.ACKNOWLEDGED]


# --- When there is one ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("marks", ["", ".", "P", "PP", "P.P", "PPM", "P.........P.P", "MMM", "P...P.....P"])
def test_too_few_are_no_pattern(marks):
    assert pattern(marks) is None


@pytest.mark.parametrize(
    ("marks", "cases", "flagged", "judged"),
    [
        ("PPP", (0, 1, 2), 3, 3),
        ("P.P.P", (0, 2, 4), 3, 5),
        ("P.......PP", (0, 8, 9), 3, 10),
        ("P.P......PP", (0, 2, 9, 10), 3, 10),
        ("PPMMPM", (0, 1, 4), 3, 6),
    ],
)
def test_three_of_the_last_ten_are_one(marks, cases, flagged, judged):
    found = pattern(marks)

    assert found is not None
    assert (found.cases, found.flagged, found.judged) == (cases, flagged, judged)
    assert not found.has_improved


def test_two_letters_are_two_patterns():
    assert pattern("PMPMPM").cases == (0, 2, 4)
    assert pattern("PMPMPM", focus=Focus.MOTIVATION).cases == (1, 3, 5)


def test_a_new_case_joins_the_pattern():
    found = pattern("PPP.P")

    assert found.cases == (0, 1, 2, 4)
    assert (found.flagged, found.judged, found.clean) == (4, 5, 0)


def test_the_numbers_are_of_the_latest_ten():
    found = pattern("PPP....P....")

    assert (found.flagged, found.judged) == (2, 10)
    assert found.clean == 4
    assert not found.has_improved


def test_a_team_sets_how_many_of_how_many():
    assert pattern("PP", Ways(2, 5)) is not None
    assert pattern("P....P", Ways(2, 5)) is None
    assert pattern("PPPP", Ways(5, 20)) is None


# --- When it is over --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("window", "clean"), [(10, 5), (11, 6), (3, 2), (50, 25)])
def test_half_of_the_window_in_a_row_without_it_ends_it(window, clean):
    ways = Ways(3, window)
    assert ways.clean == clean
    assert not pattern("PPP" + "." * (clean - 1), ways).has_improved
    assert pattern("PPP" + "." * clean, ways).has_improved


def test_another_letter_counts_as_without_this_one():
    assert pattern("PPPMMMMM").has_improved


def test_one_more_case_begins_the_row_again():
    assert not pattern("PPP....P....").has_improved
    assert pattern("PPP....P.....").has_improved


def test_after_an_improvement_it_takes_as_many_new_cases_as_the_first_time():
    assert pattern("PPP.....PP").has_improved
    relapse = pattern("PPP.....PPP")
    assert relapse.cases == (8, 9, 10)
    assert not relapse.has_improved


def test_what_was_talked_over_counts_no_more():
    third = NOW + timedelta(days=3)

    assert pattern("PPPP", after=third) is None
    assert pattern("PPPPPP", after=third).cases == (3, 4, 5)


# --- Whatever happened ------------------------------------------------------------------------------------------------

WAYS = st.tuples(st.integers(2, 6), st.integers(3, 12)).filter(lambda two: two[0] <= two[1]).map(lambda two: Ways(*two))
MARKS = st.text("PM.", max_size=40)


@given(MARKS, WAYS)
def test_a_pattern_has_cases_enough_and_all_of_its_kind(marks, ways):
    found = pattern(marks, ways)
    if found is None:
        return
    assert len(found.cases) >= ways.flags
    assert all(marks[case] == "P" for case in found.cases)
    assert list(found.cases) == sorted(set(found.cases))
    assert found.flagged <= found.judged <= ways.window
    assert found.has_improved == (found.clean >= ways.clean)


@given(MARKS, WAYS)
def test_fewer_cases_than_it_takes_are_never_a_pattern(marks, ways):
    windows: Sequence[str] = [marks[max(0, end - ways.window) : end] for end in range(1, len(marks) + 1)]
    if all(window.count("P") < ways.flags for window in windows):
        assert pattern(marks, ways) is None


@given(MARKS, WAYS)
def test_good_leads_enough_always_end_it(marks, ways):
    found = pattern(marks + "." * ways.clean, ways)
    assert found is None or found.has_improved
