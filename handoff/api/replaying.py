"""One receipt with its attempts, over the API, and sending once more what has gone out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Schema

from handoff.api import shown
from handoff.api.afterwards import Ref
from handoff.api.router import router
from handoff.api.schemas import ReceiptOut
from handoff.api.shown import owing
from handoff.models import Handoff
from handoff.replays import NotSentAgain, find_step, send_again, story_of
from notifications.promises.owed import Owed
from teams.bearer import acting
from teams.http import TeamRequest
from teams.models import Membership, Scope
from teams.problems import Problem, not_found
from teams.schemas import PROBLEMS


class TryOut(Schema):
    """One attempt. `ended` is done, failed, running, or cut off when its process died."""

    number: int
    started_at: datetime
    took_ms: int | None
    ended: str
    answer: str


class FullReceiptOut(ReceiptOut):
    """With every attempt, and why it is not sent again, if it is not."""

    tries: list[TryOut]
    may_send_again: bool
    why_not: str


@router.get("/receipts/{receipt_id}", response={200: FullReceiptOut, **PROBLEMS}, summary="A receipt and its attempts")
def get_receipt(request: TeamRequest, receipt_id: Ref) -> dict[str, Any]:
    """When each was made, how long it took, what the other side answered."""
    return _told(*_load(acting(request, Scope.READ), receipt_id))


@router.post(
    "/receipts/{receipt_id}/send-again", response={200: FullReceiptOut, **PROBLEMS}, summary="Send a mail once more"
)
def send_once_more(request: TeamRequest, receipt_id: Ref) -> dict[str, Any]:
    """One that has gone out, with the same identifiers: who has it already sees it once. Else 409 with the reason."""
    membership = acting(request, Scope.HANDOFFS)
    handoff, step = _load(membership, receipt_id)
    try:
        send_again(handoff=handoff, step=step, actor=membership, at=timezone.now())
    except NotSentAgain as refusal:
        raise Problem(409, "not_sent_again", str(refusal)) from refusal
    return _told(*_load(membership, receipt_id))


def _load(membership: Membership, receipt_id: str) -> tuple[Handoff, Owed]:
    handoff = owing(membership, receipt_id)
    step = find_step(handoff, receipt_id)
    if step is None:
        raise not_found()
    return handoff, step


def _told(handoff: Handoff, step: Owed) -> dict[str, Any]:
    story = story_of(handoff, step, at=timezone.now())
    return {
        **shown.receipt(story.receipt),
        "tries": list(story.tries),
        "may_send_again": story.may_send_again,
        "why_not": story.why_not,
    }
