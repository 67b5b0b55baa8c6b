"""What goes out when a live transfer moves, in the transaction of the move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from handoff.live import chat, story, telling  # noqa: F401  # chat registers its buttons, story listens
from handoff.live.talking import free_by_outcome
from handoff.models import Handoff, LiveTransfer, Ring, TransferEvent
from handoff.signals import (
    outcome_recorded,
    ring_missed,
    rings_ended,
    rung_started,
    still_accepted,
    transfer_moved,
)
from handoff.states import TransferStatus
from notifications.presence import tell_own_pages
from teams.signals import presence_changed


@receiver(rung_started, dispatch_uid="handoff.live.tell_ringing")
def ring_agents(*, transfer: LiveTransfer, rings: Sequence[Ring], at: datetime, **_: Any) -> None:
    """Ring by chat, text and mail, too."""
    telling.tell_ringing(transfer, rings, at=at)


@receiver(rings_ended, dispatch_uid="handoff.live.tell_rings_ended")
def say_how_rings_ended(*, transfer: LiveTransfer, rings: Sequence[Ring], at: datetime, **_: Any) -> None:
    """Leave no button behind that is good for nothing."""
    telling.tell_rings_ended(transfer, rings, at=at)


@receiver(ring_missed, dispatch_uid="handoff.live.tell_off_call")
def say_who_is_off_call(*, ring: Ring, is_off_call: bool, at: datetime, **_: Any) -> None:
    """Tell who is off call by too many missed rings, and their open pages how many were missed."""
    if is_off_call:
        telling.tell_off_call(ring, at=at)
        presence_changed.send(sender=Ring, member=ring.agent, at=at)
    else:
        tell_own_pages(ring.agent_id, at=at)


@receiver(still_accepted, dispatch_uid="handoff.live.ask_whether_connected")
def ask_whether_connected(*, transfer: LiveTransfer, at: datetime, **_: Any) -> None:
    """Ask both."""
    telling.ask_whether_connected(transfer, at=at)


@receiver(transfer_moved, dispatch_uid="handoff.live.tell_of_move")
def tell_of_move(*, event: TransferEvent, at: datetime, **_: Any) -> None:
    """Tell whom each move concerns."""
    transfer = event.transfer
    if event.to == TransferStatus.RINGING:
        telling.settle_tasks(transfer.lead, at=at)
    elif event.to == TransferStatus.ACCEPTED:
        telling.tell_accepted(transfer, at=at)
    elif event.to == TransferStatus.CONNECTED:
        telling.tell_connected(transfer, at=at)
    elif event.to == TransferStatus.DROPPED:
        telling.tell_dropped(transfer, actor=event.actor, at=at)
    elif event.to == TransferStatus.EXPIRED:
        telling.tell_expired(transfer, at=at)


@receiver(outcome_recorded, dispatch_uid="handoff.live.free_by_outcome")
def free_agent(*, handoff: Handoff, at: datetime, **_: Any) -> None:
    """Ring again who has told how it went."""
    free_by_outcome(handoff, at=at)
