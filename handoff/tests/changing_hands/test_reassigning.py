"""Giving a handoff to another agent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.errors import SlotTaken, TooLate, Unbookable
from handoff.models import OwnerChange
from handoff.tests.changing_hands.changing import invites, reassigned, taken_back
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from leads.models import Activity, Collaborator, Task
from notifications.models import Delivery
from notifications.promises.owed import State
from notifications.promises.timers import fire_due
from teams.tests.factories import agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db


def test_the_new_agent_has_the_handoff_and_the_same_appointment():
    handoff = open_handoff()
    to = agent(handoff.team)

    changed = reassigned(handoff, to)

    assert changed.agent == to
    assert changed.appointment
    assert (changed.appointment.pk, changed.appointment.agent, changed.appointment.person_id) == (
        handoff.appointment.pk,
        to,
        to.user_id,
    )
    assert changed.appointment.starts_at == SLOT


@pytest.mark.parametrize(
    ("link", "how", "place"),
    [("https://meet.example.com/new", "video", "https://meet.example.com/new"), ("", "call", "")],
)
def test_a_video_call_is_at_the_new_agents_link_or_by_phone(link, how, place):
    handoff = open_handoff(how="video", place="https://meet.example.com/old")
    to = agent(handoff.team)
    to.profile.video_link = link
    to.profile.save()

    changed = reassigned(handoff, to)

    changed.appointment.refresh_from_db()
    assert (changed.appointment.how, changed.appointment.place) == (how, place)
    told = Delivery.objects.filter(about=handoff.about, kind="handoff_reassigned", channel="email")
    assert not [each for each in told.exclude(recipient=handoff.agent) if "meet.example.com/old" in str(each.invite)]


def test_a_meeting_in_person_stays_where_it_is():
    handoff = open_handoff(how="in_person", place="1 Example Street")

    changed = reassigned(handoff, agent(handoff.team))

    assert (changed.appointment.how, changed.appointment.place) == ("in_person", "1 Example Street")


def test_the_timeline_names_who_moved_the_lead_from_whom_to_whom():
    handoff = open_handoff()
    to, boss = agent(handoff.team), team_lead(handoff.team)

    reassigned(handoff, to, actor=boss)

    said = Activity.objects.get(lead=handoff.lead, kind="reassigned")
    assert said.summary == f"{boss.user} moved this lead from {handoff.agent.user} to {to.user}"


def test_a_cancel_goes_to_who_is_out_and_a_request_to_who_is_in():
    handoff = open_handoff()
    to = agent(handoff.team)

    reassigned(handoff, to)

    client = handoff.lead.emails.get().address
    assert invites(handoff, "handoff_reassigned") == {
        (handoff.agent.user.email, "CANCEL", 1),
        (to.user.email, "REQUEST", 1),
        (client, "REQUEST", 1),
    }


def test_the_cancel_names_only_who_is_out():
    handoff = open_handoff()

    reassigned(handoff, agent(handoff.team))

    out = Delivery.objects.get(kind="handoff_reassigned", address=handoff.agent.user.email)
    assert [each["email"] for each in (out.invite or {})["attendees"]] == [handoff.agent.user.email]


def test_the_new_agent_gets_the_whole_brief_and_sees_the_lead():
    handoff = open_handoff()
    to = agent(handoff.team)

    reassigned(handoff, to)

    brief = Delivery.objects.get(kind="handoff_reassigned", address=to.user.email)
    assert "Price" in str(brief.message["facts"])
    assert Collaborator.objects.filter(lead=handoff.lead, membership=to).exists()
    assert OwnerChange.objects.get(state=State.WAITING).to == to


def test_the_agent_who_is_out_is_not_sent_what_still_waited():
    handoff = open_handoff()

    reassigned(handoff, agent(handoff.team))

    first = Delivery.objects.get(about=handoff.about, kind="handoff_opened", audience="agent")
    assert first.state == State.DROPPED


def test_the_old_agents_time_is_free_again():
    handoff = open_handoff()
    was = handoff.agent

    reassigned(handoff, agent(handoff.team))

    assert open_handoff(ready(handoff.team), to=was).appointment.starts_at == SLOT


def test_an_agent_who_is_busy_then_cannot_take_it():
    busy = agent()
    open_handoff(ready(busy.team), to=busy)
    handoff = open_handoff(ready(busy.team))

    with pytest.raises(SlotTaken):
        reassigned(handoff, busy)

    handoff.refresh_from_db()
    assert (handoff.revision, handoff.agent == busy) == (1, False)
    reassigned(handoff, agent(busy.team))


@pytest.mark.parametrize(
    ("profile", "hours", "reason"),
    [
        ({"states": ["CO"]}, "09:00-17:00 mon-fri", "no licence"),
        ({"takes_handoffs": False}, "09:00-17:00 mon-fri", "takes no handoffs"),
        ({}, "09:00-10:00 mon-fri", "does not work"),
    ],
)
def test_an_agent_who_may_not_or_does_not_work_cannot_take_it(profile, hours, reason):
    handoff = open_handoff()

    with pytest.raises(Unbookable, match=reason):
        reassigned(handoff, agent(handoff.team, profile=profile, hours=hours))


def test_an_agent_of_another_team_cannot_take_it():
    with pytest.raises(Unbookable, match="team"):
        reassigned(open_handoff(), agent())


def test_giving_it_to_who_has_it_is_refused():
    handoff = open_handoff()

    with pytest.raises(Unbookable, match="already"):
        reassigned(handoff, handoff.agent)


def test_a_lead_handed_over_now_is_called_by_the_new_agent():
    handoff = open_direct()
    to = agent(handoff.team)

    reassigned(handoff, to)

    open_calls = Task.objects.filter(kind="call", done_at=None)
    assert [task.assignee for task in open_calls] == [to]
    assert invites(handoff, "handoff_reassigned") == set()


def test_the_new_agent_gets_as_long_to_report_as_the_first_one_had():
    handoff = open_direct()
    boss, to = team_lead(handoff.team), agent(handoff.team)
    fire_due(at=NOW + timedelta(hours=1))
    fire_due(at=NOW + timedelta(hours=25))
    late = NOW + timedelta(hours=26)

    changed = reassigned(handoff, to, at=late)

    assert changed.outcome_due_at == late + timedelta(hours=24)
    assert changed.outcome_overdue_at is None
    assert not Task.objects.filter(kind__startswith="outcome", done_at=None).exists()
    assert fire_due(at=late + timedelta(hours=1)) == 1
    assert Task.objects.get(kind="outcome", done_at=None).assignee == to
    fire_due(at=late + timedelta(hours=24))
    assert Task.objects.filter(kind="outcome_overdue", assignee=boss).count() == 2


def test_a_lead_that_comes_back_to_its_first_agent_is_called_again():
    handoff = open_direct()
    first = handoff.agent

    reassigned(reassigned(handoff, agent(handoff.team)), first)

    assert Task.objects.get(kind="call", done_at=None).assignee == first


def test_reassigning_and_back_again_owes_each_step_once_more():
    handoff = open_handoff()
    first, second = handoff.agent, agent(handoff.team)

    once = reassigned(handoff, second)
    again = reassigned(once, first)

    assert (again.revision, again.agent) == (3, first)
    assert [each.to for each in OwnerChange.objects.order_by("pk")] == [first, second, first]
    assert OwnerChange.objects.get(state=State.WAITING).to == first


def test_an_appointment_that_has_begun_cannot_change_hands():
    handoff = open_handoff()

    with pytest.raises(TooLate, match="begun"):
        reassigned(handoff, agent(handoff.team), at=SLOT)


@pytest.mark.parametrize("change", [taken_back, lambda handoff: reassigned(handoff, agent(handoff.team))])
def test_a_handoff_that_has_ended_cannot_be_changed(change):
    handoff = open_handoff()
    taken_back(handoff)

    with pytest.raises(TooLate, match="ended"):
        change(handoff)
