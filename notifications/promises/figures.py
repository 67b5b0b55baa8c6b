"""What is owed, in figures for a monitor: read from the rows themselves, so every process and host tells the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Min, Q, Value, When
from django.utils import timezone

from notifications.promises.owed import State, Timer
from notifications.promises.registry import Undertaking, rows, undertakings

RECENT = timedelta(minutes=15)
DUE, LATER, FAILED = "due", "later", "failed_last_hour"


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many promises of one model and stream are in one state, and since when the first of them is due."""

    model: str
    stream: str
    state: str
    count: int
    oldest_due_at: datetime | None


def backlog(*, at: datetime) -> Iterator[Backlog]:
    """Yield what waits or failed lately. What is done is not counted: it only grows, and nobody waits for it."""
    for kept in undertakings():
        yield from _of(kept, at=at)
    running = Timer.objects.filter(fired_at=None, called_off_at=None)
    for state, due in ((DUE, Q(due_at__lte=at)), (LATER, Q(due_at__gt=at))):
        found = running.filter(due).aggregate(count=Count("pk"), oldest=Min("due_at"))
        yield Backlog("timer", "", state, found["count"], found["oldest"])


def _of(kept: Undertaking, *, at: datetime) -> Iterator[Backlog]:
    stream = Case(*(When(which, then=Value(name)) for name, which in kept.streams.items() if which), default=Value(""))
    told = rows(kept.model).annotate(stream=stream).order_by().values("stream")
    for state, which in (
        (DUE, Q(state=State.WAITING, due_at__lte=at)),
        (LATER, Q(state=State.WAITING, due_at__gt=at)),
        (FAILED, Q(state=State.FAILED, done_at__gt=at - timedelta(hours=1))),
    ):
        found = {row["stream"]: row for row in told.filter(which).annotate(count=Count("pk"), oldest=Min("due_at"))}
        for name in kept.streams:
            row = found.get(name, {"count": 0, "oldest": None})
            yield Backlog(kept.model._meta.model_name or "", name, state, row["count"], row["oldest"])  # noqa: SLF001


def recent_attempts(*, at: datetime | None = None) -> dict[tuple[str, str], int]:
    """Return how many attempts of the last 15 minutes there were, by channel and outcome."""
    from notifications.models import Attempt  # noqa: PLC0415 - models import this package

    since = (at or timezone.now()) - RECENT
    outcome = Case(
        When(ended_at=None, then=Value("unended")), When(succeeded=True, then=Value("done")), default=Value("failed")
    )
    found = Attempt.objects.filter(started_at__gt=since).annotate(outcome=outcome).order_by()
    counted = found.values_list("delivery__channel", "outcome").annotate(Count("pk"))
    return {(channel, outcome): number for channel, outcome, number in counted}
