"""What a lead's timeline tells of its live transfers: who passed, and that nobody took the client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from handoff.models import LiveTransfer, Ring, TransferEvent
from handoff.signals import rings_ended, transfer_moved
from handoff.states import RingStatus, TransferStatus
from leads.timeline import record
from teams.models import Membership

NAMED = 6  # of those who did not take the client; the panel has them all
HOW = {
    RingStatus.MISSED: "did not answer",
    RingStatus.PASSED: "passed",
    RingStatus.CALLED_OFF: "could not answer any more",
}


@receiver(rings_ended, dispatch_uid="handoff.live.record_passes")
def record_passes(*, transfer: LiveTransfer, rings: Sequence[Ring], at: datetime, **_: Any) -> None:
    """Say who passed, and why."""
    passed = [ring.pk for ring in rings if ring.status == RingStatus.PASSED]
    for ring in Ring.objects.filter(pk__in=passed).select_related("agent__user") if passed else ():
        why = " · ".join(each for each in (ring.get_pass_reason_display(), ring.note) if each)
        _record(transfer, f"Passed the live transfer on{f': {why}' if why else ''}", ring.agent, at)


@receiver(transfer_moved, dispatch_uid="handoff.live.record_expiry")
def record_expiry(*, event: TransferEvent, at: datetime, **_: Any) -> None:
    """Say that everybody was rung, and how each of them let it go."""
    if event.to != TransferStatus.EXPIRED:
        return
    rings = Ring.objects.filter(transfer=event.transfer).select_related("agent__user").order_by("rung", "pk")
    latest = {ring.agent_id: ring for ring in rings}
    each = [f"{ring.agent.user} {HOW.get(RingStatus(ring.status), 'was rung')}" for ring in latest.values()]
    more = f" and {len(each) - NAMED} more" if len(each) > NAMED else ""
    _record(event.transfer, f"Nobody took the live transfer: {', '.join(each[:NAMED])}{more}", None, at)


def _record(transfer: LiveTransfer, words: str, actor: Membership | None, at: datetime) -> None:
    record(lead=transfer.lead, kind="transfer", summary=words, actor=actor, at=at, data={"transfer": transfer.pk})
