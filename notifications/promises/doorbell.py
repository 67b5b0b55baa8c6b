"""Ring for the sweep from within a transaction: PostgreSQL delivers it at COMMIT, and never before."""

from __future__ import annotations

from django.db import connection, transaction

BELL = "baton_owed"


def ring() -> None:
    """Tell every sweep that something is owed, once the caller's transaction commits; one ring in it is enough."""
    if any(noted[1] is _rung for noted in connection.run_on_commit):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [BELL])
    transaction.on_commit(_rung)


def _rung() -> None:
    """Note in the transaction that it has rung: a savepoint that is rolled back takes the ring back, and the note."""
