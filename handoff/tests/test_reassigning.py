"""Giving a handoff to another agent, and taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import reassign, take_back
from handoff.errors import SlotTaken, TooLate, Unbookable
from handoff.models import Handoff, OwnerChange
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from leads.models import Activity, Collaborator, Lead, Task
from leads.states import Stage
from notifications.models import Delivery, Timer
from notifications.promises.owed import State
from notifications.promises.timers import fire_due
from teams.models import Membership
from teams.tests.factories import agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

AFTERWARDS = NOW + timedelta(minutes=10)


def reassigned(handoff: Handoff, to: Membership, **fields) -> Handoff:
    return reassign(handoff=handoff, agent=to, **({"actor": handoff.setter, "at": AFTERWARDS} | fields))


def taken_back(handoff: Handoff, **fields) -> Handoff:
    asked = {"reason": "Wrong area", "actor": handoff.setter, "at": AFTERWARDS} | fields
    return take_back(handoff=handoff, **asked)


def invites(handoff: Handoff, kind: str) -> set[tuple[str, str, int]]:
    found = Delivery.objects.filter(about=handoff.about, kind=kind, channel="email")
    return {(each.address, each.invite["method"], each.invite["sequence"]) for each in found if each.invite}


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
