"""The ledger: every event is entered in its transaction, once, whatever is done about it later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from handoff.amending import correct_outcome
from handoff.live.connecting import connect
from handoff.models import Entry, Handoff, Statement
from handoff.models.outcomes import Showed
from handoff.models.pay import Kind, Turn
from handoff.outcomes import record_outcome
from handoff.pay.ledger import settle
from handoff.tests.deals.test_moving import CONTRACT, LATER, MET_AT, closed, day, met, say
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.live.ground import accepted, on_call, ringing, told
from handoff.tests.pay.ground import NOVEMBER, corrected, entries, on, people_of_a_team, plan, reported, stepped
from leads.models import Lead
from leads.ownership import give_lead
from leads.states import Via
from notifications.promises.timers import fire_due
from teams.models import Membership, Role
from teams.people import change_role
from teams.state_rules import save_rule
from teams.tests import factories as people

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


def test_without_a_plan_nothing_is_entered_and_a_first_plan_reaches_back():
    handoff = met()
    assert entries() == []

    plan(handoff.team, from_month=NOVEMBER, at=LATER)
    fire_due(at=LATER)

    assert entries() == [HELD]


def test_a_closing_that_is_corrected_brings_no_bonus_of_before_the_plan():
    isa, agent = people_of_a_team(from_month=date(2026, 9, 1), bonus=5_000)
    handoff = reported(isa, agent, at=on(17, 7))
    for commission, at in ((10_000, on(14, 9)), (12_000, on(16, 9))):
        stepped(handoff, closed_on=date(2026, 9, 14), commission=commission, at=at)
        settle([handoff.pk], at=at)

    assert [each[:3] for each in entries()] == [
        (Kind.CLOSING, EARNED, 50_000), (Kind.CLOSING, Turn.CORRECTED, 10_000),
    ]  # fmt: skip


def test_a_closing_that_moves_to_before_the_plan_comes_back():
    isa, agent = people_of_a_team(from_month=date(2026, 9, 1))
    handoff = reported(isa, agent, at=on(17, 7))
    for said, at in ((date(2026, 9, 14), on(14, 9)), (date(2026, 8, 14), on(16, 9))):
        stepped(handoff, closed_on=said, commission=10_000, at=at)
        settle([handoff.pk], at=at)

    assert [each[1:3] for each in entries()] == [(EARNED, 50_000), (BACK, -50_000)]
    assert "closed on Aug 14, 2026 instead, when there was no plan" in Entry.objects.latest("pk").why


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
    change_role(membership=isa, role=Role.LEAD, actor=people.lead(isa.team), at=on(4, 10))
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

    assert asked([reported(isa, agent, at=on(5)).pk for _ in range(4)]) == few <= 13


def asked(handoffs) -> int:
    with CaptureQueriesContext(connection) as queries:
        settle(handoffs, at=on(9))
    return len(queries)
