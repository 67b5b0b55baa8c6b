"""A live transfer's moves: compare-and-swap by the table of states, each with its event, each announced."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from handoff.errors import RingOver
from handoff.models import LiveTransfer, Ring, TransferEvent
from handoff.signals import rings_ended, transfer_moved
from handoff.states import TRANSFER_MOVES, RingStatus, TransferStatus
from notifications.pushing import push
from teams.models import Membership

#: What ended or took a transfer, to whoever comes too late.
OVER = {
    TransferStatus.ACCEPTED: "{agent} has just taken it.",
    TransferStatus.CONNECTED: "{agent} has taken it.",
    TransferStatus.DROPPED: "{agent} had taken it, and it is over.",
    TransferStatus.CANCELLED: "It was called off.",
    TransferStatus.EXPIRED: "It rang out before anybody took it.",
}


@transaction.atomic
def move(
    transfer: LiveTransfer, *, to: TransferStatus, actor: Membership | None, at: datetime, **stamps: Any
) -> TransferEvent:
    """Move the transfer on, if nobody else has meanwhile, and tell every open page. Raises RingOver.

    Call off its timers before: a timer's handler holds its row while it moves the transfer.
    """
    was = TransferStatus(transfer.status)
    if to not in TRANSFER_MOVES[was] or not _swap(transfer, was, status=to, **stamps):
        raise RingOver(why_over(transfer))
    for name, value in {"status": to, **stamps}.items():
        setattr(transfer, name, value)
    event = TransferEvent.objects.create(transfer=transfer, was=was, to=to, actor=actor, at=at)
    tell_pages(transfer, at=at)
    transfer_moved.send(sender=LiveTransfer, event=event, at=at)
    return event


def locked(pk: int) -> LiveTransfer:
    """Wait for the transfer and return it as it is now, with its lead, team and setter.

    The order here: timers, then the transfer, then its rings, then who is on call, by rising member. Only then people
    are told: a row that is written to somebody shares their membership, for which whoever leaves waits while they
    hold rings.
    """
    found = LiveTransfer.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("lead__team__policy", "setter__user", "team").get(pk=pk)


def hold_rings(transfer: LiveTransfer) -> None:
    """Wait for what rings for this transfer, in one order, before anybody is told anything."""
    list(Ring.objects.ringing().filter(transfer=transfer).select_for_update().order_by("pk").values_list("pk"))


def end_rings(
    transfer: LiveTransfer, *, to: RingStatus, at: datetime, only: Q | None = None, **stamps: Any
) -> list[Ring]:
    """End what still rings for this transfer, or only some of it, all in the same way; return what this has ended."""
    ringing = Ring.objects.ringing().filter(only or Q(), transfer=transfer)
    ended = list(ringing.select_related("agent__user", "agent__team"))
    if ended and ringing.filter(pk__in=[ring.pk for ring in ended]).update(status=to, answered_at=at, **stamps):
        for ring in ended:
            ring.transfer, ring.status, ring.answered_at = transfer, to, at
        rings_ended.send(sender=LiveTransfer, transfer=transfer, rings=ended, at=at)
        return ended
    return []


def _swap(transfer: LiveTransfer, was: TransferStatus, **changes: Any) -> int:
    return LiveTransfer.objects.filter(pk=transfer.pk, status=was).update(**changes)


def tell_pages(transfer: LiveTransfer, *, at: datetime) -> None:
    """Have the pages of all who take part look at the transfer again."""
    rung = Ring.objects.filter(transfer=transfer).values_list("agent", flat=True)
    push(to={transfer.setter_id, *rung}, topic="transfer", ref=str(transfer.pk), at=at)


def why_over(transfer: LiveTransfer) -> str:
    """Say what became of it, as it is stored now."""
    return over_words(LiveTransfer.objects.select_related("agent__user").get(pk=transfer.pk))


def over_words(transfer: LiveTransfer) -> str:
    """Say what became of a transfer that was loaded with its agent."""
    agent = transfer.agent.user if transfer.agent else "Somebody"
    return OVER.get(TransferStatus(transfer.status), "Your ring has ended.").format(agent=agent)
