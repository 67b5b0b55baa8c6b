"""Ring for the sweep from within a transaction: PostgreSQL delivers it at COMMIT, and never before."""

from __future__ import annotations

from django.db import connection

BELL = "baton_owed"


def ring() -> None:
    """Tell every sweep that something is owed, once the caller's transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [BELL])
