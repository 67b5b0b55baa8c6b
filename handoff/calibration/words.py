"""What a comparison says, in a sentence: what goes together with what, and never that one thing makes the other."""

from __future__ import annotations

from math import floor

from handoff.calibration.comparing import Comparison, Verdict
from handoff.numbers.figures import FEW


def said(comparison: Comparison) -> str:
    """Say what is to be seen, and no more than that."""
    if comparison.pair is None or comparison.within is None:
        return _too_few(comparison)
    if comparison.is_found:
        return _found(comparison, comparison.pair)
    low, high = comparison.within
    if low <= 0 <= high:
        return f"No difference to be seen yet: it may be anything from {_points(low)} to {_points(high)}."
    return "No finding: the groups differ, but among handoffs of the same method and source it is the other way round."


def said_alike(comparison: Comparison) -> str:
    """Say what remains among handoffs alike; nothing where nothing was found, or where there are no such."""
    if not comparison.is_found or comparison.alike is None:
        return ""
    return f"Among handoffs of the same method and source: {_points(comparison.alike)}."


def so_far(comparison: Comparison) -> int:
    """Return how many of the ``FEW`` cases there are that two groups have to have."""
    return sorted(share.whole for share in comparison.counts.shares)[-2]


def _too_few(comparison: Comparison) -> str:
    where = "each group" if len(comparison.counts.shares) == 2 else "two groups"
    return f"Too few yet: {so_far(comparison)} of the {FEW} that it takes in {where}."


def _found(comparison: Comparison, pair: tuple[int, int]) -> str:
    counts = comparison.counts
    first, last = (counts.practice.groups[number] for number in pair)
    share, other = (counts.shares[number] for number in pair)
    often = "more often" if comparison.verdict == Verdict.MORE else "less often"
    beside = f" ({last.label[0].lower()}{last.label[1:]})" if len(counts.shares) > 2 else ""
    points = floor(100 * comparison.at_least)
    apart = f", a difference of at least {points} point{'s' * (points != 1)}" if points else ""
    return f"{first.words} {counts.result.words} {often}: {share.percent}% against {other.percent}%{beside}{apart}."


def _points(gap: float) -> str:
    points = round(100 * abs(gap))
    if not points:
        return "nothing"
    return f"{points} point{'s' * (points != 1)} {'more' if gap > 0 else 'less'}"
