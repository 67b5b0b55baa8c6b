"""Signs of life: each loop of the sweep leaves word when it comes round."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

TIMERS, PROMISES = "timers", "promises"
LOOPS = (TIMERS, PROMISES)


def beat(*loops: str, at: datetime) -> None:
    """Leave word that these loops came round. Of several sweeps the latest counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notifications_pulse AS pulse (name, beat_at) SELECT unnest(%s), %s
            ON CONFLICT (name) DO UPDATE SET beat_at = GREATEST(pulse.beat_at, excluded.beat_at)
            """,
            [list(loops), at],
        )
