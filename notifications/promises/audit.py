"""The auditor: is everything that is owed at an end, or within its time? Rooms add checks of what they owe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from notifications.promises.claims import due_now
from notifications.promises.owed import Timer
from notifications.promises.registry import undertakings

Check = Callable[[datetime], Iterable[str]]

LATE = timedelta(minutes=2)  # longer than a lease: nobody has this in hand any more
SHOWN = 50  # of each kind; one is enough to look

_checks: list[Check] = []


def audited(check: Check) -> Check:
    """Register the decorated function: given the time, it names what should exist and does not."""
    _checks.append(check)
    return check


def findings(*, at: datetime) -> Iterator[str]:
    """Name everything that is not as it should be, in words for a person."""
    yield from _late_promises(at)
    yield from _late_timers(at)
    for check in _checks:
        yield from check(at)


def _late_promises(at: datetime) -> Iterator[str]:
    for kept in undertakings():
        for stream in kept.streams:  # not what waits for its lane, for a throttled channel or in somebody's hands
            late = due_now(kept, at=at - LATE, stream=stream)
            for owed in late.order_by("due_at")[:SHOWN]:
                yield f"{kept.model.__name__} {owed.key} has been due since {owed.due_at:%Y-%m-%d %H:%M:%S}Z."


def _late_timers(at: datetime) -> Iterator[str]:
    late = Timer.objects.filter(Q(fired_at=None, called_off_at=None), due_at__lt=at - LATE)
    for timer in late.order_by("due_at")[:SHOWN]:
        yield f"Timer {timer.key} should have fired at {timer.due_at:%Y-%m-%d %H:%M:%S}Z."
