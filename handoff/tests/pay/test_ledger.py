"""The ledger: every event is entered in its transaction, once, whatever is done about it later."""

from __future__ import annotations

import random
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from handoff.amending import correct_outcome
from handoff.live.connecting import connect
from handoff.models import Entry, Handoff, PlanVersion, Statement
from handoff.models.outcomes import Showed
from handoff.models.pay import Kind, Turn
from handoff.outcomes import record_outcome
from handoff.pay.cases import cases_of, settings_of
from handoff.pay.earning import earn
from handoff.pay.ledger import settle
from handoff.tests.deals.test_moving import CONTRACT, LATER, MET_AT, closed, day, met, say
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.live.ground import accepted, on_call, ringing, told
from handoff.tests.pay.ground import NOVEMBER, corrected, entries, on, plan, reported, stepped
from leads.models import Lead
from leads.ownership import give_lead
from leads.states import Via
from notifications.promises.timers import fire_due
from teams.models import Membership
from teams.state_rules import save_rule
from teams.tests import factories as people
from teams.zones import zone

pytestmark = pytest.mark.django_db

EARNED, BACK, WITHHELD = Turn.EARNED, Turn.CLAWED_BACK, Turn.WITHHELD
HELD = (Kind.HELD, EARNED, 3_000, NOVEMBER)


def paid() -> Handoff:
    """A handoff whose client came, set by an ISA with a plan."""
    handoff = open_handoff()
    plan(handoff.team)
    record_outcome(handoff=handoff, actor=handoff.agent, via=Via.PAGE, at=MET_AT, showed="yes", is_good=True)
    return Handoff.objects.select_related("lead", "agent", "team").get(pk=handoff.pk)


def allow(handoff: Handoff, state: str = "TX") -> None:
    """Let the team's table say that ISAs may be paid by closing there."""
    said = {"may_be_paid_by_closing": True, "source": "§ 1", "checked_on": MET_AT.date()}
    save_rule(team=handoff.team, state=state, actor=people.lead(handoff.team), at=MET_AT, **said)


def test_a_report_that_they_came_is_a_bonus_at_once():
    handoff = paid()

    assert entries() == [HELD]
    entry = Entry.objects.get()
    assert (entry.isa, entry.handoff, entry.earned_on, entry.why) == (
        handoff.setter, handoff, SLOT.date(), "Met on Nov 24, 2026.",
    )  # fmt: skip


def put_through() -> Handoff:
    """A live transfer that was connected."""
    lead = ready()
    agent = on_call(lead)
    transfer = told(accepted(ringing(lead), agent))
    return connect(transfer=transfer, actor=agent, via=Via.PAGE, at=NOW + timedelta(minutes=1))


@pytest.mark.parametrize("hand_over", [open_direct, put_through])
def test_who_came_to_a_handoff_without_an_appointment_is_held_too(hand_over):
    handoff = hand_over()
    plan(handoff.team)

    record_outcome(handoff=handoff, actor=handoff.agent, via=Via.PAGE, at=MET_AT, showed="yes", is_good=True)

    assert entries() == [HELD]


def test_a_report_that_cannot_be_entered_is_not_recorded():
    handoff = open_handoff()
    plan(handoff.team)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE handoff_entry ADD CONSTRAINT never CHECK (amount < 0)")

    with pytest.raises(DatabaseError), transaction.atomic():
        record_outcome(handoff=handoff, actor=handoff.agent, via=Via.PAGE, at=MET_AT, showed="yes", is_good=True)

    handoff.refresh_from_db()
    assert handoff.status == "open"


def test_a_correction_takes_the_bonus_back_as_an_entry_of_its_own():
    handoff = paid()

    correct_outcome(
        handoff=handoff,
        why="Mixed up",
        actor=handoff.agent,
        via=Via.PAGE,
        at=MET_AT + timedelta(days=2),
        showed="no",
    )

    assert entries() == [HELD, (Kind.HELD, BACK, -3_000, NOVEMBER)]


def test_an_entry_cannot_be_changed_or_removed():
    paid()

    for change in (lambda: Entry.objects.update(amount=1), lambda: Entry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_whoever_owns_the_lead_by_now_the_setter_is_paid():
    handoff = paid()
    allow(handoff)
    setter, other = handoff.setter, people.isa(handoff.team)
    agent = people.agent(handoff.team)
    before = entries(isa=setter)

    give_lead(lead=Lead.objects.get(pk=handoff.lead_id), to=agent, at=LATER, summary="Given away")
    Lead.objects.filter(pk=handoff.lead_id).update(isa=other, owner=agent)
    Handoff.objects.filter(pk=handoff.pk).update(agent=agent)
    settle([handoff.pk], at=LATER)

    assert entries(isa=setter) == before
    handoff = Handoff.objects.select_related("lead", "agent", "team").get(pk=handoff.pk)
    closed(handoff)
    assert set(Entry.objects.values_list("isa", flat=True)) == {setter.pk}
    assert entries(kind=Kind.CLOSING) == [(Kind.CLOSING, EARNED, 68_250, date(2026, 12, 1))]


# --- Closings and licences --------------------------------------------------------------------------------------------


def test_a_closing_pays_its_percentage_and_undone_it_comes_back():
    handoff = paid()
    allow(handoff)
    closed(handoff)

    say(handoff, CONTRACT, day(31), why="The other Sample closed", at=LATER + timedelta(days=1))

    assert [each[:3] for each in entries(kind=Kind.CLOSING)] == [
        (Kind.CLOSING, EARNED, 68_250), (Kind.CLOSING, BACK, -68_250),
    ]  # fmt: skip


def test_the_closing_of_an_isa_without_a_licence_is_nothing_and_says_why_and_what_to_do():
    handoff = paid()

    closed(handoff)

    entry = Entry.objects.get(kind=Kind.CLOSING)
    assert (entry.turn, entry.amount, entry.withheld) == (WITHHELD, 0, 68_250)
    for words in ("5 % of $13,650", "Without a licence in Texas", "table of states", "team lead", "no legal advice"):
        assert words in entry.why


def test_a_licence_pays_and_so_does_a_country_without_such_states():
    handoff = paid()
    Membership.objects.filter(pk=handoff.setter_id).update(licensed_states=["TX"])
    closed(handoff)
    other = paid()
    type(other.team).objects.filter(pk=other.team_id).update(country="CA")
    closed(other)

    assert [each[2] for each in entries(kind=Kind.CLOSING)] == [68_250, 68_250]


def test_of_a_client_whose_state_is_not_known_nothing_says_that_it_may_be_paid():
    handoff = paid()
    allow(handoff)
    Lead.objects.filter(pk=handoff.lead_id).update(state="")

    closed(handoff)

    assert "state is not noted" in Entry.objects.get(kind=Kind.CLOSING).why


def test_a_commission_that_is_said_later_is_paid_then():
    isa, agent = people_of_a_team()
    handoff = reported(isa, agent, at=on(3, 10))
    stepped(handoff, closed_on=date(2026, 10, 20), commission=None, at=on(20, 10))
    settle([handoff.pk], at=on(20, 10))
    stepped(handoff, closed_on=date(2026, 10, 20), commission=10_000, at=on(25, 10))
    settle([handoff.pk], at=on(25, 10))

    assert entries(kind=Kind.CLOSING) == [(Kind.CLOSING, EARNED, 50_000, date(2026, 10, 1))]


# --- Plans ------------------------------------------------------------------------------------------------------------


def people_of_a_team(**terms):
    team = people.TeamFactory.create()
    plan(team, **terms)
    return people.isa(team, licensed_states=["TX"]), people.agent(team)


def test_without_a_plan_nothing_is_entered_and_a_first_plan_reaches_back():
    handoff = met()
    assert entries() == []

    plan(handoff.team, from_month=NOVEMBER, at=LATER)
    fire_due(at=LATER)

    assert entries() == [HELD]


def test_a_plan_of_ones_own_counts_instead_of_the_teams_and_a_team_lead_has_none():
    isa, agent = people_of_a_team()
    own, boss = people.isa(isa.team), people.lead(isa.team)
    plan(isa.team, isa=own, bonus=9_900, percent=0)
    for setter in (isa, own, boss):
        settle([reported(setter, agent, at=on(5)).pk], at=on(5))

    assert [(each.isa, each.amount) for each in Entry.objects.order_by("pk")] == [(isa, 3_000), (own, 9_900)]


def test_an_isa_who_becomes_a_team_lead_still_has_corrected_what_they_were_paid():
    isa, agent = people_of_a_team()
    handoff = reported(isa, agent, at=on(3, 10))
    settle([handoff.pk], at=on(3, 10))
    Membership.objects.filter(pk=isa.pk).update(role="lead")
    corrected(handoff, to=Showed.NO, at=on(6, 10))

    settle([handoff.pk], at=on(6, 10))

    assert [each[2] for each in entries()] == [3_000, -3_000]


def test_the_teams_clock_says_which_month_it_is():
    isa, agent = people_of_a_team()
    late = on(1, 11).replace(hour=3)  # still October 31 in Chicago

    settle([reported(isa, agent, at=late).pk], at=late)

    assert [each[3] for each in entries()] == [date(2026, 10, 1)]


def test_what_comes_too_late_for_an_approved_month_is_paid_with_the_next_and_says_so():
    isa, agent = people_of_a_team()
    approve = {"total": 0, "currency": "USD", "approved_by": people.lead(isa.team), "approved_at": on(2)}
    Statement.objects.create(team=isa.team, isa=isa, month=date(2026, 10, 1), **approve)

    settle([reported(isa, agent, at=on(30, 10)).pk], at=on(3))

    entry = Entry.objects.get()
    assert (entry.month, entry.earned_on) == (NOVEMBER, date(2026, 10, 30))
    assert "October 2026 is approved, so it is paid with November 2026" in entry.why


def test_a_report_asks_the_same_queries_however_long_the_ledger_is():
    isa, agent = people_of_a_team()
    few = asked([reported(isa, agent, at=on(5)).pk])
    for _ in range(4):
        handoff = reported(isa, agent, at=on(6))
        corrected(handoff, to=Showed.NO, at=on(7))
        settle([handoff.pk], at=on(8))

    assert asked([reported(isa, agent, at=on(5)).pk for _ in range(4)]) == few <= 12


def asked(handoffs) -> int:
    with CaptureQueriesContext(connection) as queries:
        settle(handoffs, at=on(9))
    return len(queries)


# --- Whatever happens -------------------------------------------------------------------------------------------------

#: Of each of some handoffs: what was said, in its order, as the day and what it was.
LIVES = st.lists(
    st.lists(
        st.tuples(st.integers(0, 80), st.sampled_from(["turn", "close", "reopen", "correct"])), min_size=0, max_size=7
    ),
    min_size=1,
    max_size=5,
)
BEGAN = on(1, 8)


class WhateverHappens(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(LIVES, st.randoms(use_true_random=False))
    def test_histories_settled_twice_in_pieces_and_out_of_order_equal_a_recount(self, lives, chance):
        isa, agent = people_of_a_team()
        handoffs = [reported(isa, agent, at=BEGAN + timedelta(days=number)) for number, _ in enumerate(lives)]
        events = [
            (BEGAN + timedelta(days=10 + days), number, what)
            for number, life in enumerate(lives)
            for days, what in sorted(life, key=lambda each: each[0])
        ]
        for at, number, what in sorted(events, key=lambda each: (each[0], each[1])):
            happen(handoffs[number], what, at=at)
            if chance.random() < 0.3:  # some are seen as they happen, the rest only later
                settle([handoffs[number].pk], at=at)

        for _ in range(2):
            for handoff in chance.sample(handoffs, len(handoffs)):
                settle([handoff.pk], at=on(1, 12))
        self._is_a_recount(handoffs)
        there = entries()
        call_command("settle_pay", batch=2, stdout=StringIO())
        assert entries() == there

    def _is_a_recount(self, handoffs):
        there = {(e.key, e.turn, e.amount, e.withheld, e.month, e.earned_on, e.why) for e in Entry.objects.all()}
        places = settings_of([each.pk for each in handoffs])
        version = PlanVersion.objects.get()
        fresh = [
            each
            for case in cases_of(places)
            for each in earn(case, plan_on=lambda _: version, clock=zone("America/Chicago"))
        ]
        assert there == {(e.key, e.turn, e.amount, e.withheld, e.month, e.earned_on, e.why) for e in fresh}


def happen(handoff: Handoff, what: str, *, at) -> None:
    handoff = Handoff.objects.select_related("outcome", "team", "deal").get(pk=handoff.pk)
    if what == "turn":
        to = Showed.NO if handoff.outcome.showed == Showed.YES else Showed.YES
        corrected(handoff, to=to, at=at)
    elif what == "reopen":
        stepped(handoff, closed_on=None, commission=None, at=at)
    else:
        commission = 12_000 if what == "close" else 9_000 + handoff.pk % 50
        stepped(handoff, closed_on=at.date(), commission=commission, at=at)


def test_the_order_in_which_two_handoffs_are_settled_does_not_matter():
    isa, agent = people_of_a_team()
    handoffs = [reported(isa, agent, at=on(number)) for number in range(1, 6)]
    shuffled = random.Random(4).sample(handoffs, 5)

    for handoff in shuffled:
        settle([handoff.pk], at=on(20))

    assert entries() == [HELD] * 5
    assert settle([each.pk for each in handoffs], at=on(21)) == 0
