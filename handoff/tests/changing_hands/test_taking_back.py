"""Taking a handoff back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.models import OwnerChange
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.tests.changing_hands.changing import invites, taken_back
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff
from leads.models import Lead, Task
from leads.states import Stage
from notifications.models import Delivery, Timer
from notifications.promises.owed import State
from teams.models import Membership
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db


def test_taking_back_returns_the_lead_to_who_set_it():
    handoff = open_handoff()

    ended = taken_back(handoff)

    assert (ended.status, ended.close_reason) == (HandoffStatus.RETURNED, "Wrong area")
    assert ended.appointment
    assert ended.appointment.status == AppointmentStatus.CANCELLED
    assert Lead.objects.get(pk=handoff.lead_id).stage == Stage.QUALIFIED
    assert OwnerChange.objects.get(state=State.WAITING).to == handoff.setter
    assert not Timer.objects.filter(about=handoff.about, called_off_at=None).exists()
    assert {method for _, method, _ in invites(handoff, "handoff_taken_back")} == {"CANCEL"}


def test_after_the_meeting_the_client_hears_nothing_of_it():
    handoff = open_handoff()

    taken_back(handoff, at=SLOT + timedelta(hours=2))

    told = Delivery.objects.filter(about=handoff.about, kind="handoff_taken_back")
    assert {each.audience for each in told} == {"agent", "channel"}


def test_a_client_who_was_told_that_the_agent_would_call_hears_that_somebody_else_will():
    handoff = open_direct()
    Delivery.objects.filter(about=handoff.about, audience="client").update(state=State.DONE)

    taken_back(handoff)

    mail = Delivery.objects.get(about=handoff.about, kind="handoff_taken_back", audience="client")
    assert (mail.state, mail.invite) == (State.WAITING, None)
    assert mail.message["title"] == f"Somebody else from {handoff.team.name} will call you"
    assert handoff.agent.user.name in mail.message["lead_in"]
    assert "Wrong area" not in str(mail.message)


def test_a_client_whom_no_mail_has_reached_hears_nothing_of_an_agent_who_will_not_call():
    handoff = open_direct()

    taken_back(handoff)

    told = Delivery.objects.filter(about=handoff.about, audience="client")
    assert [(each.kind, each.state) for each in told] == [("handoff_opened", State.DROPPED)]


def test_taking_back_a_lead_that_was_handed_over_now_ends_the_agents_task():
    handoff = open_direct()

    taken_back(handoff)

    assert not Task.objects.filter(assignee=handoff.agent, done_at=None).exists()


def test_the_lead_goes_to_the_team_lead_when_the_setter_has_left():
    handoff = open_handoff()
    boss = team_lead(handoff.team)
    Membership.objects.filter(pk=handoff.setter_id).update(ended_at=NOW)

    taken_back(handoff, actor=boss)

    assert OwnerChange.objects.get(state=State.WAITING).to == boss
