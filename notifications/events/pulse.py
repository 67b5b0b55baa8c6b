"""The event process's sign of life: when it last looked after its streams, and how many they are."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta
from typing import TypedDict

from notifications.models import Pulse

NAME = "events "  # and the host
FRESH = timedelta(minutes=1)
KEPT_FOR = timedelta(days=1)  # after its last beat; a container has another host's name each time it is started


class Summary(TypedDict):
    """For ``/readyz``: the age in seconds, None if there never was one."""

    events_age_s: float | None
    streams_open: int


def beat(*, streams: int, at: datetime) -> None:
    """Leave word that the process of this host lives and holds so many streams; forget hosts that are long gone."""
    name = f"{NAME}{socket.gethostname()}"[:40]
    Pulse.objects.update_or_create(name=name, defaults={"beat_at": at, "streams": streams})
    Pulse.objects.filter(name__startswith=NAME, beat_at__lt=at - KEPT_FOR).delete()


def summary(*, at: datetime) -> Summary:
    """Return how long ago the last of them was heard of, and how many streams those of the last minute hold."""
    pulses = list(Pulse.objects.filter(name__startswith=NAME))
    last = max((each.beat_at for each in pulses), default=None)
    return {
        "events_age_s": None if last is None else round(max(0.0, (at - last).total_seconds()), 1),
        "streams_open": sum(each.streams for each in pulses if at - each.beat_at < FRESH),
    }
