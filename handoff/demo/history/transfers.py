"""A live transfer as rows: the request, each ring, and every move of it."""

from __future__ import annotations

from typing import Final

from handoff.demo.history.rows import Way
from handoff.demo.history.transferring import RING_ALL_SECONDS, RING_SECONDS, Rung, Transfer
from handoff.models.transfers import DropReason
from handoff.states import Method, RingStatus, TransferStatus
from teams.models.transfers import RingWay

ADVICE: Final = "Ready now and qualified, and somebody is on call."


def write_transfer(transfer: Transfer, way: Way, *, key: int, facts: str, handoff: int | None = None) -> None:
    """Write one that is over; ``handoff`` is what it became."""
    sheets, agent = way.book.sheets, transfer.agent.member if transfer.agent else None
    shown = [rung.shown_at for rung in transfer.rungs if rung.shown_at]
    sheets.transfers.add(
        key, way.book.team.pk, way.lead, transfer.client.isa.member.pk, transfer.status,
        agent.pk if agent else None, agent.user_id if agent else None, facts, Method.LIVE, ADVICE,
        RingWay.ONE_BY_ONE, RING_SECONDS, RING_ALL_SECONDS, len(transfer.rungs), transfer.rungs[-1].ends_at,
        transfer.told_name_at, transfer.requested_at, shown[0] if shown else None, transfer.accepted_at,
        transfer.connected_at, transfer.ended_at,
        DropReason(transfer.drop_reason).label if transfer.drop_reason else "", transfer.drop_reason, handoff,
    )  # fmt: skip
    for rung in transfer.rungs:
        _ring(rung, key, way)
    _moves(transfer, key, way)
    if handoff is None:
        words = f"Live transfer: {TransferStatus(transfer.status).label.lower()}"
        way.tell("transfer", words, by=None, at=transfer.ended_at)


def _ring(rung: Rung, key: int, way: Way) -> None:
    brief_at = rung.shown_at or (rung.answered_at if rung.status == RingStatus.ACCEPTED else None)
    way.book.sheets.rings.add(
        key, rung.agent.member.pk, rung.number, rung.status, rung.at, rung.ends_at, rung.shown_at, brief_at,
        rung.answered_at, rung.answered_by, rung.pass_reason,
    )  # fmt: skip


def _moves(transfer: Transfer, key: int, way: Way) -> None:
    """Every move, each by whoever made it; nobody made the one of a transfer that rang in vain."""
    events, setter = way.book.sheets.events, transfer.client.isa.member.pk
    was = TransferStatus.RINGING
    events.add(key, "", was, setter, transfer.requested_at)
    if transfer.agent and transfer.accepted_at:
        events.add(key, was, TransferStatus.ACCEPTED, transfer.agent.member.pk, transfer.accepted_at)
        was = TransferStatus.ACCEPTED
    actor = None if transfer.status == TransferStatus.EXPIRED else setter
    events.add(key, was, transfer.status, actor, transfer.ended_at)
