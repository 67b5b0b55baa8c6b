"""How fast clients were put through, rings accepted and invites delivered: in steps of a quarter of a doubling.

A step is 19 % wide, and what lies in it is taken to be spread evenly over it; so a median or a 90th percentile read
from the steps is mostly off by less than a tenth, and never by more than a step: it is said with “about”. The page of
live transfers measures the same, to the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log2
from typing import Final

from handoff.numbers.figures import FEW, Share

#: Seconds at which step 0 begins, and steps to a doubling: 15 s begin step 16 (``handoff_course`` counts them so).
START: Final = 0.9375
STEPS: Final = 4
#: The last step, which holds all that took longer, too.
LAST: Final = 47
#: The step that a minute begins.
A_MINUTE: Final = 24
#: What a chart shows: up to so many seconds; each is the beginning of a step.
BARS: Final = (15, 30, 60, 120, 240, 480)


@dataclass(frozen=True, slots=True)
class Pace:
    """So many live transfers, rings that were accepted or appointments at each step."""

    steps: Mapping[int, int]

    @property
    def cases(self) -> int:
        """How many there are."""
        return sum(self.steps.values())

    @property
    def is_few(self) -> bool:
        """Whether there are too few to conclude from."""
        return self.cases < FEW

    @property
    def median(self) -> float | None:
        """Seconds in which half of them were; None without any."""
        return self._within(0.5)

    @property
    def p90(self) -> float | None:
        """Seconds in which nine of ten were; None without any."""
        return self._within(0.9)

    @property
    def bars(self) -> tuple[tuple[str, int], ...]:
        """How many took up to 15 seconds, up to 30, and so on, each with its words."""
        counts = [0] * len(BAR_WORDS)
        for step, number in self.steps.items():
            counts[sum(begins(step) >= edge for edge in BARS)] += number
        return tuple(zip(BAR_WORDS, counts, strict=True))

    @property
    def within_a_minute(self) -> Share:
        """How many took less than a minute, of all of them. Exact: a minute begins a step."""
        return Share(sum(number for step, number in self.steps.items() if step < A_MINUTE), self.cases)

    def _within(self, share: float) -> float | None:
        """Read it as PostgreSQL's ``percentile_cont`` does of the rows: between two cases there is a straight line."""
        if not self.cases:
            return None
        place = share * (self.cases - 1)
        before, after = self._seconds_of(floor(place)), self._seconds_of(ceil(place))
        return before + (after - before) * (place % 1)

    def _seconds_of(self, place: int) -> float:
        """Return how long about the case at this place took, the fastest being at 0."""
        seen = 0
        for step, number in sorted(self.steps.items()):
            if place < seen + number:
                return begins(step) * 2 ** ((place - seen + 0.5) / number / STEPS)
            seen += number
        raise IndexError(place)


@dataclass(frozen=True, slots=True)
class Speeds:
    """From a client's wait to the agent's voice, and from the booking until agent and client had their invites."""

    connected: Pace
    invited: Pace


def steps_of(bar: int) -> tuple[int, int]:
    """Return the first step of a bar, and the first that is not in it."""
    edges = (0, *(round(STEPS * log2(edge / START)) for edge in BARS), LAST + 1)
    return edges[bar], edges[bar + 1]


def begins(step: int) -> float:
    """Return the seconds at which a step begins."""
    return float(START * 2 ** (step / STEPS))


def _between(low: int, high: int) -> str:
    """Say the unit once: “30-60 s”, “1-2 min”."""
    return f"{low}-{high} s" if low < 60 else f"{low // 60}-{_short(high)}"


def _short(seconds: int) -> str:
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"


BAR_WORDS: Final = (
    f"under {_short(BARS[0])}",
    *(_between(low, high) for low, high in pairwise(BARS)),
    f"over {_short(BARS[-1])}",
)
