"""Who could take a client who is on the phone now: ranked, and of everybody else what keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q, Value

from handoff.models import Appointment, LiveTransfer
from handoff.routing.ranking import Field, field_of, rank_now
from handoff.routing.scoring import Candidate
from handoff.states import AppointmentStatus, TransferStatus
from leads.models import Lead
from teams.models import Membership, Presence

#: So long a first talk lasts: who has an appointment within it, or was connected within it, is not rung.
TALK = timedelta(minutes=20)
#: So long after nobody took the call it is no use to ring them all again.
RANG_OUT = timedelta(minutes=10)
NOT_ON_CALL, MEETING, TALKING = "Not on call", "Has an appointment now", "In a transfer"


def standing_by(field: Field, *, lead: Lead | None, ranked: Sequence[Candidate] | None = None) -> list[Candidate]:
    """Rank a loaded field for a transfer now: those who can be rung first, the removed ones last with the reason.

    ``ranked``: the field as it stands for a lead that is handed over today, where that is known already.

    Being on call outranks working hours and one's own calendar, since the agent has just said so; an appointment in
    Baton outranks being on call. Two queries for any number of agents, and one for limits where there are any.
    """
    at = field.at
    on_call = set(
        Presence.objects.on_call(at)
        .filter(membership__in=[agent.pk for agent in field.agents])
        .values_list("pk", flat=True)
    )
    engaged = _engaged(field.agents, at=at)
    judged = [
        replace(each, removed_by=each.removed_by or _gap(each.agent, on_call, engaged))
        for each in (rank_now(field, lead=lead) if ranked is None else ranked)
    ]
    return sorted(judged, key=lambda each: each.place)


def who_stands_by(*, lead: Lead, at: datetime) -> list[Candidate]:
    """Load the lead's team and rank it so."""
    return standing_by(field_of(lead=lead, team=lead.team, at=at), lead=lead)


def first_standing_by(candidates: Sequence[Candidate]) -> Membership | None:
    """Return who would ring first, or None."""
    return next((each.agent for each in candidates if not each.removed_by), None)


def rang_out(transfer: LiveTransfer | None, *, at: datetime) -> bool:
    """Tell of a lead's newest transfer whether everybody was rung a moment ago, and nobody took the call."""
    ended_at = transfer.ended_at if transfer and transfer.status == TransferStatus.EXPIRED else None
    return bool(ended_at and ended_at > at - RANG_OUT)


def has_rung_out(lead: Lead, *, at: datetime) -> bool:
    """Ask the same where the lead's newest transfer is not loaded."""
    return rang_out(LiveTransfer.objects.filter(lead=lead).order_by("-pk").first(), at=at)


def _gap(agent: Membership, on_call: set[int], engaged: dict[int, str]) -> str:
    return engaged.get(agent.user_id, "") if agent.pk in on_call else NOT_ON_CALL


def _engaged(agents: Sequence[Membership], *, at: datetime) -> dict[int, str]:
    """Return by person what they are in, in whatever team; one query."""
    people = [agent.user_id for agent in agents]
    meeting = Appointment.objects.filter(
        person__in=people, status=AppointmentStatus.BOOKED, starts_at__lt=at + TALK, ends_at__gt=at
    )
    talking = LiveTransfer.objects.filter(person__in=people).filter(
        Q(status=TransferStatus.ACCEPTED)
        | Q(status=TransferStatus.CONNECTED, connected_at__gt=at - TALK, freed_at=None)
    )
    both = meeting.values_list("person", Value(MEETING)).union(talking.values_list("person", Value(TALKING)))
    return dict(both.order_by("person"))
