"""An agent who was put through is rung for nobody else for the length of a talk, unless they are free before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from handoff.live.standby import TALK
from handoff.models import Handoff, LiveTransfer
from handoff.states import TransferStatus
from teams.models import Membership, Presence
from teams.signals import presence_changed


@dataclass(frozen=True, slots=True)
class Talk:
    """With whom, and until when rings are kept from the agent at the latest."""

    name: str
    until: datetime


def talk_of(agent: Membership, *, at: datetime) -> Talk | None:
    """Return the talk that keeps rings from this person now, in whatever team; one query."""
    found = _talks(agent, at=at).order_by("-connected_at").values("team", "connected_at", "facts__lead__first_name")
    last = found.first()
    if last is None:
        return None
    is_ours = last["team"] == agent.team_id  # of another team's client nothing is said here
    name = str(last["facts__lead__first_name"] or "") if is_ours else ""
    return Talk(name or "a client", (last["connected_at"] or at) + TALK)


@transaction.atomic
def free_again(*, agent: Membership, at: datetime) -> None:
    """Let this person be rung again: they have hung up."""
    if _talks(agent, at=at).update(freed_at=at):
        presence_changed.send(sender=Presence, member=agent, at=at)


def free_by_outcome(handoff: Handoff, *, at: datetime) -> None:
    """Whoever says how a talk went has hung up."""
    transfer = LiveTransfer.objects.filter(handoff=handoff, freed_at=None).select_related("agent").first()
    if transfer and transfer.agent:
        free_again(agent=transfer.agent, at=at)


def _talks(agent: Membership, *, at: datetime) -> QuerySet[LiveTransfer]:
    mine = LiveTransfer.objects.filter(person=agent.user_id, status=TransferStatus.CONNECTED, freed_at=None)
    return mine.filter(connected_at__gt=at - TALK)
