"""When a request for cover is over: whatever gives the meeting another time, another agent or an end settles it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, Subquery

from handoff.models import CoverRequest, Handoff
from leads.todo import finish_tasks

#: The kind of its tasks, messages and entries in the lead's story.
ABOUT = "cover"


def open_request(handoff: Handoff) -> CoverRequest | None:
    """Return the request that nobody has solved, if there is one."""
    return CoverRequest.objects.open().filter(handoff=handoff).select_related("agent__user").first()


def cover_reason() -> Subquery:
    """Return the words of the open request of each handoff, for a query of handoffs; null where there is none."""
    return Subquery(CoverRequest.objects.open().filter(handoff=OuterRef("pk")).values("reason")[:1])


def settle(handoff: Handoff, *, at: datetime, is_taken_back: bool = False) -> None:
    """Close the open request and its tasks. Under the lead's lock, as whatever settles it holds that."""
    asked = CoverRequest.objects.open().filter(handoff=handoff)
    if asked.update(settled_at=at, is_taken_back=is_taken_back):
        finish_tasks(key_prefix=f"{handoff.about}|{ABOUT}|", at=at)
