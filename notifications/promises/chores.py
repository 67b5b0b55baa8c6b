"""Chores: what has to be done again and again in the background, and is no promise to anybody.

Rooms register theirs here. The sweep does each in its turn, in a loop of its own, so that a long one holds nothing up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol


class Do(Protocol):
    """Do what there is to do, and return how much it was. May be done by several sweeps at once."""

    def __call__(self, *, at: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Chore:
    """What is done, and how long it is left after that."""

    do: Do
    every: timedelta


_CHORES: Final[list[Chore]] = []


def chore(*, every: float) -> Callable[[Do], Do]:
    """Have this done by the sweep, so many seconds after it was done last."""

    def register(do: Do) -> Do:
        _CHORES.append(Chore(do, timedelta(seconds=every)))
        return do

    return register


def do_chores(*, at: datetime, last: dict[Chore, datetime]) -> None:
    """Do those that are due, by when each was done last, which is noted there."""
    for each in _CHORES:
        if each not in last or at - last[each] >= each.every:
            last[each] = at
            each.do(at=at)


def do_all_chores(*, at: datetime) -> None:
    """Do every one, now."""
    do_chores(at=at, last={})
