"""Rows of the table that ``run.py bench`` prints."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement and the limit it is held against. The ratio is what can be compared between machines."""

    what: str
    figure: str
    limit: str
    ratio: float
    goal: str
    is_met: bool


def at_most(what: str, *, figure: str, limit: str, ratio: float, goal: float) -> Row:
    """Return a row whose ratio should not exceed the goal."""
    return Row(what, figure, limit, ratio, f"<= {goal:g}", ratio <= goal)


def at_least(what: str, *, figure: str, limit: str, ratio: float, goal: float) -> Row:
    """Return a row whose ratio should reach the goal."""
    return Row(what, figure, limit, ratio, f">= {goal:g}", ratio >= goal)


def percentile(samples: Sequence[float], share: int) -> float:
    """Return the share-th percentile (1 to 99) of some samples."""
    if len(samples) == 1:
        return samples[0]
    return statistics.quantiles(samples, n=100, method="inclusive")[share - 1]


def milliseconds(seconds: float) -> str:
    """Return seconds as text in ms."""
    return f"{seconds * 1000:.1f} ms"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as an aligned table."""
    cells = [("what", "figure", "limit in the same run", "ratio", "goal", "")]
    cells += [
        (row.what, row.figure, row.limit, f"{row.ratio:.3g}", row.goal, "ok" if row.is_met else "MISSED")
        for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )
