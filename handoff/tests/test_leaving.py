"""When an agent or an ISA leaves: nothing stays with who is gone, and everyone is told what is true now."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from handoff.appointments import take_back
from handoff.booking import hold_slot
from handoff.errors import NoAgent, Refused
from handoff.models import Appointment, Handoff, OwnerChange
from handoff.ownership import owe_owner
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from leads.models import Activity, Lead, Task
from leads.states import Stage
from leads.tests.factories import LeadFactory
from notifications.models import Delivery
from notifications.promises.drains import drain_all
from notifications.promises.owed import State
from notifications.promises.timers import fire_due
from teams.leaving import Leaving, deactivate, preview, usual_successor
from teams.models import Membership, Role
from teams.people import RoleInUse, change_role
from teams.tests.factories import agent, isa
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def handoff():
    return open_handoff()


@pytest.fixture
def boss(handoff):
    return team_lead(handoff.team)


def leave(member: Membership, to: Membership, at=LATER) -> None:
    deactivate(member=member, successor=to, actor=to, at=at)


def invites(handoff: Handoff, kind: str) -> set[tuple[str, str]]:
    found = Delivery.objects.filter(about=handoff.about, kind=kind, channel="email")
    return {(each.address, each.invite["method"]) for each in found if each.invite}


def left_with(member: Membership) -> dict[str, int]:
    """What somebody who is gone still has."""
    return {
        name: count
        for name, count in {
            "leads": Lead.objects.filter(owner=member).count() + Lead.objects.filter(isa=member).count(),
            "tasks": Task.objects.open().filter(assignee=member).count(),
            "handoffs": Handoff.objects.open().filter(agent=member).count(),
            "holds": Appointment.objects.filter(agent=member, status=AppointmentStatus.HELD_SLOT).count(),
            "meetings ahead": Appointment.objects.filter(
                agent=member, status=AppointmentStatus.BOOKED, starts_at__gt=LATER
            ).count(),
            "promises": OwnerChange.objects.filter(to=member, state=State.WAITING).count(),
        }.items()
        if count
    }


def test_a_free_agent_takes_over_with_invites_for_everyone(handoff):
    was, to = handoff.agent, agent(handoff.team)

    leave(was, to)

    handoff.refresh_from_db()
    assert handoff.agent == to
    assert handoff.appointment.agent == to
    assert handoff.appointment.starts_at == SLOT
    assert invites(handoff, "handoff_reassigned") == {
        (was.user.email, "CANCEL"),
        (to.user.email, "REQUEST"),
        (handoff.facts["terms"]["client_email"], "REQUEST"),
    }
    assert Lead.objects.get(pk=handoff.lead_id).owner == to
    assert left_with(was) == {}


def test_an_owner_who_was_promised_the_lead_does_not_get_it_afterwards(handoff):
    was, to = handoff.agent, agent(handoff.team)
    leave(was, to)

    drain_all(at=LATER)

    assert Lead.objects.get(pk=handoff.lead_id).owner == to
    assert not Task.objects.open().filter(kind="given_up").exists()


def test_a_busy_successor_does_not_get_it_it_goes_back_with_a_task(handoff):
    was, busy = handoff.agent, agent(handoff.team)
    open_handoff(ready(handoff.team), to=busy)

    leave(was, busy)

    handoff.refresh_from_db()
    assert handoff.status == HandoffStatus.RETURNED
    assert handoff.appointment.status == AppointmentStatus.CANCELLED
    assert invites(handoff, "handoff_taken_back") == {
        (was.user.email, "CANCEL"),
        (handoff.facts["terms"]["client_email"], "CANCEL"),
    }
    lead = Lead.objects.get(pk=handoff.lead_id)
    assert (lead.owner, lead.stage) == (handoff.setter, Stage.QUALIFIED)
    task = Task.objects.get(kind="agent_left")
    assert (task.assignee, task.is_urgent) == (handoff.setter, True)
    assert was.user.name in task.title
    assert "called off" in task.detail
    assert left_with(was) == {}


def test_a_team_lead_is_no_agent_so_the_meeting_goes_back_to_who_set_it(handoff, boss):
    was = handoff.agent

    leave(was, boss)

    handoff.refresh_from_db()
    assert handoff.status == HandoffStatus.RETURNED
    assert Lead.objects.get(pk=handoff.lead_id).owner == handoff.setter
    assert left_with(was) == {}


def test_an_agent_without_the_licence_is_not_given_the_lead(handoff):
    to = agent(handoff.team, profile={"states": ["CO"]})

    leave(handoff.agent, to)

    handoff.refresh_from_db()
    assert handoff.status == HandoffStatus.RETURNED


def test_a_lead_handed_over_now_goes_to_the_next_agent_with_a_call_to_make():
    handoff = open_direct()
    was, to = handoff.agent, agent(handoff.team)

    leave(was, to)

    handoff.refresh_from_db()
    assert (handoff.status, handoff.agent) == (HandoffStatus.OPEN, to)
    assert Task.objects.open().filter(assignee=to, kind="call").exists()
    assert left_with(was) == {}


def test_an_outcome_that_is_due_becomes_the_successors_to_report(handoff, boss):
    was, after = handoff.agent, SLOT + timedelta(hours=2)
    fire_due(at=after)
    assert Task.objects.open().filter(assignee=was, kind="outcome").exists()

    leave(was, boss, at=after)

    handoff.refresh_from_db()
    assert (handoff.status, handoff.agent) == (HandoffStatus.OPEN, boss)
    assert handoff.appointment.agent == was  # who met the client; nobody is invited anew
    assert invites(handoff, "handoff_reassigned") == set()
    assert Task.objects.open().filter(assignee=boss, kind="outcome").exists()
    assert Lead.objects.get(pk=handoff.lead_id).owner == boss
    browser = Client()
    browser.force_login(boss.user)
    answer = browser.get(reverse("handoff:outcome", args=[handoff.pk]))
    assert answer.status_code == 200
    fire_due(at=after + timedelta(days=2))
    assert Delivery.objects.filter(about=handoff.about, kind="outcome_overdue", recipient=boss).exists()


def test_leads_and_tasks_of_an_isa_go_to_the_successor_and_the_timeline_says_why(handoff, boss):
    was, to = handoff.setter, isa(handoff.team)
    mine = LeadFactory.create(team=handoff.team, isa=was, owner=was)
    Task.objects.create(
        key="call", team=handoff.team, assignee=was, kind="call", title="Call", due_at=NOW, created_at=NOW
    )

    leave(was, to)

    mine.refresh_from_db()
    assert (mine.owner, mine.isa) == (to, to)
    assert Lead.objects.get(pk=handoff.lead_id).isa == to
    assert Task.objects.get(key="call").assignee == to
    assert Task.objects.filter(kind="inherited", assignee=to).exists()
    said = Activity.objects.filter(lead=mine, kind="owner").latest("pk").summary
    assert said == f"{was.user} has left the team: {to.user} owns this lead now"
    assert left_with(was) == {}


def test_the_credit_of_who_set_a_handoff_never_moves(handoff):
    was = handoff.setter

    leave(was, isa(handoff.team))

    handoff.refresh_from_db()
    assert handoff.setter == was
    assert handoff.status == HandoffStatus.OPEN


def test_a_lead_on_its_way_back_to_who_leaves_arrives_at_the_successor(handoff):
    setter, to = handoff.setter, isa(handoff.team)
    take_back(handoff=handoff, reason="", actor=setter, at=NOW + timedelta(minutes=1))
    assert OwnerChange.objects.filter(to=setter, state=State.WAITING).exists()

    leave(setter, to)
    drain_all(at=LATER)

    assert Lead.objects.get(pk=handoff.lead_id).owner == to
    assert left_with(setter) == {}


def test_what_comes_up_later_for_who_left_is_asked_of_a_team_lead(handoff, boss):
    setter = handoff.setter
    leave(setter, isa(handoff.team))
    handoff.refresh_from_db()

    take_back(handoff=handoff, reason="", actor=boss, at=LATER + timedelta(minutes=1))
    drain_all(at=LATER + timedelta(minutes=1))

    assert Lead.objects.get(pk=handoff.lead_id).owner == boss
    assert left_with(setter) == {}


def test_a_slot_that_is_only_held_is_let_go(handoff, boss):
    other = agent(handoff.team)
    held = hold_slot(lead=ready(handoff.team), agent=other, starts_at=SLOT, minutes=45, setter=handoff.setter, at=NOW)

    leave(other, boss)

    held.refresh_from_db()
    assert held.status == AppointmentStatus.EXPIRED


def test_the_preview_says_what_will_become_of_each_and_changes_nothing(handoff):
    was, to = handoff.agent, agent(handoff.team)
    open_direct(ready(handoff.team), to=was)
    open_handoff(ready(handoff.team), to=to, starts_at=SLOT + timedelta(hours=1))
    open_handoff(ready(handoff.team), to=was, starts_at=SLOT + timedelta(hours=1))
    before = (Delivery.objects.count(), Activity.objects.count(), Handoff.objects.filter(agent=was).count())

    plans = preview(Leaving(was, to, to, LATER))

    said = {plan.what: plan for plan in plans}
    assert said["handoffs"].count == 2
    assert said["handoff called off"].count == 1
    assert handoff.setter.user.name not in said["handoff called off"].cases[0].partition(":")[0]
    assert "back to" in said["handoff called off"].cases[0]
    assert (Delivery.objects.count(), Activity.objects.count(), Handoff.objects.filter(agent=was).count()) == before


def test_the_page_shows_what_moves_and_then_moves_it(handoff, boss):
    was, to = handoff.agent, agent(handoff.team)
    browser = Client()
    browser.force_login(boss.user)
    # The page asks the real clock, so the handoff has to lie ahead of it.
    ahead = open_handoff(ready(handoff.team), to=was, starts_at=_next_monday_ten(), at=timezone.now())
    page = reverse("teams:end-membership", args=[was.pk])

    shown = browser.get(page, {"successor": to.pk})
    assert shown.status_code == 200
    assert ahead.lead.name in shown.content.decode()
    assert Membership.objects.get(pk=was.pk).ended_at is None

    with zeal_ignore():  # each handoff is moved by the verb for one: a few dozen at most, once in a member's life
        answer = browser.post(page, {"successor": to.pk})

    assert answer.status_code == 302
    assert Membership.objects.get(pk=was.pk).ended_at is not None
    ahead.refresh_from_db()
    assert ahead.agent == to


def _next_monday_ten():
    now = timezone.now()
    days = 7 - now.weekday()
    return (now + timedelta(days=days)).replace(hour=16, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize("rows", [1, 4])
def test_the_preview_costs_the_same_for_leads_and_tasks_however_many(rows, handoff, boss, django_assert_num_queries):
    other = isa(handoff.team)
    for number in range(rows):
        LeadFactory.create(team=handoff.team, isa=other, owner=other)
        Task.objects.create(
            key=f"t{number}", team=handoff.team, assignee=other, kind="x", title="x", due_at=NOW, created_at=NOW
        )
    with django_assert_num_queries(6):
        preview(Leaving(other, boss, boss, LATER))


def test_an_agent_with_handoffs_under_way_stays_an_agent_for_now(handoff, boss):
    with pytest.raises(RoleInUse, match="a handoff that is under way"):
        change_role(membership=handoff.agent, role=Role.ISA, actor=boss, at=LATER)

    take_back(handoff=handoff, reason="", actor=boss, at=LATER)
    change_role(membership=handoff.agent, role=Role.ISA, actor=boss, at=LATER)

    assert Membership.objects.get(pk=handoff.agent_id).role == Role.ISA


def test_the_usual_successor_is_the_team_lead_who_does_it(handoff, boss):
    second = team_lead(handoff.team)

    assert usual_successor(handoff.agent, actor=second) == second
    assert usual_successor(handoff.agent) == boss
    assert usual_successor(boss, actor=boss) == second


@pytest.mark.django_db(transaction=True)
def test_a_handoff_that_opens_while_its_agent_leaves_is_refused():
    """The booking has chosen its agent, and waits for the deactivation that is under way."""
    lead = ready()
    leaving, boss = agent(lead.team), team_lead(lead.team)
    refusals, deactivated = [], threading.Event()

    def open_one() -> None:
        try:
            open_direct(lead, to=leaving)
        except Refused as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    with transaction.atomic():
        deactivate(member=leaving, successor=boss, actor=boss, at=LATER)
        opening = threading.Thread(target=open_one)
        opening.start()
        deactivated.wait(0.5)  # it is at the lock by now
        assert opening.is_alive()
    opening.join(timeout=20)

    assert isinstance(refusals[0], NoAgent)
    assert not Handoff.objects.exists()
    assert left_with(leaving) == {}


def test_a_promise_to_somebody_who_left_is_not_kept(handoff, boss):
    leave(handoff.agent, boss)
    handoff.refresh_from_db()
    gone = Membership.objects.get(role=Role.AGENT, team=handoff.team)
    owe_owner(handoff, to=gone, at=LATER)

    drain_all(at=LATER)

    assert Lead.objects.get(pk=handoff.lead_id).owner != gone
