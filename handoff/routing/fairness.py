"""Fair shares: what each agent has received beside what was due to them, by weight and over the days they were there.

Every handoff that counts is shared out among the agents who were there at that moment, by weight; an agent's expected
share is the sum of their parts. So a day off expects nothing of anybody and promises nothing: an agent comes back as
far ahead or behind as they left. Handoffs that were credited back count for nobody.

The parts need not be added up one by one. The clock of shares advances by 1 / (weight of all who are there) with each
handoff, and an agent's expected share is their weight times how far that clock went while they were there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from handoff.clock import DAY
from handoff.spans import Span, merged, minus


@dataclass(frozen=True, slots=True)
class Sharer:
    """One agent in the window. All times are seconds UTC; ``received`` are the openings of handoffs that count."""

    key: int
    weight: int
    joined: int
    left: int | None
    away: Sequence[Span]
    received: Sequence[int]
    credited: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agent stands. ``ahead``: handoffs received beyond the fair share; negative when behind it."""

    expected: float
    received: int
    credited: int
    days: float
    last_at: int | None

    @property
    def ahead(self) -> float:
        """Rounded, so that what is the same in effect is the same in the order."""
        return round(self.received - self.expected, 3)


def standings(sharers: Iterable[Sharer], *, since: int, until: int) -> dict[int, Standing]:
    """Return each one's standing over [since, until], by key. Handoffs outside of it must not be given."""
    there = [(sharer, _presence(sharer, since, until)) for sharer in sharers]
    moments = sorted(moment for sharer, _ in there for moment in sharer.received)
    clock = _clock(moments, there)

    def gone(moment: int) -> float:
        return clock[bisect_left(moments, moment)]

    return {
        sharer.key: Standing(
            expected=sharer.weight * sum(gone(ends) - gone(begins) for begins, ends in spans),
            received=len(sharer.received),
            credited=sharer.credited,
            days=sum(ends - begins for begins, ends in spans) / DAY,
            last_at=max(sharer.received, default=None),
        )
        for sharer, spans in there
    }


def _presence(sharer: Sharer, since: int, until: int) -> list[Span]:
    """Return when the agent was there. Whoever has received something had joined, whatever the books say."""
    begins = max(since, min([sharer.joined, *sharer.received[:1]]))
    ends = min(sharer.left, until + 1) if sharer.left is not None else until + 1
    return minus([(begins, ends)], merged(sharer.away)) if begins < ends else []


def _clock(moments: Sequence[int], there: Sequence[tuple[Sharer, list[Span]]]) -> list[float]:
    """Return how far the clock of shares has gone before each of the moments, and at the end."""
    changes = sorted(
        change
        for sharer, spans in there
        for begins, ends in spans
        for change in ((begins, sharer.weight), (ends, -sharer.weight))
    )
    steps, weight, position = [], 0, 0
    for moment in moments:
        while position < len(changes) and changes[position][0] <= moment:
            weight += changes[position][1]
            position += 1
        steps.append(1 / weight if weight else 0.0)  # nobody was there: it was expected of nobody
    return [0.0, *accumulate(steps)]
