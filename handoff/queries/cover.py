"""What an ISA can do when an agent cannot make it: other agents at the same time first, then other times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handoff.cover.settling import open_request
from handoff.models import Appointment, CoverRequest, Handoff
from handoff.queries.times import Time, time_of
from handoff.routing.ranking import rank
from handoff.routing.scoring import Candidate
from handoff.slots import Slot, next_slots
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.words.pieces import minutes_of

#: As many of each as are weighed with a client on the phone.
AGENTS, TIMES = 5, 6


@dataclass(frozen=True, slots=True)
class Offer:
    """Another time, and whose."""

    slot: Slot
    time: Time


@dataclass(frozen=True, slots=True)
class Cover:
    """Everything the page draws. Nothing is offered once the meeting has begun."""

    asked: CoverRequest | None
    same_time: list[Candidate]
    same_agent: list[Offer]
    others: list[Offer]
    is_over: bool


def cover_for(handoff: Handoff, *, at: datetime) -> Cover:
    """Return who could take it as it is, when else its agent could, and when else others could."""
    appointment, asked = handoff.appointment, open_request(handoff)
    is_open = handoff.status == HandoffStatus.OPEN and appointment is not None
    if not is_open or appointment is None or appointment.status != AppointmentStatus.BOOKED:
        return Cover(asked, [], [], [], is_over=True)
    if appointment.starts_at <= at:
        return Cover(asked, [], [], [], is_over=True)
    minutes = minutes_of(appointment)
    ranked = rank(lead=handoff.lead, team=handoff.team, at=at, starts_at=appointment.starts_at, minutes=minutes)
    suitable = [each for each in ranked if each.agent.pk != handoff.agent_id]
    theirs = next_slots(
        lead=handoff.lead, at=at, limit=4 * TIMES, minutes=minutes, agents=[handoff.agent], moving=appointment
    )
    of_team = next_slots(lead=handoff.lead, at=at, limit=8 * TIMES, minutes=minutes)
    return Cover(
        asked=asked,
        same_time=[each for each in suitable if not each.removed_by][:AGENTS],
        same_agent=_offers(theirs, appointment, handoff),
        others=_offers((slot for slot in of_team if slot.agent.pk != handoff.agent_id), appointment, handoff),
        is_over=False,
    )


def _offers(slots: Iterable[Slot], appointment: Appointment, handoff: Handoff) -> list[Offer]:
    """Times that do not touch the one that cannot be, written for the client's clock."""
    elsewhere = [
        slot for slot in slots if slot.ends_at <= appointment.starts_at or slot.starts_at >= appointment.ends_at
    ]
    return [Offer(slot, time_of(slot, client_zone=handoff.lead.zone, with_day=True)) for slot in elsewhere[:TIMES]]
