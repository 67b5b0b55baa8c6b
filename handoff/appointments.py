"""What happens to a handoff afterwards: given a time, moved, cancelled, given to another agent, taken back.

Each takes the locks of ``handoff.locks`` in their order, looks again at what is stored, and returns that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff.booking import (
    check_may_have,
    clear_expired_holds,
    double_booking_refused,
    naming_next_slots,
    people_held,
    take_slot,
)
from handoff.due import agreed
from handoff.ending import end, give_back
from handoff.errors import TooLate, Unbookable
from handoff.facts import agent_facts, appointment_facts
from handoff.guests import everybody_is_told, set_guests
from handoff.licensing import check_may_set
from handoff.models import Appointment, Handoff
from handoff.ownership import owe_owner
from handoff.phrases import local_moment
from handoff.placing import begun_appointment, find_place, future_appointment, meet_with, put_at
from handoff.reaching import client_address
from handoff.routing.credits import credit_for_cancelling, credit_for_taking_back
from handoff.routing.decisions import keep_decision
from handoff.routing.ranking import rank_others
from handoff.slots import check_bookable
from handoff.states import ClientAnswer, HandoffStatus
from handoff.telling import tell_cancelled, tell_moved, tell_reassigned, tell_taken_back, tell_timed
from handoff.timing import call_off_timers, set_timers_of
from handoff.under_lock import CHANGED, handoff_locked
from leads.collaborating import collaborate
from leads.contacts import primary_email
from leads.ownership import give_lead
from leads.timeline import record
from leads.verification import is_email_verified
from teams.models import Membership

#: What of an appointment changes with its time.
MOVABLE = ("starts_at", "ends_at", "during", "client_answer", "client_answered_at", "rsvp", "rsvp_at")


def set_time(
    *, handoff: Handoff, starts_at: datetime, minutes: int, how: str, place: str, actor: Membership | None, at: datetime
) -> Handoff:
    """Give a lead that was handed over without a time its appointment: invites to both, the outcome due after it.

    The same time again changes nothing. Raises SlotTaken (with the next free slots), Unbookable, TooLate.
    """
    agent, lead = handoff.agent, handoff.lead
    with (
        naming_next_slots(lead, agent, starts_at, minutes, at, of_others=False),
        handoff_locked(handoff, also=[agent.user_id, *people_held(lead)]) as current,
    ):
        if _is_at(current.appointment, starts_at, starts_at + timedelta(minutes=minutes)):
            return current
        if current.appointment:
            raise TooLate("A time is set already: reschedule it instead.")
        if current.agent_id != agent.pk:
            raise TooLate(CHANGED)
        check_may_set(actor, current.lead)
        clear_expired_holds(person_id=agent.user_id, at=at)
        call_off_timers(current, at=at)
        appointment = current.appointment = take_slot(
            lead=current.lead,
            agent=current.agent,
            starts_at=starts_at,
            minutes=minutes,
            how=how,
            place=place,
            setter=current.setter,
            at=at,
        )
        current.outcome_due_at = appointment.ends_at + agreed(current, "outcome_hours")
        current.outcome_overdue_at = None
        terms = {**current.facts.get("terms", {}), "client_email": _address_now(current)}
        current.facts = {**current.facts, "appointment": appointment_facts(appointment), "terms": terms}
        set_guests(current)
        current.revision += 1
        current.save(update_fields=["appointment", "revision", "facts", "outcome_due_at", "outcome_overdue_at"])
        set_timers_of(current, at=at)
        when = local_moment(appointment.starts_at, current.team.zone)
        _record(current, "timed", f"Time set: {when}", actor, at)
        tell_timed(current, actor=actor, at=at)
        return current


def move(
    *,
    appointment: Appointment,
    starts_at: datetime,
    minutes: int | None = None,
    actor: Membership | None,
    at: datetime,
    by_client: bool = False,
    seen: int | None = None,
    has_begun: bool = False,
) -> Appointment:
    """Move to another time: the same row and UID, SEQUENCE + 1, updates to everyone, the outcome due later too.

    ``by_client``: it is the client who moves it, and so says that they come. ``seen``: the revision it was chosen at.
    ``has_begun``: its old time has come, and they did not meet (``handoff.postponing``).
    The same time again changes nothing. Raises SlotTaken (with the next free slots), Unbookable, TooLate (also if it
    is not as it was ``seen``).
    """
    agent, lead = appointment.agent, appointment.lead
    length = minutes or int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)
    with (
        naming_next_slots(lead, agent, starts_at, length, at, moving=appointment, of_others=False),
        handoff_locked(_handoff_of(appointment), seen=seen) as handoff,
    ):
        current = begun_appointment(handoff, at=at) if has_begun else future_appointment(handoff, at=at)
        ends_at = starts_at + timedelta(minutes=length)
        if _is_at(current, starts_at, ends_at):
            return current
        clear_expired_holds(person_id=current.person_id, at=at)
        check_bookable(
            agent=handoff.agent, starts_at=starts_at, minutes=length, at=at, lead=handoff.lead, moving=current
        )
        call_off_timers(handoff, at=at)
        was_at = current.starts_at
        put_at(handoff, starts_at, ends_at)
        handoff.outcome_overdue_at = None
        if by_client:
            _answer(current, ClientAnswer.CONFIRMED, at)
        _change(handoff)
        set_timers_of(handoff, at=at)
        when = local_moment(current.starts_at, handoff.team.zone)
        what = "The client moved the appointment" if by_client else "Appointment moved"
        _record(handoff, "moved", f"{what} to {when}", actor, at)
        tell_moved(handoff, was_at=was_at, actor=actor, at=at, by_client=by_client)
        return current


def cancel(
    *,
    appointment: Appointment,
    reason: str,
    actor: Membership | None,
    at: datetime,
    is_agents_doing: bool = False,
    by_client: bool = False,
    seen: int | None = None,
) -> Handoff:
    """Call the appointment off: CANCEL to everyone; the lead is Qualified again, and its setter's. Raises TooLate.

    ``is_agents_doing``: it is the agent who cannot come, so that it counts in their share all the same. ``by_client``
    and ``seen`` as in ``move``.
    """
    with handoff_locked(_handoff_of(appointment), seen=seen) as handoff:
        current = future_appointment(handoff, at=at)
        if by_client:
            _answer(current, ClientAnswer.CANCELLED, at)
            current.save(update_fields=["client_answer", "client_answered_at"])
        credit = credit_for_cancelling(handoff, actor=actor, is_agents_doing=is_agents_doing)
        end(handoff, HandoffStatus.CANCELLED, reason, credit=credit, at=at)
        what = "The client cancelled" if by_client else "Appointment cancelled"
        _record(handoff, "cancelled", _because(what, reason), actor, at)
        give_back(handoff, actor=actor, at=at)
        tell_cancelled(handoff, reason=reason, actor=actor, at=at, by_client=by_client)
        return handoff


def reassign(
    *,
    handoff: Handoff,
    agent: Membership,
    actor: Membership | None,
    at: datetime,
    starts_at: datetime | None = None,
    by_client: bool = False,
    seen: int | None = None,
) -> Handoff:
    """Give the handoff, with its appointment, to another agent: CANCEL to who is out, REQUEST to who is in.

    ``starts_at``: another time besides, of those that the new agent can be booked for. ``by_client`` and ``seen`` as in
    ``move``. Raises SlotTaken or Unbookable when the new agent cannot have it, TooLate.
    """
    appointment, was_at = handoff.appointment, None
    with handoff_locked(handoff, also=[agent.user_id], seen=seen) as current:
        if appointment:
            appointment = future_appointment(current, at=at)
        check_may_have(agent=agent, lead=current.lead, at=at)
        if agent.pk == current.agent_id:
            raise Unbookable(f"{agent.user} has this lead already.")
        if appointment:
            was_at = appointment.starts_at
            clear_expired_holds(person_id=agent.user_id, at=at)
        find_place(current, agent, starts_at, at)
        ranked = rank_others(current, at=at)
        if appointment:
            meet_with(appointment, agent)
            if by_client:
                _answer(appointment, ClientAnswer.CONFIRMED, at)
        call_off_timers(current, at=at)
        was, current.agent = current.agent, agent
        if appointment is None:  # the new agent gets as long as the first one got
            current.outcome_due_at = at + agreed(current, "outcome_hours")
        current.outcome_overdue_at = None
        current.facts = {**current.facts, "agent": agent_facts(agent)}  # how the new agent is presented
        _change(current)
        set_timers_of(current, at=at, since=at)
        collaborate(lead=current.lead, membership=agent, reason="agent", at=at)
        owe_owner(current, to=agent, at=at)
        keep_decision(current, candidates=ranked, was=was, was_named=True, by=actor, at=at)
        _record(current, "reassigned", f"{_who_moved(actor, by_client)} from {was.user} to {agent.user}", actor, at)
        is_moved = appointment is not None and appointment.starts_at != was_at
        was_at = was_at if is_moved else None
        tell_reassigned(current, was=was, was_at=was_at, actor=actor, at=at, by_client=by_client)
        return current


def take_back(
    *, handoff: Handoff, reason: str, actor: Membership | None, at: datetime, is_agents_doing: bool = False
) -> Handoff:
    """Return the lead to who set it, at any time while the handoff is open. Raises TooLate.

    ``is_agents_doing``: it is on the agent's account, so that it counts in their share all the same.
    """
    with handoff_locked(handoff) as current:
        is_meeting_off = current.appointment is not None and current.appointment.starts_at > at
        credit = credit_for_taking_back(current, is_agents_doing=is_agents_doing)
        end(current, HandoffStatus.RETURNED, reason, credit=credit, at=at)
        _record(current, "taken_back", _because(f"Taken back from {current.agent.user}", reason), actor, at)
        give_back(current, actor=actor, at=at)
        tell_taken_back(current, reason=reason, actor=actor, at=at, is_meeting_off=is_meeting_off)
        return current


def inherit(*, handoff: Handoff, to: Membership, why: str, actor: Membership | None, at: datetime) -> Handoff:
    """Make the outcome of a meeting that has begun somebody else's to report, and the lead theirs at once.

    Nobody is invited anew: the appointment stays on the calendar of who met the client, and so do the facts.
    """
    with handoff_locked(handoff) as current:
        current.agent = to
        current.revision += 1
        current.save(update_fields=["agent", "revision"])
        collaborate(lead=current.lead, membership=to, reason="agent", at=at)
        owe_owner(current, to=to, at=at)
        give_lead(lead=current.lead, to=to, at=at, summary=f"{why}: {to.user} owns this lead now")
        _record(current, "inherited", f"{why}: {to.user} reports how it went", actor, at)
        return current


def _handoff_of(appointment: Appointment) -> Handoff:
    found = Handoff.objects.select_related("appointment", "lead").filter(appointment=appointment).first()
    if found is None:
        raise TooLate("This time is only held, or not of a handoff: there is nothing to change.")
    return found


def _is_at(appointment: Appointment | None, starts_at: datetime, ends_at: datetime) -> bool:
    return appointment is not None and (appointment.starts_at, appointment.ends_at) == (starts_at, ends_at)


def _address_now(handoff: Handoff) -> str:
    """Return where the client is invited: the address read back since they were handed over, else the one before."""
    return primary_email(handoff.lead) if is_email_verified(handoff.lead) else client_address(handoff)


def _change(handoff: Handoff) -> None:
    """Save a change that people are told of: the revision rises, and on calendars the SEQUENCE."""
    everybody_is_told(handoff)
    handoff.revision += 1
    if appointment := handoff.appointment:
        appointment.sequence += 1
        appointment.during = (appointment.starts_at, appointment.ends_at)
        with double_booking_refused():
            appointment.save(update_fields=[*MOVABLE, "how", "place", "sequence", "agent", "person"])
    handoff.save(update_fields=["revision", "agent", "facts", "outcome_due_at", "outcome_overdue_at"])


def _because(what: str, reason: str) -> str:
    return f"{what}: {reason}" if reason.strip() else what


def _who_moved(actor: Membership | None, by_client: bool) -> str:
    if by_client:
        return "The client chose another time, and went"
    return f"{actor.user} moved this lead" if actor else "Moved"


def _answer(appointment: Appointment, answer: ClientAnswer, at: datetime) -> None:
    appointment.client_answer, appointment.client_answered_at = answer, at


def _record(handoff: Handoff, kind: str, summary: str, actor: Membership | None, at: datetime) -> None:
    record(lead=handoff.lead, kind=kind, summary=summary, actor=actor, at=at, data={"handoff": handoff.pk})
