"""Looking at the board."""

from __future__ import annotations

from datetime import datetime

from handoff.baton.board import ROWS, find, own_handoffs
from handoff.models import Handoff
from notifications.models import Delivery
from notifications.promises.owed import State
from teams.models import Membership


def risks_of(handoff: Handoff, viewer: Membership, *, at: datetime) -> dict[str, int]:
    """The codes of what is wrong with it, each with its level."""
    found = find(own_handoffs(viewer), at=at, rows=ROWS)
    hits = [hit for place, hits in found.rows.items() for hit in hits if place.pk == handoff.pk]
    return {hit.code: int(hit.level) for hit in reversed(hits)}


def settle(handoff: Handoff, *, at: datetime) -> None:
    """Let every step of it be done."""
    Delivery.objects.filter(about=handoff.about).update(state=State.DONE, done_at=at)
    handoff.owner_changes.update(state=State.DONE, done_at=at)
