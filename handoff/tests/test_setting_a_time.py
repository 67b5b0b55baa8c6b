"""A lead handed over without a time gets one: from then on it is an appointment like any other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import cancel, move, reassign, set_time, take_back
from handoff.booking import book, hold_slot
from handoff.errors import AlreadyHandedOff, SlotTaken, TooLate, Unbookable
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.states import AppointmentStatus, HandoffStatus, Method
from handoff.tests.crowds import Crowd, tally
from handoff.tests.factories import MINUTES, NOW, SLOT, appointment, open_direct, policy, ready
from leads.models import Activity, Lead, Task, Verification
from leads.states import Via
from leads.verification import confirm_email
from notifications.models import Delivery, InboxItem, Timer
from notifications.promises.owed import State
from notifications.promises.timers import fire_due
from teams.tests.factories import agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

AFTERWARDS = NOW + timedelta(minutes=10)
ENDS = SLOT + timedelta(minutes=MINUTES)


@pytest.fixture
def handoff() -> Handoff:
    return open_direct()


def timed(handoff: Handoff, **fields) -> Handoff:
    asked = {"starts_at": SLOT, "minutes": MINUTES, "how": How.CALL, "place": "", "actor": handoff.agent}
    return set_time(handoff=handoff, **(asked | {"at": AFTERWARDS} | fields))


def told(handoff: Handoff, **fields):
    return Delivery.objects.filter(about=handoff.about, kind="handoff_timed", **fields)


def test_the_handoff_has_a_booked_appointment_of_its_agent(handoff):
    changed = timed(handoff, how=How.IN_PERSON, place="12 Invented Street")

    handoff.refresh_from_db()
    booked = handoff.appointment
    assert changed.appointment == booked
    assert (booked.status, booked.agent, booked.setter) == (AppointmentStatus.BOOKED, handoff.agent, handoff.setter)
    assert (booked.starts_at, booked.ends_at, booked.sequence) == (SLOT, ENDS, 0)
    assert (booked.how, booked.place) == (How.IN_PERSON, "12 Invented Street")
    assert (handoff.method, handoff.status, handoff.revision) == (Method.DIRECT, HandoffStatus.OPEN, 2)


def test_agent_and_client_are_invited_and_the_channel_hears_of_it(handoff):
    timed(handoff)

    invites = {each.audience: each.invite for each in told(handoff, channel="email")}
    assert set(invites) == {"agent", "client"}
    for invite in invites.values():
        assert (invite["method"], invite["sequence"]) == ("REQUEST", 0)
        assert invite["starts_at"].startswith("2026-11-24T16:00:00")
        assert len(invite["attendees"]) == 2
    assert told(handoff, channel="slack").count() == 1
    assert "Time set" in told(handoff, channel="slack").get().message["title"]


def test_where_they_meet_is_told_to_the_agent_and_not_to_the_channel(handoff):
    timed(handoff, how=How.IN_PERSON, place="12 Invented Street")

    heard = {each.audience: str(each.message) for each in told(handoff)}
    assert "12 Invented Street" in heard["agent"]
    assert "12 Invented Street" in heard["client"]
    assert "12 Invented Street" not in heard["channel"]


def test_the_setter_is_told_unless_they_set_it_themselves(handoff):
    timed(handoff)
    assert InboxItem.objects.filter(membership=handoff.setter, kind="handoff_timed").count() == 1

    other = open_direct()
    timed(other, actor=other.setter)
    assert not InboxItem.objects.filter(membership=other.setter, kind="handoff_timed").exists()


def test_the_client_is_invited_at_the_address_that_was_read_back_since():
    lead = ready()
    Verification.objects.filter(lead=lead).update(email="")
    handoff = open_direct(Lead.objects.get(pk=lead.pk))
    address = lead.emails.get().address
    confirm_email(lead=Lead.objects.get(pk=lead.pk), actor=lead.isa, at=NOW, value=address)

    timed(handoff)

    assert told(handoff, audience="client").get().address == address


def test_a_client_without_a_confirmed_address_is_called_about_the_invite():
    lead = ready()
    Verification.objects.filter(lead=lead).update(email="")
    handoff = open_direct(Lead.objects.get(pk=lead.pk))

    timed(handoff)

    assert not told(handoff, audience="client").exists()
    call = Task.objects.get(lead=lead, kind="call", done_at=None)
    assert call.assignee == handoff.setter
    assert "no email for the invite" in call.title


def test_nobody_has_to_call_right_away_any_more(handoff):
    call = Task.objects.get(lead=handoff.lead, kind="call")
    assert call.done_at is None

    timed(handoff)

    call.refresh_from_db()
    assert call.done_at == AFTERWARDS


def test_the_outcome_is_due_after_the_appointment_by_the_policy_of_the_opening(handoff):
    policy(handoff.team, outcome_hours=72, outcome_reminders=[1])

    timed(handoff)

    handoff.refresh_from_db()
    assert handoff.outcome_due_at == ENDS + timedelta(hours=24)
    asking = Timer.objects.filter(about=handoff.about, kind__startswith="outcome_")
    running = asking.filter(called_off_at=None, fired_at=None)
    assert [due_at - ENDS for due_at in running.order_by("due_at").values_list("due_at", flat=True)] == [
        timedelta(hours=hours) for hours in (0, 2, 12, 20, 24)
    ]


def test_an_outcome_that_was_overdue_already_is_asked_for_again_after_the_meeting(handoff):
    team_lead(handoff.team)
    late = NOW + timedelta(hours=30)
    fire_due(at=late)
    handoff.refresh_from_db()
    assert handoff.outcome_overdue_at

    timed(handoff, starts_at=SLOT + timedelta(days=1), at=late)

    handoff.refresh_from_db()
    assert handoff.outcome_overdue_at is None
    assert not Task.objects.filter(lead=handoff.lead, kind__in=["outcome", "outcome_overdue"], done_at=None).exists()
    assert not Delivery.objects.filter(kind="outcome_overdue", state=State.WAITING).exists()
    fire_due(at=ENDS + timedelta(days=1))
    asked = Delivery.objects.get(about=handoff.about, kind="outcome_ask", channel="email", state=State.WAITING)
    assert asked.recipient == handoff.agent


def test_the_lead_s_story_tells_when(handoff):
    timed(handoff)

    assert Activity.objects.get(lead=handoff.lead, kind="timed").summary == "Time set: Tue, Nov 24, 10:00 AM CST"


def test_the_same_time_pressed_twice_is_set_once(handoff):
    timed(handoff)
    again = timed(handoff)

    assert again.revision == 2
    assert Appointment.objects.count() == 1
    assert told(handoff, channel="email").count() == 2


def test_a_second_time_is_a_move_and_not_this(handoff):
    timed(handoff)

    with pytest.raises(TooLate, match="reschedule"):
        timed(handoff, starts_at=SLOT + timedelta(hours=2))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"starts_at": NOW}, "past"),
        ({"starts_at": AFTERWARDS + timedelta(minutes=5)}, "too soon"),
        ({"starts_at": SLOT.replace(hour=9)}, "does not work then"),
        ({"starts_at": SLOT + timedelta(minutes=7)}, "every 30 minutes"),
        ({"how": How.IN_PERSON}, "where they meet"),
        ({"how": "pigeon"}, "how they meet"),
    ],
)
def test_a_time_that_nobody_may_have_is_refused_and_changes_nothing(handoff, asked, words):
    with pytest.raises(Unbookable, match=words):
        timed(handoff, **asked)

    handoff.refresh_from_db()
    assert (handoff.appointment, handoff.revision) == (None, 1)
    assert Timer.objects.filter(about=handoff.about, called_off_at=None).count() == 5


def test_a_taken_time_names_what_is_free_of_this_agent(handoff):
    appointment(handoff.agent, starts_at=SLOT)
    agent(handoff.team)

    with pytest.raises(SlotTaken) as refusal:
        timed(handoff)

    assert refusal.value.next_slots
    assert {slot.agent for slot in refusal.value.next_slots} == {handoff.agent}


def test_a_slot_that_was_held_for_this_very_lead_does_not_stand_in_the_way():
    lead = ready()
    to = agent(lead.team)
    hold_slot(lead=lead, agent=to, starts_at=SLOT, minutes=MINUTES, setter=lead.isa, at=NOW)
    handoff = open_direct(lead, to=to)

    timed(handoff, starts_at=SLOT + timedelta(minutes=30), at=NOW + timedelta(minutes=1))

    assert set(Appointment.objects.values_list("status", "starts_at")) == {
        (AppointmentStatus.EXPIRED, SLOT),
        (AppointmentStatus.BOOKED, SLOT + timedelta(minutes=30)),
    }


def test_when_the_lead_has_another_agent_by_now_it_is_not_booked_with_the_one_before(handoff):
    stale = Handoff.objects.select_related("agent__user", "lead__team").get(pk=handoff.pk)
    reassign(handoff=handoff, agent=agent(handoff.team), actor=None, at=NOW)

    with pytest.raises(TooLate, match="just changed"):
        timed(stale)


def test_a_handoff_that_has_ended_gets_no_time(handoff):
    take_back(handoff=handoff, reason="Wrong area", actor=handoff.setter, at=NOW)

    with pytest.raises(TooLate):
        timed(handoff)


def test_booking_the_lead_again_is_still_a_second_handoff(handoff):
    with pytest.raises(AlreadyHandedOff):
        book(
            lead=handoff.lead,
            agent=handoff.agent,
            starts_at=SLOT,
            minutes=MINUTES,
            how=How.CALL,
            place="",
            setter=handoff.setter,
            via=Via.PAGE,
            at=AFTERWARDS,
        )


def test_it_is_moved_and_cancelled_like_any_other(handoff):
    timed(handoff)
    handoff.refresh_from_db()

    moved = move(appointment=handoff.appointment, starts_at=SLOT + timedelta(hours=2), actor=None, at=AFTERWARDS)
    assert moved.sequence == 1
    ended = cancel(appointment=moved, reason="Client is ill", actor=None, at=AFTERWARDS)

    assert ended.status == HandoffStatus.CANCELLED
    cancels = Delivery.objects.filter(about=handoff.about, kind="handoff_cancelled", invite__method="CANCEL")
    assert {each.audience for each in cancels} == {"agent", "client"}
    assert not told(handoff, state=State.WAITING).exists(), "nobody is invited to what is off"


@pytest.mark.django_db(transaction=True)
def test_eight_who_set_a_time_at_once_set_one():
    handoff = open_direct()
    times = [SLOT + timedelta(minutes=30 * number) for number in range(8)]

    with Crowd(8) as crowd:
        answers = tally(crowd.act([lambda at=at: timed(handoff, starts_at=at) for at in times]))

    assert answers == {"Handoff": 1, "TooLate": 7}
    assert Appointment.objects.count() == 1
    assert told(handoff, channel="email").count() == 2


@pytest.mark.django_db(transaction=True)
def test_setting_a_time_while_the_lead_changes_hands_books_only_its_agent():
    for _ in range(4):
        handoff = open_direct()
        to = agent(handoff.team)
        with Crowd(2) as crowd:
            crowd.act(
                [
                    lambda handoff=handoff: timed(handoff),
                    lambda handoff=handoff, to=to: reassign(handoff=handoff, agent=to, actor=None, at=AFTERWARDS),
                ]
            )

        handoff.refresh_from_db()
        if handoff.appointment:
            assert handoff.appointment.agent_id == handoff.agent_id
        else:
            assert handoff.agent == to
