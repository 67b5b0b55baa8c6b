"""A time that the client chose becomes their appointment: the one they have is moved, or a new one is booked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from handoff import appointments, booking
from handoff.client.standing import Standing
from handoff.client.times import how_they_meet, length_of
from handoff.errors import TooLate
from handoff.models import Appointment, Handoff
from handoff.ownership import who_gets_it_back
from handoff.states import ClientAnswer
from handoff.under_lock import CHANGED
from leads.states import Via
from teams.models import Membership


def choose(*, standing: Standing, agent: Membership, starts_at: datetime, seen: int, at: datetime) -> Handoff:
    """Move the appointment, to the other agent if it is theirs, or book anew. Chosen by the client is confirmed.

    ``seen``: the handoff's revision that the client chose at. Raises TooLate if it has changed since, SlotTaken,
    Unbookable, and what the gate refuses a new appointment with.
    """
    handoff = standing.handoff
    if not standing.is_ahead or handoff.appointment is None:
        return rebook(handoff=handoff, agent=agent, starts_at=starts_at, at=at)
    if agent.pk == handoff.agent_id:
        appointments.move(
            appointment=handoff.appointment, starts_at=starts_at, actor=None, at=at, by_client=True, seen=seen
        )
        return handoff
    return appointments.reassign(
        handoff=handoff, agent=agent, starts_at=starts_at, actor=None, at=at, by_client=True, seen=seen
    )


@transaction.atomic
def rebook(*, handoff: Handoff, agent: Membership, starts_at: datetime, at: datetime) -> Handoff:
    """Book a new appointment after the one of ``handoff`` came to nothing; whoever had set that one is credited.

    It goes through the ordinary door, gate and all. Raises what ``booking.book`` raises; TooLate if the lead was
    handed over again since.
    """
    if Handoff.objects.filter(lead=handoff.lead_id, pk__gt=handoff.pk).exists():
        raise TooLate(CHANGED)
    how, place = how_they_meet(handoff, agent)
    new = booking.book(
        lead=handoff.lead,
        agent=agent,
        starts_at=starts_at,
        minutes=length_of(handoff),
        how=how,
        place=place,
        setter=who_gets_it_back(handoff),
        via=Via.LINK,
        at=at,
        by_client=True,
        data={"after": handoff.pk},
    )
    Appointment.objects.filter(handoff=new).update(client_answer=ClientAnswer.CONFIRMED, client_answered_at=at)
    return new
