"""How an attempt ends: done, again later, or given up. A mark counts only for the claim that it belongs to."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from notifications.promises import doorbell
from notifications.promises.owed import Owed, State
from notifications.promises.registry import Ending, rows, undertaking
from notifications.promises.signals import given_up, kept, written_off
from notifications.wording import one_line

BASE = timedelta(seconds=5)  # the wait after the first failure; it doubles with each
LONGEST = timedelta(minutes=15)
JITTER = 0.2
MOST_ATTEMPTS = 40  # for promises without a deadline: about eight hours
SECOND_CHANCE = timedelta(hours=24)  # the deadline after a person asked for another try
ANSWER_LENGTH = 500


class Transient(Exception):
    """It did not work, but may later. ``retry_after`` is the wait that the other side asked for."""

    def __init__(self, answer: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(answer)
        self.retry_after = retry_after


class Permanent(Exception):
    """It did not work, and another try would not either."""


class Moot(Exception):
    """Nobody wants it any more: it ends as no longer needed, and nobody is asked to do anything."""


class Postponed(Exception):
    """It may not be tried now, for no fault of anybody; the text says what it waits for. Nothing was attempted."""

    def __init__(self, answer: str, *, until: datetime) -> None:
        super().__init__(answer)
        self.until = until


def mark_done(owed: Owed, *, fence: int, at: datetime, answer: str, **stamps: Any) -> bool:
    """Mark the promise as kept. False if this claim was overtaken by another: then that one's word counts.

    A row dropped while the attempt was under way is marked as done too, since it was.
    """
    with transaction.atomic():
        is_ours = _end(owed, fence, Ending(State.DONE, answer, at, stamps), was=[State.WAITING, State.DROPPED])
        if is_ours and owed.attempts > 1:
            kept.send(sender=type(owed), owed=owed, at=at)
    return is_ours


def retry_later(owed: Owed, *, fence: int, at: datetime, problem: Transient) -> bool:
    """Set the next attempt, or give up if there is no time for one. False if the claim was overtaken."""
    wait = waiting_time(attempts=owed.attempts, retry_after=problem.retry_after)
    is_last = at + wait > owed.deadline_at if owed.deadline_at else owed.attempts >= MOST_ATTEMPTS
    if is_last:
        return give_up(owed, fence=fence, at=at, answer=str(problem))
    return _end(owed, fence, Ending(State.WAITING, str(problem), at, {"due_at": at + wait}), was=[State.WAITING])


def postpone(owed: Owed, *, fence: int, at: datetime, wait: Postponed) -> bool:
    """Wait until that time, which counts as no attempt; give up if it lies after the deadline."""
    if owed.deadline_at is not None and wait.until > owed.deadline_at:
        return give_up(owed, fence=fence, at=at, answer=f"{wait} That is too late.")
    stamps = {"due_at": wait.until, "attempts": max(0, owed.attempts - 1)}
    return _end(owed, fence, Ending(State.WAITING, str(wait), at, stamps), was=[State.WAITING])


def give_up(owed: Owed, *, fence: int, at: datetime, answer: str) -> bool:
    """End a promise that will not be kept: as failed, or as no longer needed if what it was for is over by now."""
    end = let_go if undertaking(type(owed)).is_fleeting(owed) else fail
    return end(owed, fence=fence, at=at, answer=answer)


def fail(owed: Owed, *, fence: int, at: datetime, answer: str) -> bool:
    """End the promise without it being kept, and announce that. False if the claim was overtaken."""
    with transaction.atomic():
        is_ours = _end(owed, fence, Ending(State.FAILED, answer, at), was=[State.WAITING])
        if is_ours:
            given_up.send(sender=type(owed), owed=owed)
    return is_ours


def let_go(owed: Owed, *, fence: int, at: datetime, answer: str) -> bool:
    """End a promise that turned out to be moot when its turn came. False if it was dropped by somebody else before."""
    return _end(owed, fence, Ending(State.DROPPED, answer, at), was=[State.WAITING])


def drop(waiting: QuerySet[Any], *, at: datetime, answer: str = "No longer needed.") -> int:
    """End all of these that still wait. One that is being attempted right now may still turn out to be done."""
    return waiting.filter(state=State.WAITING).update(state=State.DROPPED, done_at=at, answer=answer)


def write_off(unkept: QuerySet[Any], *, at: datetime, answer: str) -> int:
    """End all of these that wait or were given up: nobody can try them again, nor is asked to. Returns how many."""
    with transaction.atomic():
        ended = list(unkept.select_for_update(of=("self",)).filter(state__in=[State.WAITING, State.FAILED]))
        values = {"state": State.DROPPED, "done_at": at, "answer": one_line(answer, ANSWER_LENGTH)}
        rows(unkept.model).filter(pk__in=[owed.pk for owed in ended]).update(**values)
        for owed in ended:
            written_off.send(sender=type(owed), owed=owed, at=at)
    return len(ended)


def retry_now(owed: Owed, *, at: datetime) -> bool:
    """A person wants another try: at once, with the same key and content. False if there is nothing to try again.

    The deadline moves, since a person decided that it is worth it. An attempt that is under way is left alone.
    """
    return _wait_again(owed, was=[State.WAITING, State.FAILED], at=at)


def send_again(owed: Owed, *, at: datetime) -> bool:
    """A person wants what was kept to be done once more, with the same key and content. False if it was not kept."""
    return _wait_again(owed, was=[State.DONE], at=at)


def _wait_again(owed: Owed, *, was: list[State], at: datetime) -> bool:
    idle = rows(type(owed)).filter(pk=owed.pk, state__in=was, lease_until=None)
    with transaction.atomic():
        changed = (
            undertaking(type(owed))
            .may_retry(idle)
            .update(state=State.WAITING, due_at=at, deadline_at=at + SECOND_CHANCE, done_at=None, answer="")
        )
        if changed:
            doorbell.ring()
    return bool(changed)


def waiting_time(*, attempts: int, retry_after: timedelta | None) -> timedelta:
    """Return how long to wait after that many attempts: doubling, spread by a fifth, never less than was asked for."""
    spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - it spreads load, it keeps no secret
    doubled = BASE * float(1 << min(max(attempts - 1, 0), 10))
    ours = min(doubled, LONGEST) * spread
    asked = (retry_after or timedelta()) * random.uniform(1, 1 + JITTER)  # noqa: S311
    return max(ours, asked)


def _end(owed: Owed, fence: int, ending: Ending, *, was: list[State]) -> bool:
    """Write the ending if the claim is still ours, and let go of the row in any case."""
    answer = one_line(ending.answer, ANSWER_LENGTH)
    values: dict[str, Any] = {"state": ending.state, "answer": answer, **ending.stamps}
    if ending.state != State.WAITING:
        values["done_at"] = ending.at
    ours = rows(type(owed)).filter(pk=owed.pk, fence=fence)
    with transaction.atomic():
        changed = ours.filter(state__in=was).update(lease_until=None, crashes=0, **values)
        if changed:
            for name, value in values.items():
                setattr(owed, name, value)
        else:
            ours.update(lease_until=None)  # dropped meanwhile: it stays so, and its lane goes on
        undertaking(type(owed)).on_end(owed, ending)
    return bool(changed)
