"""Where an appointment is put when its time changes, with what hangs on its end."""

from __future__ import annotations

from datetime import UTC, datetime

from handoff.errors import TooLate
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.routing.capacity import check_room
from handoff.routing.overdue import check_not_overdue
from handoff.slots import check_bookable, check_free
from handoff.states import AppointmentStatus
from teams.models import Membership
from teams.policy import policy_of


def find_place(handoff: Handoff, agent: Membership, starts_at: datetime | None, at: datetime) -> None:
    """See that the agent can have the appointment: as it is, or at another time, where it is put then.

    Without one, that they can have one more lead today. Raises SlotTaken (AtCapacity is one) and Unbookable.
    """
    appointment = handoff.appointment
    if appointment is None:
        policy = policy_of(handoff.team)
        check_not_overdue(agent=agent, policy=policy, at=at)
        check_room(agent=agent, policy=policy, starts_at=at, at=at, lead=handoff.lead)
        return
    if starts_at is None or starts_at == appointment.starts_at:
        check_free(agent=agent, starts_at=appointment.starts_at, ends_at=appointment.ends_at, at=at)
        return
    length = appointment.ends_at - appointment.starts_at
    minutes = int(length.total_seconds() // 60)
    check_bookable(agent=agent, starts_at=starts_at, minutes=minutes, at=at, lead=handoff.lead)
    put_at(handoff, starts_at, starts_at + length)


def put_at(handoff: Handoff, starts_at: datetime, ends_at: datetime) -> None:
    """Put the appointment there, and the outcome as many hours after its end as when it was opened.

    What the client said of the time before says nothing of this one.
    """
    if appointment := handoff.appointment:
        handoff.outcome_due_at += ends_at - appointment.ends_at
        appointment.starts_at, appointment.ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
        appointment.client_answer = appointment.rsvp = ""
        appointment.client_answered_at = appointment.rsvp_at = None


def meet_with(appointment: Appointment, agent: Membership) -> None:
    """Let it be this agent whom they meet: a video call at their own link, or a phone call where they have none."""
    if appointment.how == How.VIDEO:
        appointment.place = agent.profile.video_link
        appointment.how = How.VIDEO if appointment.place else How.CALL
    appointment.agent, appointment.person_id = agent, agent.user_id


def begun_appointment(handoff: Handoff, *, at: datetime) -> Appointment:
    """Return the appointment whose time has come, unreported. Raises TooLate."""
    appointment = _booked(handoff)
    if appointment.starts_at > at:
        raise TooLate("Somebody else has just moved this appointment. Look at it again.")
    return appointment


def future_appointment(handoff: Handoff, *, at: datetime) -> Appointment:
    """Return the appointment that is still to come. Raises TooLate."""
    appointment = _booked(handoff)
    if appointment.starts_at <= at:
        raise TooLate("The appointment has begun: report how it went instead.")
    return appointment


def _booked(handoff: Handoff) -> Appointment:
    appointment = handoff.appointment
    if appointment is None or appointment.status != AppointmentStatus.BOOKED:
        raise TooLate("This handoff has no appointment that could be changed.")
    return appointment
