"""Timers: things that happen at a time, unless they are called off before. No handler may use the network."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.db import Error, OperationalError, connection, transaction
from django.db.models import Min, QuerySet

from notifications.promises.owed import Timer
from teams.origin import current_request_id, taking_up

log = structlog.get_logger(__name__)

PAUSE_AFTER_FAILURE = 30.0  # seconds before a handler that raised is tried again; the others go on meanwhile
PAUSE_AFTER_COLLISION = 1.0  # the same where the database undid it, as after a deadlock: a ring cannot wait for long


class Fire(Protocol):
    """What happens. Runs in the transaction that marks the timer as fired: if it raises, the timer stays due."""

    def __call__(self, timer: Timer, *, at: datetime) -> None: ...


_handlers: dict[str, Fire] = {}
_stumbled: dict[int, float] = {}  # timer id -> monotonic time before which this process leaves it alone


def on_timer(kind: str) -> Callable[[Fire], Fire]:
    """Register the decorated function for timers of this kind.

    It runs while its timer's row is locked. So whoever calls off or sets timers does that before locking anything
    that such a function locks.
    """

    def register(fire: Fire) -> Fire:
        _handlers[kind] = fire
        return fire

    return register


@dataclass(frozen=True, slots=True)
class Step:
    """A timer to be set: its own name, the function it calls, what it is for, and when (aware)."""

    key: str
    kind: str
    about: str
    due_at: datetime


def set_timer(*, key: str, kind: str, about: str, due_at: datetime) -> None:
    """Set the timer of this key, as ``set_timers`` does."""
    set_timers([Step(key, kind, about, due_at)])


def set_timers(steps: Iterable[Step]) -> None:
    """Set these timers in one statement, in the caller's transaction; each key once.

    Setting one again to the same time changes nothing, even after it fired. Another time moves it, and one that was
    called off or had fired runs again.
    """
    rows = sorted((step.key, step.kind, step.about, step.due_at) for step in steps)  # two who set the same take turns
    if not rows:
        return
    keys, kinds, abouts, moments = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notifications_timer AS timer (key, kind, about, due_at, request_id)
                SELECT step.*, %s
                FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[]) AS step
            ON CONFLICT (key) DO UPDATE
                SET kind = excluded.kind, about = excluded.about, due_at = excluded.due_at,
                    request_id = excluded.request_id, fired_at = NULL, called_off_at = NULL
                WHERE timer.due_at <> excluded.due_at OR timer.called_off_at IS NOT NULL
            """,
            [current_request_id(), keys, kinds, abouts, moments],
        )


def call_off(*, about: str, kinds: Collection[str] | None = None, at: datetime) -> int:
    """Call off what still runs for this, of these kinds or of all. Returns how many; those fired stay as they are."""
    running = _running().filter(about=about)
    if kinds is not None:
        running = running.filter(kind__in=kinds)
    return running.update(called_off_at=at)


def call_off_all(*, abouts: Collection[str], at: datetime) -> int:
    """Call off what still runs for any of these, locked by rising id. Returns how many."""
    running = _running().filter(about__in=abouts).select_for_update().order_by("pk")
    pks = list(running.values_list("pk", flat=True))
    return Timer.objects.filter(pk__in=pks).update(called_off_at=at)


def fire_due(*, at: datetime) -> int:
    """Fire every timer that is due, the earliest first, each once whoever else is firing. Returns how many."""
    now = time.monotonic()
    for pk in [pk for pk, until in _stumbled.items() if until <= now]:
        del _stumbled[pk]
    due = _running().filter(due_at__lte=at, kind__in=_handlers).exclude(pk__in=list(_stumbled))
    return sum(_fire(pk, at=at) for pk in list(due.order_by("due_at", "pk").values_list("pk", flat=True)))


def due_after(at: datetime, *, within: timedelta) -> datetime | None:
    """Return when the next timer is due of those that are not yet at ``at``, if it is by then.

    What is due already and was not fired is in somebody else's hands, or its handler has just raised.
    """
    ahead = _running().filter(due_at__gt=at, due_at__lte=at + within, kind__in=_handlers)
    due: datetime | None = ahead.aggregate(due=Min("due_at"))["due"]
    return due


def _fire(pk: int, *, at: datetime) -> bool:
    with ExitStack() as origin:  # ended last: what goes wrong is told under the id of the request, too
        return _fire_under(origin, pk, at=at)


def _fire_under(origin: ExitStack, pk: int, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            due = _running().select_for_update(skip_locked=True).filter(pk=pk, due_at__lte=at)
            timer = due.first()
            if timer is None:  # fired or called off by somebody else, or about to be
                return False
            timer.fired_at = at
            timer.save(update_fields=["fired_at"])
            origin.enter_context(taking_up(request_id=timer.request_id, timer=timer.key))
            _handlers[timer.kind](timer, at=at)
    except Exception as problem:
        if isinstance(problem, Error) and not connection.is_usable():
            raise  # the database is gone: that is no fault of this timer
        has_collided = isinstance(problem, OperationalError)
        _stumbled[pk] = time.monotonic() + (PAUSE_AFTER_COLLISION if has_collided else PAUSE_AFTER_FAILURE)
        log.exception("timer_failed", timer_id=pk)
        return False
    return True


def _running() -> QuerySet[Timer]:
    return Timer.objects.filter(fired_at=None, called_off_at=None)
