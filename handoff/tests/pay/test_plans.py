"""Plans, and lists that hold them against what was paid."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from handoff.models import Entry, PlanVersion
from handoff.months import after
from handoff.pay.book import Book
from handoff.pay.ledger import settle
from handoff.pay.plans import PlanRefused, Terms, first_free_month, save_plan, unpaid_closings
from handoff.pay.statements import first_month_of, month_rows, months_of_team, statement_of
from handoff.pay.whatif import compare
from handoff.tests.pay.ground import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    Place,
    entries,
    on,
    stepped,
)
from handoff.tests.pay.ground import TWENTIETH as NOW
from teams.models import Membership
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def test_a_plan_starts_where_nothing_is_entered_yet(place):
    place.met(on(5, 10))
    newer = {"team": place.team, "isa": None, "terms": Terms(bonus=9_900), "actor": place.boss, "at": NOW}

    with pytest.raises(PlanRefused, match="Let this one start in November 2026"):
        save_plan(**newer, from_month=OCTOBER)
    save_plan(**newer, from_month=NOVEMBER)
    place.met(on(6))

    assert [each[2] for each in entries()] == [3_000, 9_900]
    assert first_free_month(place.team, None, at=NOW) == DECEMBER


def test_an_approved_month_keeps_its_plan_even_if_nothing_was_earned():
    place = Place(base=0)
    place.approve(SEPTEMBER)

    assert first_free_month(place.team, place.isa, at=NOW) == OCTOBER


def test_a_version_says_what_it_changed(place):
    said = {"team": place.team, "actor": place.boss, "at": NOW, "from_month": NOVEMBER}
    team = save_plan(isa=None, terms=Terms(base=300_000, bonus=3_500, clawback_days=30), **said)
    own = save_plan(isa=place.isa, terms=Terms(bonus=1_000), **said)
    back = save_plan(isa=place.isa, terms=None, **said | {"from_month": DECEMBER})

    assert team.words == "bonus $30.00 → $35.00; of commissions 5 % → 0 %"
    assert own.words.startswith("base $0.00; bonus $10.00; bonuses at most no cap")
    assert back.words == "as the team's"
    book = Book.of([place.team.pk])
    assert [book.plan(place.isa, month).bonus for month in (OCTOBER, NOVEMBER, DECEMBER)] == [3_000, 1_000, 3_500]


def test_a_percentage_that_could_never_be_paid_is_refused_and_one_that_can_somewhere_is_not(place):
    other = people.isa(place.team)
    said = {"team": place.team, "isa": other, "from_month": NOVEMBER, "actor": place.boss, "at": NOW}

    with pytest.raises(PlanRefused, match="would never pay anything"):
        save_plan(terms=Terms(percent=Decimal(5)), **said)
    Membership.objects.filter(pk=other.pk).update(licensed_states=["OK"])
    other.refresh_from_db()
    save_plan(terms=Terms(percent=Decimal(5)), **said)
    assert f"{other.user.name}: only in Oklahoma" in unpaid_closings(place.team)


def test_an_empty_plan_is_refused_unless_it_is_to_end_one(place):
    said = {"team": place.team, "isa": None, "terms": Terms(), "from_month": NOVEMBER, "actor": place.boss, "at": NOW}

    with pytest.raises(PlanRefused, match="Enter a base salary, a bonus or a percentage"):
        save_plan(**said)
    assert save_plan(**said, pays_nothing=True).base == 0


def test_a_stranger_makes_no_plan(place):
    for stranger in (place.isa, people.lead()):
        with pytest.raises(PlanRefused):
            save_plan(team=place.team, isa=None, terms=Terms(), from_month=NOVEMBER, actor=stranger, at=NOW)


# --- Lists, and what another plan would have paid ---------------------------------------------------------------------


def test_a_list_says_the_same_as_each_statement(place):
    stepped(place.met(on(25, 9)), closed_on=date(2026, 10, 9), commission=10_000, at=on(9, 10))
    settle(list(Entry.objects.values_list("handoff", flat=True)), at=on(9, 10))
    place.approve(SEPTEMBER)
    place.no_show_after_all(place.met(on(20, 10)), on(3))
    other = people.isa(place.team)

    found = months_of_team(place.boss, last=NOVEMBER, count=3, at=NOW)

    assert [each.month for each in found] == [NOVEMBER, OCTOBER, SEPTEMBER]
    for each in found:
        assert {row.isa for row in each.rows} == {place.isa, other}
        for row in each.rows:
            assert row.total == statement_of(row.isa, each.month, at=NOW).head.total
    mine = month_rows(place.isa, first=SEPTEMBER, last=NOVEMBER, at=NOW)
    assert [row.state for row in mine] == ["approved", "ready", "running"]
    assert first_month_of(place.isa, book=Book.of([place.team.pk])) == SEPTEMBER


def test_the_plan_in_force_would_have_paid_what_was_paid_and_a_better_one_more():
    place = Place(bonus_cap=7_000, closing_cap=40_000)
    for day in (5, 6, 7):
        stepped(place.met(on(day, 10)), closed_on=date(2026, 10, 9), commission=10_000, at=on(9, 10))
    settle(list(Entry.objects.values_list("handoff", flat=True)), at=on(9, 10))
    place.no_show_after_all(place.met(on(20, 10)), on(3))
    place.met(on(2))
    stands = Book.of([place.team.pk]).plan(place.isa, OCTOBER)

    same = compare(team=place.team, plan=stands, first=SEPTEMBER, last=OCTOBER, at=NOW)
    better = PlanVersion(team=place.team, currency="USD", bonus=10_000, percent=Decimal(0), clawback_days=0)
    other = compare(team=place.team, plan=better, first=SEPTEMBER, last=OCTOBER, at=NOW)

    assert same.paid == same.would == 2 * 300_000 + 7_000 + 40_000
    assert (other.paid, other.would) == (same.paid, 40_000)  # without a window what was reported wrongly stays


def test_months_before_the_first_plan_are_on_neither_side(place):
    stands = Book.of([place.team.pk]).plan(place.isa, OCTOBER)

    longer = compare(team=place.team, plan=stands, first=date(2026, 7, 1), last=OCTOBER, at=NOW)

    assert longer.paid == longer.would == 2 * 300_000


def test_the_months_are_the_teams():
    place = Place()
    eve = datetime(2026, 11, 1, 2, tzinfo=ZoneInfo("UTC"))  # still October 31 in Chicago

    assert statement_of(place.isa, OCTOBER, at=eve).head.state == "running"
    assert statement_of(place.isa, OCTOBER, at=eve + timedelta(hours=6)).head.state == "ready"
    assert after(OCTOBER) == NOVEMBER
