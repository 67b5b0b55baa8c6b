"""How the promises are doing, in figures that a machine can watch."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Count, Min, Q
from django.utils import timezone

from notifications.promises.owed import State
from notifications.promises.pulses import LOOPS
from notifications.promises.registry import rows, undertakings


class Summary(TypedDict):
    """Ages in seconds; None where there is nothing to tell the age of."""

    sweep_age_s: float | None
    oldest_waiting_s: float | None
    waiting: int
    failed_last_hour: int


def summary(*, at: datetime | None = None) -> Summary:
    """Return how long ago every loop of the sweep last came round, and what is due but not done."""
    from notifications.models import Pulse  # noqa: PLC0415 - models import this package

    now = at or timezone.now()
    waiting = failed = 0
    oldest: datetime | None = None
    for kept in undertakings():
        due = Q(state=State.WAITING, due_at__lte=now)
        figures = (
            rows(kept.model)
            .filter(due | Q(state=State.FAILED, done_at__gt=now - timedelta(hours=1)))
            .aggregate(
                waiting=Count("pk", filter=due),
                oldest=Min("due_at", filter=due),
                failed=Count("pk", filter=Q(state=State.FAILED)),
            )
        )
        waiting += figures["waiting"]
        failed += figures["failed"]
        oldest = min((each for each in (oldest, figures["oldest"]) if each), default=None)
    beat = Pulse.objects.filter(name__in=LOOPS).aggregate(oldest=Min("beat_at"))["oldest"]
    return {
        "sweep_age_s": _age(beat, now),
        "oldest_waiting_s": _age(oldest, now),
        "waiting": waiting,
        "failed_last_hour": failed,
    }


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else round(max(0.0, (now - moment).total_seconds()), 1)
