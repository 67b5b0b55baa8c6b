"""Shares with their intervals as they are drawn, one below the other on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from handoff.numbers.figures import Share

#: An axis ends at a multiple of this share.
STEP: Final = 0.05


@dataclass(frozen=True, slots=True)
class Whisker:
    """A share and its interval on an axis of 0 to 100; ``says`` is all of it in words, ``between`` the interval."""

    low: float
    at: float
    high: float
    says: str
    between: str


def end_of_axis(shares: Sequence[Share]) -> float:
    """Return the share at which an axis ends that has room for all of them; those of too few cases are not drawn."""
    highest = max((share.interval[1] for share in shares if share.interval and not share.is_few), default=STEP)
    return min(1.0, ceil(highest / STEP) * STEP)


def whisker(share: Share, *, ends: float) -> Whisker | None:
    """Draw it on an axis that ends at a share; None for too few cases."""
    if share.is_few or share.interval is None or share.value is None:
        return None
    low, high = share.interval
    left, at, right = (round(100 * place / ends, 2) for place in (low, share.value, min(high, ends)))
    says, between = f"{share.value:.1%}, between {low:.1%} and {high:.1%}", f"{100 * low:.1f} to {high:.1%}"
    return Whisker(left, at, right, says, between)


def in_cells(share: Share) -> tuple[float | None, ...]:
    """Return a share and between which ones the truth lies, for a spreadsheet; empty without cases."""
    return tuple(None if each is None else round(each, 4) for each in (share.value, *(share.interval or (None, None))))
