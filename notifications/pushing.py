"""Telling open pages at once that something changed: a row and PostgreSQL's bell, in the caller's transaction.

The bell is heard at COMMIT and never before. Who was away reads the rows since the last one they know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from notifications.models import Pushed

BELL = "baton_pushed"
LONGEST = 7999  # bytes that PostgreSQL takes with a NOTIFY
KEPT_FOR = timedelta(hours=1)  # a page that was away for longer looks at everything anyhow
CLEARED_AT_ONCE = 1000  # rows, so that no statement takes long
MOST_BATCHES = 50  # in one go; the rest waits for the next


def push(*, to: Iterable[int], topic: str, ref: str, at: datetime) -> None:
    """Tell the pages of these members (their pks) to look again at ``topic`` ``ref``. An id, never what it says."""
    rows = [Pushed(membership_id=pk, topic=topic, ref=ref, at=at) for pk in sorted(set(to))]
    if not rows:
        return
    made = Pushed.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [BELL, _said(made)])


def _said(made: Sequence[Pushed]) -> str:
    """Return the rows, a line each, so that who hears need not ask for them; of very many, which they are."""
    said = "\n".join(f"{row.pk} {row.membership_id} {row.topic} {row.ref}" for row in made)
    return said if len(said.encode()) <= LONGEST else f"{made[0].pk}-{made[-1].pk}"


def clear_old(*, at: datetime) -> int:
    """Forget what no page asks for any more, a bounded part of it; several may do so at once. Returns how many rows."""
    old = Pushed.objects.filter(at__lt=at - KEPT_FOR).order_by("at").select_for_update(skip_locked=True)
    cleared = 0
    for _ in range(MOST_BATCHES):
        with transaction.atomic():
            batch = list(old.values_list("pk", flat=True)[:CLEARED_AT_ONCE])
            gone, _ = Pushed.objects.filter(pk__in=batch).delete()
        cleared += gone
        if gone < CLEARED_AT_ONCE:
            break
    return cleared
