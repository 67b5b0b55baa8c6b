"""Claiming: one statement takes what is due, so that of many who look at once each row goes to one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from notifications.promises.owed import Owed, State
from notifications.promises.registry import DEFAULT_STREAM, Undertaking, rows, undertaking

LEASE = timedelta(seconds=60)  # by the database's clock
MOST_AT_ONCE = 2  # calls of 20 s each have to end within the lease

_CLAIM = """
WITH due AS MATERIALIZED ({due})
UPDATE {table} AS owed
SET fence = owed.fence + 1,
    attempts = LEAST(owed.attempts + 1, 32767),
    crashes = owed.crashes + CASE WHEN owed.lease_until IS NULL THEN 0 ELSE 1 END,
    lease_until = clock_timestamp() + %s,
    started_at = %s
FROM due WHERE owed.id = due.pk
RETURNING owed.*
"""


def due_now(
    kept: Undertaking, *, at: datetime, about: str | None = None, stream: str = DEFAULT_STREAM
) -> QuerySet[Any]:
    """Return what could be claimed at this time: due, in nobody's hands, and not held back by its undertaking."""
    waiting = rows(kept.model).filter(
        Q(lease_until=None) | Q(lease_until__lt=Now()), state=State.WAITING, due_at__lte=at
    )
    if about is not None:
        waiting = waiting.filter(about=about)
    return kept.claimable(waiting.filter(kept.streams[stream]), at)


def claim_due(
    model: type[Owed],
    *,
    at: datetime,
    about: str | None = None,
    stream: str = DEFAULT_STREAM,
    grace: timedelta = timedelta(),
    limit: int = MOST_AT_ONCE,
) -> list[Any]:
    """Take up to ``limit`` promises due at ``at - grace``, the longest due first, and commit that. Their fence is ours.

    ``started_at`` of each is ``at``: who keeps the promise reads the time from there. A row whose lease ran
    out was being attempted by a process that died: it is claimed again, and that is counted.
    """
    kept = undertaking(model)
    lease = kept.leases.get(stream, LEASE)
    if lease < LEASE:
        limit = 1  # there is no time for a second call within it
    with transaction.atomic():
        due = due_now(kept, at=at - grace, about=about, stream=stream).order_by("due_at", "pk")
        picked = due.select_for_update(skip_locked=True, of=("self",)).values("pk")[:limit]
        sql, params = picked.query.sql_with_params()
        table = connection.ops.quote_name(picked.model._meta.db_table)  # noqa: SLF001 - Django's documented way
        claimed = list(rows(model).raw(_CLAIM.format(due=sql, table=table), [*params, lease, at]))
        if claimed:
            claimed.sort(key=lambda owed: owed.pk)
            kept.on_claim(claimed, at)
    return claimed
