"""When a text may disturb somebody: not in their quiet hours."""

from __future__ import annotations

from datetime import datetime

from teams.quiet_hours import quiet_until

WAITS = "Waits for 8:00 AM their time."


def next_open(at: datetime, zone: str) -> datetime:
    """Return ``at``, or the next 8:00 in that zone if it is night there. Aware times in, UTC out."""
    return quiet_until(zone, at=at)
