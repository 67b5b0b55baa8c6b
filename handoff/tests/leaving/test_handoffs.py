"""When an agent leaves: their handoffs go to somebody who can have them, and everyone is told what is true now."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from handoff.booking import hold_slot
from handoff.errors import NoAgent, Refused
from handoff.models import Handoff
from handoff.ownership import owe_owner
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.leaving.going import LATER, leave, left_with
from leads.models import Lead, Task
from leads.states import Stage
from notifications.models import Delivery
from notifications.promises.drains import drain_all
from notifications.promises.timers import fire_due
from teams.leaving import deactivate
from teams.models import Membership, Role
from teams.tests.factories import agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db


def invites(handoff: Handoff, kind: str) -> set[tuple[str, str]]:
    found = Delivery.objects.filter(about=handoff.about, kind=kind, channel="email")
    return {(each.address, each.invite["method"]) for each in found if each.invite}


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


def test_a_slot_that_is_only_held_is_let_go(handoff, boss):
    other = agent(handoff.team)
    held = hold_slot(lead=ready(handoff.team), agent=other, starts_at=SLOT, minutes=45, setter=handoff.setter, at=NOW)

    leave(other, boss)

    held.refresh_from_db()
    assert held.status == AppointmentStatus.EXPIRED


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
