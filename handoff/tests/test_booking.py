"""Booking a slot, and handing off at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.booking import book, hand_off_now
from handoff.errors import AlreadyHandedOff, NoAgent, NotReady, SlotTaken, Unbookable
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.states import AppointmentStatus, HandoffStatus, Method
from handoff.tests.factories import MINUTES, NOW, SLOT, appointment, open_direct, open_handoff, ready
from leads.models import Lead
from leads.stages import IllegalMove
from leads.states import Stage, Via
from teams.models import AgentProfile
from teams.tests.factories import MembershipFactory, TeamFactory, agent, isa

pytestmark = pytest.mark.django_db


def test_booking_hands_the_lead_off():
    lead = ready()
    to = agent(lead.team)

    handoff = open_handoff(lead, to=to)

    lead.refresh_from_db()
    assert (handoff.agent, handoff.setter, handoff.method) == (to, lead.isa, Method.SCHEDULED)
    assert handoff.appointment.status == AppointmentStatus.BOOKED
    assert (handoff.appointment.starts_at, handoff.appointment.ends_at) == (SLOT, SLOT + timedelta(minutes=45))
    assert lead.stage == Stage.APPOINTMENT_SET


@pytest.mark.parametrize("offset", [-30, 0, 30])
def test_a_taken_slot_is_refused_with_what_is_free_next(offset):
    to = agent()
    open_handoff(ready(to.team), to=to)

    with pytest.raises(SlotTaken) as refusal:
        open_handoff(ready(to.team), to=to, starts_at=SLOT + timedelta(minutes=offset))

    free = [slot.starts_at for slot in refusal.value.next_slots]
    assert free == sorted(free)
    assert free[0] == SLOT + timedelta(minutes=60)
    open_handoff(ready(to.team), to=to, starts_at=free[0])


def test_overlapping_by_a_minute_is_taken_even_off_the_grid():
    to = agent()
    open_handoff(ready(to.team), to=to)

    with pytest.raises(SlotTaken):
        open_handoff(ready(to.team), to=to, starts_at=SLOT + timedelta(minutes=44))


def test_one_person_is_in_one_place_whatever_the_team():
    here = agent()
    there = agent(TeamFactory.create(), user=here.user)
    open_handoff(ready(here.team), to=here)

    with pytest.raises(SlotTaken):
        open_handoff(ready(there.team), to=there)
    open_handoff(ready(there.team), to=there, starts_at=SLOT + timedelta(hours=2))


def test_pressing_twice_gives_the_first_handoff():
    lead = ready()
    to = agent(lead.team)
    first = open_handoff(lead, to=to)

    with pytest.raises(AlreadyHandedOff) as refusal:
        open_handoff(lead, to=to)

    assert refusal.value.handoff == first
    assert Handoff.objects.count() == 1
    assert Appointment.objects.count() == 1


def test_a_closed_gate_books_nothing():
    lead = ready(answers={"motivation": ""})
    to = agent(lead.team)

    with pytest.raises(NotReady) as refusal:
        open_handoff(lead, to=to)

    lead.refresh_from_db()
    assert [each.letter for each in refusal.value.missing] == ["motivation"]
    assert lead.stage == Stage.QUALIFIED
    assert not Appointment.objects.exists()


def test_an_illegal_move_books_nothing():
    lead = ready()
    Lead.objects.filter(pk=lead.pk).update(stage=Stage.CLOSED)

    with pytest.raises(IllegalMove):
        open_handoff(lead)

    assert not Appointment.objects.exists()


def test_a_video_appointment_uses_the_agents_own_room():
    lead = ready()
    to = agent(lead.team, profile={"video_link": "https://video.example.com/ana"})

    assert open_handoff(lead, to=to, how=How.VIDEO).appointment.place == "https://video.example.com/ana"


@pytest.mark.parametrize(("how", "reason"), [(How.VIDEO, "link"), (How.IN_PERSON, "where"), ("carrier pigeon", "how")])
def test_a_meeting_needs_a_place(how, reason):
    lead = ready()
    to = agent(lead.team)

    with pytest.raises(Unbookable, match=reason):
        open_handoff(lead, to=to, how=how)
    open_handoff(lead, to=to, how=How.IN_PERSON, place="12 Example Street")


def test_an_agent_of_another_team_cannot_be_booked():
    lead = ready()

    with pytest.raises(Unbookable, match="team"):
        open_handoff(lead, to=agent())
    with pytest.raises(Unbookable, match="team"):
        open_handoff(lead, setter=isa())
    open_handoff(lead)


def test_an_agent_without_a_licence_cannot_be_booked():
    lead = ready(state="TX")
    to = agent(lead.team, profile={"states": ["CO"]})

    with pytest.raises(Unbookable, match="no licence in TX"):
        open_handoff(lead, to=to)
    AgentProfile.objects.filter(membership=to).update(states=["TX"])
    to.profile.refresh_from_db()
    open_handoff(lead, to=to)


def test_an_agent_who_takes_no_handoffs_cannot_be_booked():
    lead = ready()
    benched = agent(lead.team, profile={"takes_handoffs": False})
    gone = agent(lead.team, ended_at=NOW)

    for to in (benched, gone, isa(lead.team)):
        with pytest.raises(Unbookable, match="takes no handoffs"):
            open_handoff(lead, to=to)


def test_a_lead_handed_over_now_goes_to_the_agent_who_was_named():
    lead = ready()
    agent(lead.team)
    named = agent(lead.team)

    handoff = open_direct(lead, to=named)

    lead.refresh_from_db()
    assert (handoff.agent, handoff.method, handoff.appointment) == (named, Method.DIRECT, None)
    assert lead.stage == Stage.HANDED_OFF


def test_a_lead_handed_over_to_nobody_in_particular_goes_to_routings_first():
    lead = ready(language="es")
    agent(lead.team)
    fluent = agent(lead.team, profile={"languages": ["es"]})

    handoff = hand_off_now(lead=lead, agent=None, setter=lead.isa, via=Via.PAGE, at=NOW)

    assert handoff.agent == fluent


def test_without_any_agent_nothing_is_handed_over():
    lead = ready()
    agent(lead.team, profile={"states": ["CO"]})

    with pytest.raises(NoAgent, match="No licence in TX"):
        hand_off_now(lead=lead, agent=None, setter=lead.isa, via=Via.PAGE, at=NOW)

    lead.refresh_from_db()
    assert lead.stage == Stage.QUALIFIED


def test_handing_over_twice_gives_the_first_handoff():
    lead = ready()
    first = open_direct(lead)

    with pytest.raises(AlreadyHandedOff) as refusal:
        open_direct(lead)
    assert refusal.value.handoff == first


def test_the_reason_for_choosing_otherwise_is_kept():
    handoff = open_handoff(override_reason="They insist on Tuesday")

    assert handoff.override_reason == "They insist on Tuesday"


def test_a_lead_can_be_booked_again_after_its_handoff_ended():
    lead = ready()
    to = agent(lead.team)
    first = open_handoff(lead, to=to)
    Handoff.objects.filter(pk=first.pk).update(status=HandoffStatus.CANCELLED)
    Appointment.objects.filter(pk=first.appointment_id).update(status=AppointmentStatus.CANCELLED)
    Lead.objects.filter(pk=lead.pk).update(stage=Stage.QUALIFIED)

    again = book(
        lead=lead,
        agent=to,
        starts_at=SLOT,
        minutes=MINUTES,
        how=How.CALL,
        place="",
        setter=lead.isa,
        via=Via.API,
        at=NOW,
    )
    assert again.pk != first.pk


def test_the_database_itself_refuses_two_appointments_at_once():
    to = agent()
    appointment(to)

    with pytest.raises(Exception, match="one_place_at_a_time"):
        appointment(to, starts_at=SLOT + timedelta(minutes=44))


def test_a_member_without_hours_cannot_be_booked():
    lead = ready()
    to = MembershipFactory.create(team=lead.team, role="agent")

    with pytest.raises(Unbookable, match="does not work"):
        open_handoff(lead, to=to)
