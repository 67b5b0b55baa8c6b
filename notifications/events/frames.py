"""Frames read from their rows: those that a page has not seen, by the id of the last one that it has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from django.db import connection
from django.db.models import Max

from notifications.models import Pushed

#: Ids are given before COMMIT: one that is smaller may be heard of later. No transaction of ours takes this long.
OVERLAP = timedelta(seconds=15)
#: What a page gets at most at once. One that missed more looks at everything anyhow.
MOST = 200
BIGGEST_ID = 2**63 - 1


class Frame(TypedDict):
    """What a page is told. It may be told twice; the id says that it is the same."""

    id: int
    topic: str
    ref: str


def frames_since(known: Sequence[tuple[int, int]]) -> list[list[Frame]]:
    """For each member and the last frame they know return the newest after it, the oldest first, by one query.

    The last few before it come again: among them may be one that was committed late.
    """
    found: list[list[Frame]] = [[] for _ in known]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.number, new.id, new.topic, new.ref
              FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY AS asked (member, after, number)
              LEFT JOIN notifications_pushed last ON last.id = asked.after AND last.membership_id = asked.member
             CROSS JOIN LATERAL (
                   SELECT id, topic, ref FROM notifications_pushed
                    WHERE membership_id = asked.member AND id <> asked.after
                      AND (id > asked.after OR at >= last.at - make_interval(secs => %s))
                    ORDER BY id DESC LIMIT %s
                   ) new
             ORDER BY asked.number, new.id
            """,
            [
                [member for member, _ in known],
                [after for _, after in known],
                OVERLAP.total_seconds(),
                MOST,
            ],
        )
        for number, pk, topic, ref in cursor.fetchall():
            found[number - 1].append({"id": pk, "topic": topic, "ref": ref})
    return found


def last_before(membership_id: int, moment: datetime) -> int:
    """Return the id of the newest frame that a page drawn at this moment has in it for sure; 0 if there is none."""
    drawn = Pushed.objects.filter(membership_id=membership_id, at__lt=moment - OVERLAP)
    return drawn.aggregate(newest=Max("pk"))["newest"] or 0


def whole(text: str, *, most: int = BIGGEST_ID) -> int:
    """Return a number that somebody wrote into an address; 0 if it is none."""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 20 else 0
