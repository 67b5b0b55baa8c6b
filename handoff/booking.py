"""Booking: holding a slot while the client is asked, and turning it into an appointment and a handoff.

Everything that takes a place on a calendar goes through here or through ``handoff.appointments``, under the person's
lock (see ``handoff.locks``); the exclusion constraint is the second net.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from psycopg2.errorcodes import EXCLUSION_VIOLATION

from handoff.errors import AlreadyHandedOff, SlotTaken, Unbookable
from handoff.locks import lock_calendars, lock_lead
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.routing.ranking import licence_gap
from handoff.slots import check_bookable, next_slots, takes_handoffs
from handoff.states import AppointmentStatus
from leads.models import Lead
from leads.stages import change_stage
from leads.states import Stage, Via
from teams.absences import bench_of, bench_words
from teams.models import Membership
from teams.policy import policy_of

NEEDS_PLACE = {How.VIDEO: "A video appointment needs its link.", How.IN_PERSON: "Say where they meet."}


def hold_slot(
    *, lead: Lead, agent: Membership, starts_at: datetime, minutes: int, setter: Membership, at: datetime
) -> Appointment:
    """Keep a slot for as long as the team's policy says; the lead's earlier hold is given up.

    Raises SlotTaken (with the next free slots; AtCapacity is one), Unbookable, AlreadyHandedOff.
    """
    with naming_next_slots(lead, agent, starts_at, minutes, at), transaction.atomic():
        locked = _lock(lead, agent, setter, at=at)
        check_bookable(agent=agent, starts_at=starts_at, minutes=minutes, at=at, lead=locked)
        _convert_hold(locked, None, at=at)
        until = at + timedelta(minutes=policy_of(locked.team).hold_minutes)
        details = {"setter": setter, "status": AppointmentStatus.HELD_SLOT, "held_until": until}
        return _take(lead=locked, agent=agent, starts_at=starts_at, minutes=minutes, at=at, details=details)


@transaction.atomic
def release_slot(*, appointment: Appointment, at: datetime) -> bool:
    """Give a held slot up; what is no hold any more is left alone. Tells whether it was one."""
    lock_calendars([appointment.person_id])
    held = Appointment.objects.filter(pk=appointment.pk, status=AppointmentStatus.HELD_SLOT)
    return bool(held.update(status=AppointmentStatus.EXPIRED, held_until=at))


def book(  # noqa: PLR0913  # an appointment is all of these at once
    *,
    lead: Lead,
    agent: Membership,
    starts_at: datetime,
    minutes: int,
    how: str,
    place: str,
    setter: Membership,
    via: Via,
    at: datetime,
    override_reason: str = "",
    by_client: bool = False,
    data: dict[str, Any] | None = None,
) -> Handoff:
    """Book the slot, held before or not, and hand the lead off, in one transaction.

    ``by_client``: it is the client who chose it, on their page; ``setter`` is who is credited with it.
    Raises NotReady, SlotTaken (with the next free slots), Unbookable, AlreadyHandedOff (a double press gets the
    handoff of the first), IllegalMove.
    """
    with naming_next_slots(lead, agent, starts_at, minutes, at), transaction.atomic():
        locked = _lock(lead, agent, setter, at=at)
        take_slot(
            lead=locked, agent=agent, starts_at=starts_at, minutes=minutes, how=how, place=place, setter=setter, at=at
        )
        asked = {**(data or {}), "agent": agent.pk, "override_reason": override_reason, "by_client": by_client}
        actor = None if by_client else setter
        change_stage(lead=locked, to=Stage.APPOINTMENT_SET, actor=actor, via=via, at=at, data=asked)
        return _opened(locked, setter)


@transaction.atomic
def hand_off_now(
    *, lead: Lead, agent: Membership | None, setter: Membership, via: Via, at: datetime, override_reason: str = ""
) -> Handoff:
    """Hand the lead over at once, to this agent or to the one that routing puts first.

    Raises NotReady, AlreadyHandedOff, NoAgent, Unbookable (an agent who may not have this lead), AtCapacity,
    IllegalMove.
    """
    locked = lock_lead(lead)
    refuse_second(locked)
    _check_same_team(locked, setter)
    if agent:
        check_may_have(agent=agent, lead=locked, at=at)
    asked = {"agent": agent.pk if agent else None, "override_reason": override_reason}
    change_stage(lead=locked, to=Stage.HANDED_OFF, actor=setter, via=via, at=at, data=asked)
    return _opened(locked, setter)


def take_slot(
    *,
    lead: Lead,
    agent: Membership,
    starts_at: datetime,
    minutes: int,
    how: str,
    place: str,
    setter: Membership,
    at: datetime,
) -> Appointment:
    """Make the slot a booked appointment, held before or not. Call it under the locks. Raises SlotTaken, Unbookable."""
    where = _place(how, place, agent)
    check_bookable(agent=agent, starts_at=starts_at, minutes=minutes, at=at, lead=lead)
    wanted = (agent.pk, starts_at, starts_at + timedelta(minutes=minutes))
    details = {"setter": setter, "how": how, "place": where, "status": AppointmentStatus.BOOKED}
    held = _convert_hold(lead, wanted, at=at, **details)
    return held or _take(lead=lead, agent=agent, starts_at=starts_at, minutes=minutes, at=at, details=details)


def people_held(lead: Lead) -> list[int]:
    """Return the users on whose calendars a slot is held for this lead: taking another one gives those up."""
    holds = Appointment.objects.filter(lead=lead, status=AppointmentStatus.HELD_SLOT)
    return list(holds.values_list("person_id", flat=True))


def check_may_have(*, agent: Membership, lead: Lead, at: datetime) -> None:
    """Raise Unbookable unless this agent may be given this lead at all."""
    _check_same_team(lead, agent)
    if not takes_handoffs(agent):
        raise Unbookable(f"{agent.user} takes no handoffs.")
    if bench := bench_of(agent, at=at):
        raise Unbookable(f"{agent.user} is {bench_words(bench.until, zone_name=agent.user.zone)}.")
    if gap := licence_gap(agent, lead):
        raise Unbookable(f"{agent.user}: {gap[0].lower()}{gap[1:]}.")


def clear_expired_holds(*, person_id: int, at: datetime) -> int:
    """Let go of holds that ran out: the constraint cannot know the time. Call it under the person's lock."""
    over = Appointment.objects.filter(person=person_id, status=AppointmentStatus.HELD_SLOT, held_until__lte=at)
    return over.update(status=AppointmentStatus.EXPIRED)


@contextmanager
def double_booking_refused() -> Iterator[None]:
    """Turn what the exclusion constraint says into SlotTaken, which has to end the transaction."""
    try:
        yield
    except IntegrityError as problem:
        if getattr(problem.__cause__, "pgcode", "") != EXCLUSION_VIOLATION:
            raise
        raise SlotTaken from problem


def _lock(lead: Lead, agent: Membership, setter: Membership, *, at: datetime) -> Lead:
    """Lock what a booking touches, in the order of ``handoff.locks``, and refuse what can be refused early."""
    lock_calendars([agent.user_id, *people_held(lead)])
    locked = lock_lead(lead)
    refuse_second(locked)
    _check_same_team(locked, setter)
    check_may_have(agent=agent, lead=locked, at=at)
    clear_expired_holds(person_id=agent.user_id, at=at)
    return locked


def refuse_second(lead: Lead) -> None:
    """Raise AlreadyHandedOff if the lead has an open handoff. Call it under the lead's lock."""
    if there := Handoff.objects.open().filter(lead=lead).select_related("agent__user").first():
        raise AlreadyHandedOff(there)


def _check_same_team(lead: Lead, member: Membership) -> None:
    if member.team_id != lead.team_id:
        raise Unbookable("That person is not of the lead's team.")


def _convert_hold(
    lead: Lead, wanted: tuple[int, datetime, datetime] | None, *, at: datetime, **details: Any
) -> Appointment | None:
    """Give up what is held for this lead, but the hold on the very slot that is ``wanted``: that one is converted."""
    converted = None
    for held in Appointment.objects.filter(lead=lead, status=AppointmentStatus.HELD_SLOT):
        changes: dict[str, Any] = {"status": AppointmentStatus.EXPIRED, "held_until": at}
        if (held.agent_id, held.starts_at, held.ends_at) == wanted:
            changes, converted = {**details, "held_until": None}, held
        for name, value in changes.items():
            setattr(held, name, value)
        held.save(update_fields=list(changes))
    return converted


def _take(
    *, lead: Lead, agent: Membership, starts_at: datetime, minutes: int, at: datetime, details: dict[str, Any]
) -> Appointment:
    begins = starts_at.astimezone(UTC)
    ends = begins + timedelta(minutes=minutes)
    with double_booking_refused():
        return Appointment.objects.create(
            team_id=lead.team_id,
            lead=lead,
            agent=agent,
            person_id=agent.user_id,
            starts_at=begins,
            ends_at=ends,
            during=(begins, ends),
            created_at=at,
            **details,
        )


def _place(how: str, place: str, agent: Membership) -> str:
    """Return where they meet. A video link defaults to the agent's own room."""
    if how not in How.values:
        raise Unbookable("Choose how they meet: call, video or in person.")
    where = place.strip() or (agent.profile.video_link if how == How.VIDEO else "")
    if not where and how in NEEDS_PLACE:
        raise Unbookable(NEEDS_PLACE[How(how)])
    return where


def _opened(lead: Lead, setter: Membership) -> Handoff:
    """Return the handoff that the stage's change has opened; what is known of it already is not asked for again."""
    handoff = Handoff.objects.open().select_related("agent__user", "appointment").get(lead=lead)
    handoff.lead, handoff.team = lead, lead.team
    if handoff.setter_id == setter.pk:
        handoff.setter = setter
    return handoff


@contextmanager
def naming_next_slots(
    lead: Lead,
    agent: Membership,
    starts_at: datetime,
    minutes: int,
    at: datetime,
    moving: Appointment | None = None,
    *,
    of_others: bool = True,
) -> Iterator[None]:
    """Add to SlotTaken what is free instead, looked up after the locks are gone: this agent's times first.

    ``of_others``: other agents' times as well, if this one has none.
    """
    try:
        yield
    except SlotTaken as refusal:
        wanted: dict[str, Any] = {"lead": lead, "at": at, "after": max(at, starts_at), "minutes": minutes}
        refusal.next_slots = next_slots(**wanted, agents=[agent], moving=moving)
        if not refusal.next_slots and of_others:
            refusal.next_slots = next_slots(**wanted)
        raise
