"""Frames read from their rows: those that a page has not seen, by the id of the last one that it has."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Max, Q

from notifications.models import Pushed

#: Ids are given before COMMIT: one that is smaller may be heard of later. No transaction of ours takes this long.
OVERLAP = timedelta(seconds=15)
#: What a page gets at most at once. One that missed more looks at everything anyhow.
MOST = 200


class Frame(TypedDict):
    """What a page is told. It may be told twice; the id says that it is the same."""

    id: int
    topic: str
    ref: str


def frame(row: Pushed) -> Frame:
    """Return a row as its reader sees it."""
    return {"id": row.pk, "topic": row.topic, "ref": row.ref}


def frames_since(membership_id: int, after: int) -> list[Frame]:
    """Return the newest frames of a member after this id, the oldest first; the last few before it come again."""
    mine = Pushed.objects.filter(membership_id=membership_id)
    unseen = Q(pk__gt=after)
    known_at = mine.filter(pk=after).values_list("at", flat=True).first()
    if known_at is not None:
        unseen |= Q(at__gte=known_at - OVERLAP)
    newest = mine.filter(unseen).exclude(pk=after).order_by("-pk")[:MOST]
    return [frame(row) for row in reversed(newest)]


def last_before(membership_id: int, moment: datetime) -> int:
    """Return the id of the newest frame that a page drawn at this moment has in it; 0 if there is none."""
    drawn = Pushed.objects.filter(membership_id=membership_id, at__lt=moment - OVERLAP)
    return drawn.aggregate(newest=Max("pk"))["newest"] or 0
