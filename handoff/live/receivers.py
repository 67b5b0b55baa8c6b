"""What the live-transfer desk does when something else happens to its leads and people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from handoff.errors import TransferUnderWay
from handoff.live.connecting import cancel, drop
from handoff.models import Handoff, LiveTransfer
from handoff.models.transfers import DropReason
from handoff.signals import handoff_opened
from handoff.states import Method, RingStatus, TransferStatus
from teams.leaving import Leaving
from teams.models.presence import Ended
from teams.presence import go_off_call
from teams.signals import member_leaving

HANDED_OFF = "The lead was handed off another way."


@receiver(handoff_opened, dispatch_uid="handoff.live.stop_ringing")
def stop_ringing(*, handoff: Handoff, at: datetime, **_: Any) -> None:
    """Ring nobody for a lead that somebody has by now; an agent who has accepted is not passed over."""
    if handoff.method == Method.LIVE:
        return
    transfer = LiveTransfer.objects.under_way().filter(lead=handoff.lead).select_related("agent__user", "lead").first()
    if transfer is None:
        return
    if transfer.status == TransferStatus.ACCEPTED:
        raise TransferUnderWay(transfer)
    cancel(transfer=transfer, actor=None, reason=HANDED_OFF, at=at)


@receiver(member_leaving, dispatch_uid="handoff.live.leave")
def ring_no_more(*, leaving: Leaving, **_: Any) -> None:
    """Whoever leaves is rung no more, and holds no client."""
    member, at = leaving.member, leaving.at
    go_off_call(member=member, because=Ended.LEFT, at=at)
    for transfer in LiveTransfer.objects.filter(agent=member, status=TransferStatus.ACCEPTED).select_related("lead"):
        drop(transfer=transfer, actor=None, reason=DropReason.AGENT_GONE, at=at)
    for transfer in LiveTransfer.objects.under_way().filter(setter=member).select_related("lead"):
        end = drop if transfer.status == TransferStatus.ACCEPTED else cancel
        end(transfer=transfer, actor=None, reason=DropReason.OTHER, at=at)
    member.rings.filter(status=RingStatus.RINGING).update(status=RingStatus.CALLED_OFF, answered_at=at)
