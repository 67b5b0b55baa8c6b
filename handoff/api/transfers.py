"""Live transfers over the API: asked for, answered, connected or ended, through the verbs that pages use."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Status

from handoff.api.router import router
from handoff.api.transfer_schemas import (
    AcceptIn,
    CancelIn,
    DropIn,
    FullTransferOut,
    PassIn,
    TransferIn,
    TransfersOut,
)
from handoff.live import answering, connecting
from handoff.live.requesting import request_transfer
from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy, LiveTransferQuerySet
from handoff.states import RingStatus, TransferStatus
from leads.api import WORKERS, lead_of
from leads.states import Via
from teams.bearer import acting
from teams.http import TeamRequest
from teams.keyset import page
from teams.models import Membership, Role, Scope
from teams.problems import not_found
from teams.schemas import PROBLEMS, Cursor, Id, Limit

ANSWERS = {200: FullTransferOut, **PROBLEMS}


@router.get("/live-transfers", response={200: TransfersOut, **PROBLEMS}, summary="List live transfers")
def list_transfers(
    request: TeamRequest,
    status: TransferStatus | None = None,
    lead: Id | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """The newest first; an agent's are those for which they were rung."""
    transfers = _drawn(LiveTransfer.objects.visible_to(acting(request, Scope.READ)))
    if status:
        transfers = transfers.filter(status=status)
    if lead is not None:
        transfers = transfers.filter(lead=lead)
    return page(transfers, cursor=cursor, limit=limit, show=_shown)


@router.post("/live-transfers", response={201: FullTransferOut, **PROBLEMS}, summary="Ring agents for a client")
def request_one(request: TeamRequest, body: TransferIn) -> Status[dict[str, Any]]:
    """The best who are on call and free ring at once. 409 `nobody_on_call` brings the next free slots instead."""
    membership, at = acting(request, Scope.HANDOFFS, *WORKERS), timezone.now()
    lead = lead_of(membership, body.lead)
    transfer = request_transfer(lead=lead, setter=membership, override_reason=body.override_reason, at=at)
    return Status(201, _told(membership, transfer.pk, at=at))


@router.get("/live-transfers/{int:transfer_id}", response=ANSWERS, summary="A live transfer")
def get_transfer(request: TeamRequest, transfer_id: int) -> dict[str, Any]:
    """Reading it notes nothing: a brief counts as read by accepting with its mark."""
    return _told(acting(request, Scope.READ), transfer_id, at=timezone.now())


@router.post("/live-transfers/{int:transfer_id}/accept", response=ANSWERS, summary="Take the client")
def accept(request: TeamRequest, transfer_id: int, body: AcceptIn) -> dict[str, Any]:
    """By an agent who is rung. The first one wins; 409 `ring_over` says who did."""
    membership, at = acting(request, Scope.HANDOFFS, Role.AGENT), timezone.now()
    ring = _ring_of(membership, transfer_id)
    answering.accept(ring=ring, brief=body.brief_mark, by=AnsweredBy.API, at=at)
    return _told(membership, transfer_id, at=at)


@router.post("/live-transfers/{int:transfer_id}/pass", response=ANSWERS, summary="Let the next one ring")
def pass_on(request: TeamRequest, transfer_id: int, body: PassIn) -> dict[str, Any]:
    """At once; whoever passes is not rung again for this client."""
    membership, at = acting(request, Scope.HANDOFFS, Role.AGENT), timezone.now()
    ring = _ring_of(membership, transfer_id)
    answering.pass_on(ring=ring, reason=body.reason, note=body.note, by=AnsweredBy.API, at=at)
    return _told(membership, transfer_id, at=at)


@router.post("/live-transfers/{int:transfer_id}/told-name", response=ANSWERS, summary="The client knows the name")
def told_name(request: TeamRequest, transfer_id: int) -> dict[str, Any]:
    """The client was told to whom they will talk; nothing connects before."""
    membership, at = acting(request, Scope.HANDOFFS, *WORKERS), timezone.now()
    connecting.note_name_told(transfer=_transfer_of(membership, transfer_id), actor=membership, at=at)
    return _told(membership, transfer_id, at=at)


@router.post("/live-transfers/{int:transfer_id}/connect", response=ANSWERS, summary="The client is through")
def connect(request: TeamRequest, transfer_id: int) -> dict[str, Any]:
    """The lead is handed off: `handoff` is the one that has opened. A second time it is the same one."""
    membership, at = acting(request, Scope.HANDOFFS), timezone.now()
    connecting.connect(transfer=_transfer_of(membership, transfer_id), actor=membership, via=Via.API, at=at)
    return _told(membership, transfer_id, at=at)


@router.post("/live-transfers/{int:transfer_id}/drop", response=ANSWERS, summary="It came to nothing")
def drop(request: TeamRequest, transfer_id: int, body: DropIn) -> dict[str, Any]:
    """After it was accepted: the lead stays with the ISA."""
    membership, at = acting(request, Scope.HANDOFFS), timezone.now()
    transfer = _transfer_of(membership, transfer_id)
    connecting.drop(transfer=transfer, actor=membership, reason=body.reason, note=body.note, at=at)
    return _told(membership, transfer_id, at=at)


@router.post("/live-transfers/{int:transfer_id}/cancel", response=ANSWERS, summary="Stop ringing")
def cancel(request: TeamRequest, transfer_id: int, body: CancelIn) -> dict[str, Any]:
    """Before anybody has accepted; 409 `ring_over` after that: then it is dropped."""
    membership, at = acting(request, Scope.HANDOFFS, *WORKERS), timezone.now()
    connecting.cancel(transfer=_transfer_of(membership, transfer_id), actor=membership, reason=body.reason, at=at)
    return _told(membership, transfer_id, at=at)


def _drawn(transfers: LiveTransferQuerySet) -> LiveTransferQuerySet:
    return transfers.select_related("lead", "setter__user", "agent__user")


def _transfer_of(membership: Membership, transfer_id: int) -> LiveTransfer:
    transfer = _drawn(LiveTransfer.objects.visible_to(membership)).filter(pk=transfer_id).first()
    if transfer is None:
        raise not_found()
    return transfer


def _ring_of(membership: Membership, transfer_id: int) -> Ring:
    """Load the latest ring of this agent."""
    rings = Ring.objects.visible_to(membership).filter(transfer=transfer_id).select_related("agent__user")
    ring = rings.order_by("-rung").first()
    if ring is None:
        raise not_found()
    return ring


def _told(membership: Membership, transfer_id: int, *, at: datetime) -> dict[str, Any]:
    """Return the transfer as this member may see it now."""
    transfer = _transfer_of(membership, transfer_id)
    rings = transfer.rings.select_related("agent__user")
    shown = list(rings.filter(agent=membership) if membership.is_agent else rings)
    may_read = not membership.is_agent or any(_is_before(ring, at=at) for ring in shown)
    return {
        **_shown(transfer),
        "ladder": None if membership.is_agent else transfer.ladder,
        "rings": [_ring(ring) for ring in shown],
        "brief": transfer.facts if may_read else None,
        "brief_mark": answering.brief_mark(transfer) if may_read else None,
    }


def _is_before(ring: Ring, *, at: datetime) -> bool:
    """Whether the agent can answer it, or has taken the client: else the brief is not theirs to read."""
    return ring.status == RingStatus.ACCEPTED or (ring.status == RingStatus.RINGING and ring.ends_at > at)


def _shown(transfer: LiveTransfer) -> dict[str, Any]:
    own = (
        "status", "advised", "advice", "override_reason", "way", "rung", "is_last_rung", "rung_ends_at", "told_name_at",
        "requested_at", "first_shown_at", "accepted_at", "connected_at", "ended_at", "end_reason", "drop_reason",
    )  # fmt: skip
    return {
        "id": transfer.pk,
        "lead": transfer.lead_id,
        **{name: getattr(transfer, name) for name in own},
        "setter": transfer.setter_id,
        "setter_name": str(transfer.setter.user),
        "agent": transfer.agent_id,
        "agent_name": str(transfer.agent.user) if transfer.agent else "",
        "handoff": transfer.handoff_id,
    }


def _ring(ring: Ring) -> dict[str, Any]:
    own = (
        "rung", "status", "rung_at", "ends_at", "shown_at", "brief_at", "answered_at", "answered_by", "pass_reason",
        "note",
    )  # fmt: skip
    return {"agent": ring.agent_id, "name": str(ring.agent.user), **{name: getattr(ring, name) for name in own}}
