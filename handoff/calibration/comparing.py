"""Whether two groups differ: by how much at least, and among handoffs alike. Silent where there are too few.

Two shares are compared by the interval of their difference, after Newcombe's method 10 (1998, Statistics in Medicine
17, 873-890): it is put together from the two Wilson intervals, and holds for few cases and near 0 and 1. Looking at
whether the two intervals touch would overlook differences that are there.

A page compares many things at once, and of twenty comparisons of nothing one is beyond its 95 % by chance. So each
difference is held to 95 % divided among all that are compared on the page (Bonferroni, which allows for results that
hang together, as signing and closing do): of a hundred pages on which there is nothing at most five name anything. The
price is that a small difference takes more cases to be seen; naming one that is not there would be worse. Which groups
are compared is decided by how many cases they have and never by how they did: the first and the last with enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist
from typing import Final

from handoff.calibration.counting import NONE, Counts
from handoff.numbers.figures import Share

#: What is named by chance on so many pages of all on which there is nothing.
WRONG: Final = 0.05
Interval = tuple[float, float]


class Verdict(StrEnum):
    """What a comparison comes to."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Counts with what can be said of them.

    ``pair`` are the numbers of the groups that are compared, None where too few have enough. Differences are of shares,
    the first group's minus the last's: ``within`` its interval, ``alike`` the one among handoffs alike.
    """

    counts: Counts
    pair: tuple[int, int] | None
    within: Interval | None = None
    alike: float | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether the first does better. Where handoffs alike say the opposite it is only their mix, and no finding."""
        if self.within is None:
            return Verdict.FEW
        low, high = self.within
        if low > 0 and (self.alike is None or self.alike > 0):
            return Verdict.MORE
        return Verdict.LESS if high < 0 and (self.alike is None or self.alike < 0) else Verdict.NEITHER

    @property
    def is_found(self) -> bool:
        """Whether a difference is named."""
        return self.verdict in (Verdict.MORE, Verdict.LESS)

    @property
    def at_least(self) -> float:
        """How large the difference is at least, 0 to 1; 0 where none is to be seen."""
        low, high = self.within or (0.0, 0.0)
        return max(low, -high, 0.0)


def compare(counted: Sequence[Counts]) -> list[Comparison]:
    """Compare each; how sure one has to be depends on how many there are to compare."""
    pairs = [_pair(counts.shares) for counts in counted]
    z = certainty(sum(pair is not None for pair in pairs))
    return [_comparison(counts, pair, z) for counts, pair in zip(counted, pairs, strict=True)]


def certainty(comparisons: int) -> float:
    """Return within how many standard deviations a difference has to lie if so many are looked at together."""
    return NormalDist().inv_cdf(1 - WRONG / 2 / max(comparisons, 1))


def difference(first: Share, last: Share, *, z: float) -> Interval:
    """Return between what the difference of two shares lies (Newcombe's method 10). Raises ValueError without cases."""
    if first.value is None or last.value is None:
        raise ValueError("There is nothing to compare.")
    gap = first.value - last.value
    (low, high), (low_last, high_last) = first.interval_at(z), last.interval_at(z)
    below = sqrt((first.value - low) ** 2 + (high_last - last.value) ** 2)
    above = sqrt((high - first.value) ** 2 + (last.value - low_last) ** 2)
    return gap - below, gap + above


def difference_alike(counts: Counts, pair: tuple[int, int]) -> float | None:
    """Return the difference among handoffs alike, each kind by how many it has to compare; None without any.

    Weighted after Mantel and Haenszel (Greenland & Robins 1985, Biometrics 41, 55-68), which holds for small kinds.
    """
    first, last = pair
    gap = weight = 0.0
    for shares in counts.alike.values():
        one, other = shares.get(first, NONE), shares.get(last, NONE)
        if one.value is None or other.value is None:
            continue
        weighs = one.whole * other.whole / (one.whole + other.whole)
        gap += weighs * (one.value - other.value)
        weight += weighs
    return gap / weight if weight else None


def _pair(shares: Sequence[Share]) -> tuple[int, int] | None:
    enough = [number for number, share in enumerate(shares) if not share.is_few]
    return (enough[0], enough[-1]) if len(enough) > 1 else None


def _comparison(counts: Counts, pair: tuple[int, int] | None, z: float) -> Comparison:
    if pair is None:
        return Comparison(counts, None)
    first, last = (counts.shares[number] for number in pair)
    return Comparison(counts, pair, difference(first, last, z=z), difference_alike(counts, pair))
