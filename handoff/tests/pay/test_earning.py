"""What one case earns: the pure function alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.models import PlanVersion
from handoff.models.pay import Kind, Turn
from handoff.pay.earning import Case, Earned, Report, Step, Written, earn
from handoff.pay.money import cents_of, money, part_of, share_of

CLOCK = ZoneInfo("America/Chicago")
MET = date(2026, 10, 12)
EARNED, CORRECTED, BACK, STAYS, WITHHELD = (
    Turn.EARNED, Turn.CORRECTED, Turn.CLAWED_BACK, Turn.STAYS, Turn.WITHHELD,
)  # fmt: skip


def plan(**terms):
    return PlanVersion(**({"bonus": 2_500, "percent": Decimal(5), "clawback_days": 30, "currency": "USD"} | terms))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 18, tzinfo=UTC)


def later(days: int) -> datetime:
    return noon(MET + timedelta(days=days))


def told(case, *, by=None, may_not="", written=None):
    version = by or plan()
    found = earn(case, plan_on=lambda _: version, clock=CLOCK, may_not=may_not, written=written or {})
    return [(each.kind, each.turn, each.amount, each.month.month) for each in found]


def reports(*said):
    return Case(1, 1, MET, tuple(Report(has_come, later(days)) for has_come, days in said))


def deal(*steps):
    """Steps as (day after the meeting, commission or None for not closed)."""
    taken = tuple(
        Step(number, MET + timedelta(days=days) if commission else None, commission, "USD", later(days))
        for number, (days, commission) in enumerate(steps)
    )
    return Case(1, 1, MET, (Report(has_come=True, at=later(0)),), taken)


def closings(case, **how):
    return [each[1:] for each in told(case, **how) if each[0] == Kind.CLOSING]


def test_a_held_appointment_pays_its_bonus_in_the_month_it_was_held():
    assert told(reports((True, 25))) == [(Kind.HELD, EARNED, 2_500, 10)]


def test_a_no_show_and_a_moved_meeting_pay_nothing():
    assert told(reports((False, 0))) == []


def test_who_came_after_all_is_paid_in_the_month_of_the_correction():
    assert told(reports((False, 0), (True, 25))) == [(Kind.HELD, EARNED, 2_500, 10)]
    assert told(reports((True, 0), (False, 3), (True, 25)))[-1] == (Kind.HELD, CORRECTED, 2_500, 11)


def test_what_turns_out_a_no_show_within_the_window_comes_back_in_the_month_of_the_correction():
    assert told(reports((True, 0), (False, 30))) == [(Kind.HELD, EARNED, 2_500, 10), (Kind.HELD, BACK, -2_500, 11)]


def test_after_the_window_it_stays_and_the_ledger_says_so_once():
    told_so = told(reports((True, 0), (False, 31), (False, 32), (True, 40), (False, 41)))

    assert told_so == [(Kind.HELD, EARNED, 2_500, 10), (Kind.HELD, STAYS, 0, 11), (Kind.HELD, STAYS, 0, 11)]


def test_a_closing_pays_its_percentage_rounded_once_to_a_cent():
    assert closings(deal((20, 12_285))) == [(EARNED, 61_425, 11)]
    assert closings(deal((20, 333)), by=plan(percent=Decimal("5.125"))) == [(EARNED, 1_707, 11)]


def test_a_corrected_commission_pays_the_difference():
    assert closings(deal((20, 12_000), (25, 13_000))) == [(EARNED, 60_000, 11), (CORRECTED, 5_000, 11)]
    assert closings(deal((20, 13_000), (25, 12_000))) == [(EARNED, 65_000, 11), (BACK, -5_000, 11)]


def test_a_closing_that_is_undone_comes_back_and_one_that_is_done_again_is_paid_again():
    assert closings(deal((20, 12_000), (22, None), (50, 12_000))) == [
        (EARNED, 60_000, 11), (BACK, -60_000, 11), (CORRECTED, 60_000, 12),
    ]  # fmt: skip


def test_what_a_rule_withholds_is_never_taken_back():
    found = list(earn(deal((20, 12_000), (22, None)), plan_on=lambda _: plan(), clock=CLOCK, may_not="No licence."))

    assert [(each.turn, each.amount, each.withheld) for each in found[1:]] == [
        (WITHHELD, 0, 60_000), (CORRECTED, 0, -60_000),
    ]  # fmt: skip


def test_what_a_rule_withholds_follows_corrections_and_explanations_add_up():
    lower = list(earn(deal((20, 21_225), (22, 12_000)), plan_on=lambda _: plan(), clock=CLOCK, may_not="No licence."))
    assert [each.withheld for each in lower[1:]] == [106_125, -46_125]
    assert lower[2].why == "Corrected to 5 % of $12,000 commission: $600.00. Not paid of it is $600.00, not $1,061.25."

    case = deal((20, 29_445), (22, 30_000))
    first = {"handoff/1|closing|0": Written(0, 147_225, WITHHELD), "handoff/1|held|0": Written(2_500, 0, EARNED)}
    (higher,) = earn(case, plan_on=lambda _: plan(), clock=CLOCK, written=first)
    assert (higher.amount, higher.withheld) == (2_775, 0)
    assert "$1,500.00. Of it $1,472.25 was not paid before and stays so: $27.75 more." in higher.why


def test_what_was_withheld_stays_so_when_the_rule_allows_it_later_unless_more_is_said():
    case = deal((20, 12_000), (25, 12_000), (26, 13_000))
    first = "handoff/1|closing|0"

    assert closings(case, written={first: Written(0, 60_000, WITHHELD)}) == [(CORRECTED, 5_000, 11)]


def test_a_commission_in_another_currency_is_left_to_a_human():
    found = list(earn(deal((20, 12_000)), plan_on=lambda _: plan(currency="CAD"), clock=CLOCK))

    assert [(each.turn, each.amount) for each in found if each.kind == Kind.CLOSING] == [(WITHHELD, 0)]


def test_without_a_plan_nothing_is_entered():
    assert list(earn(deal((20, 12_000)), plan_on=lambda _: None, clock=CLOCK)) == []


@pytest.mark.parametrize(("cents", "words"), [(122_850, "$1,228.50"), (-2_500, "-$25.00"), (5, "$0.05")])
def test_money_is_written_as_people_write_it(cents, words):
    assert money(cents, "USD") == words


def test_half_a_cent_goes_up():
    assert (share_of(1, Decimal("0.5")), part_of(100, 1, 8), cents_of(Decimal("12.345"))) == (1, 13, 1_235)


# --- Whatever happens -------------------------------------------------------------------------------------------------

SAID = st.lists(st.tuples(st.booleans(), st.integers(0, 70)), min_size=1, max_size=6)
MOVED = st.lists(st.tuples(st.integers(1, 90), st.sampled_from([None, 9_000, 12_285])), max_size=6)


@given(SAID, MOVED, st.booleans(), st.data())
def test_a_case_that_is_looked_at_in_pieces_earns_what_it_earns_at_once(said, moved, is_forbidden, data):
    moved = sorted(moved, key=lambda each: each[0])
    whole = Case(1, 1, MET, reports(*sorted(said, key=lambda each: each[1])).reports, deal(*moved).steps)
    version = plan()
    how = {"plan_on": lambda _: version, "clock": CLOCK, "may_not": "No licence." if is_forbidden else ""}

    written: dict[str, Earned] = {}
    for _ in range(data.draw(st.integers(0, 4))):
        part = Case(
            1, 1, MET, whole.reports[: data.draw(st.integers(0, 6))], whole.steps[: data.draw(st.integers(0, 6))]
        )
        written |= {each.key: each for each in earn(part, written=written, **how)}
    written |= {each.key: each for each in earn(whole, written=written, **how)}

    assert sorted(written.values(), key=lambda each: each.key) == sorted(earn(whole, **how), key=lambda each: each.key)
    assert list(earn(whole, written=written, **how)) == []


@given(SAID, MOVED)
def test_nobody_owes_more_than_they_were_paid_and_nobody_is_paid_twice(said, moved):
    case = Case(1, 1, MET, reports(*sorted(said, key=lambda each: each[1])).reports, deal(*moved).steps)
    for kind, most in ((Kind.HELD, 2_500), (Kind.CLOSING, share_of(12_285, Decimal(5)))):
        balance = 0
        for each in earn(case, plan_on=lambda _: plan(), clock=CLOCK):
            if each.kind == kind:
                balance += each.amount
                assert 0 <= balance <= most
