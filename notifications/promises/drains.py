"""Draining: claim, do, mark, until nothing is due. The quick tasks and the sweep call the same function."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import Error

from notifications.promises.claims import MOST_AT_ONCE, claim_due
from notifications.promises.endings import (
    Moot,
    Permanent,
    Postponed,
    Transient,
    give_up,
    let_go,
    mark_done,
    postpone,
    retry_later,
)
from notifications.promises.owed import Owed, State
from notifications.promises.registry import DEFAULT_STREAM, rows, undertaking, undertakings
from teams.origin import taking_up

log = structlog.get_logger(__name__)

CRASHES_ALLOWED = 5

Clock = Callable[[], datetime]


def drain(
    model: type[Owed],
    *,
    at: datetime,
    about: str | None = None,
    stream: str = DEFAULT_STREAM,
    grace: timedelta = timedelta(),
    stopping: Callable[[], bool] | None = None,
) -> int:
    """Keep every promise of this model and stream that is due at ``at``. Returns how many attempts were made.

    ``grace`` leaves alone what only just came due. One who may be told to stop gives ``stopping``, asked before each
    claim, and then takes one at a time. Raises only what the database raises: the rows in hand are claimed again
    when their lease runs out.
    """
    clock = clock_from(at)
    limit = MOST_AT_ONCE if stopping is None else 1
    attempts = 0
    while stopping is None or not stopping():
        claimed = claim_due(model, at=clock(), about=about, stream=stream, grace=grace, limit=limit)
        if not claimed:
            break
        for owed in claimed:
            keep(owed, clock=clock)
            attempts += 1
    return attempts


def drain_all(*, at: datetime, about: str | None = None) -> int:
    """Keep the due promises of every kind. Returns how many attempts were made.

    Looking is cheap beside claiming, and most kinds have nothing that waits.
    """
    kinds = ((kept.model, stream) for kept in undertakings() if _waits(kept.model, about) for stream in kept.streams)
    return sum(drain(model, at=at, about=about, stream=stream) for model, stream in kinds)


def _waits(model: type[Owed], about: str | None) -> bool:
    waiting = rows(model).filter(state=State.WAITING)
    return (waiting if about is None else waiting.filter(about=about)).exists()


def keep(owed: Owed, *, clock: Clock) -> bool:
    """Make one attempt at a promise that we claimed, and mark how it ended. False if the claim was overtaken.

    No transaction is open during the attempt. Log and audit name the request that owed it.
    """
    with taking_up(request_id=owed.request_id, owed=owed.key):
        is_ours = _attempt(owed, clock=clock)
        log.info("attempted", state=owed.state, attempts=owed.attempts, is_overtaken=not is_ours)
        return is_ours


def _attempt(owed: Owed, *, clock: Clock) -> bool:
    kept = undertaking(type(owed))
    fence = owed.fence
    if hopeless := _why_hopeless(owed, at=clock()):
        return give_up(owed, fence=fence, at=clock(), answer=hopeless)
    try:
        answer = kept.fulfil(owed)
    except Permanent as problem:
        return give_up(owed, fence=fence, at=clock(), answer=str(problem))
    except Moot as why:
        return let_go(owed, fence=fence, at=clock(), answer=str(why))
    except Postponed as wait:
        return postpone(owed, fence=fence, at=clock(), wait=wait)
    except Transient as problem:
        trouble = problem
    except Error:
        raise
    except Exception as problem:
        log.exception("promise_failed", key=owed.key)
        trouble = Transient(f"{type(problem).__name__}: {problem}")
    else:
        stamps: dict[str, Any] = {name: getattr(owed, name) for name in kept.stamps}
        return mark_done(owed, fence=fence, at=clock(), answer=answer, **stamps)
    return retry_later(owed, fence=fence, at=clock(), problem=trouble)


def _why_hopeless(owed: Owed, *, at: datetime) -> str:
    """Say why no attempt is made any more; nothing if there is one to make."""
    if owed.crashes >= CRASHES_ALLOWED:
        return f"Given up: {owed.crashes} attempts in a row were cut off before they ended."
    if owed.deadline_at is not None and at > owed.deadline_at:
        return owed.answer or "It was too late when its turn came."
    return ""


def clock_from(at: datetime) -> Clock:
    """Return a clock that stands at ``at`` now and goes on from there: tests travel, receipts tell real durations."""
    began = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - began)
