"""Telling open pages at once that something changed: a row and PostgreSQL's bell, in the caller's transaction.

The bell is heard at COMMIT and never before. Who was away reads the rows since the last one they know.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from notifications.models import Pushed

BELL = "baton_pushed"


def push(*, to: Iterable[int], topic: str, ref: str, at: datetime) -> None:
    """Tell the pages of these members (their pks) to look again at ``topic`` ``ref``. An id, never what it says."""
    rows = [Pushed(membership_id=pk, topic=topic, ref=ref, at=at) for pk in sorted(set(to))]
    if not rows:
        return
    made = Pushed.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [BELL, f"{made[0].pk}-{made[-1].pk}"])
