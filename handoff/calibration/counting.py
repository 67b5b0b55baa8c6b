"""Counting every group of every practice, and what became of it, in one pass over the handoffs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Case, Count, Q, When
from django.db.models.expressions import Value

from handoff.calibration.practices import Practice, Result
from handoff.numbers.asking import Question
from handoff.numbers.cases import rows_of
from handoff.numbers.figures import Share

#: Handoffs that are like each other share these.
LIKE: Final = ("method", "source")
NONE: Final = Share(0, 0)
Stratum = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """One result of one practice: the share of each group, in order, and the same among handoffs alike."""

    practice: Practice
    result: Result
    shares: tuple[Share, ...]
    alike: Mapping[Stratum, Mapping[int, Share]] = field(default_factory=dict)


def condition(result: Result, which: Q, *, today: date) -> Q:
    """Return which handoffs had the time for it, and came to it or not (``which``)."""
    return which & Q(held_on__lte=today - timedelta(days=result.days))


def count(question: Question, practices: Sequence[Practice], *, today: date) -> list[Counts]:
    """Return the counts of each result of each practice. One query, however many handoffs there are."""
    results = {result.key: result for practice in practices for result in practice.results}
    groups = {f"in_{practice.key}": _group_of(practice) for practice in practices}
    counts = {
        f"{name}_{key}": Count("pk", filter=condition(result, which, today=today))
        for key, result in results.items()
        for name, which in (("came", result.came), ("failed", result.failed))
    }
    rows = list(rows_of(question).annotate(**groups).order_by().values(*LIKE, *groups).annotate(**counts))
    return [_counts(practice, result, rows) for practice in practices for result in practice.results]


def _group_of(practice: Practice) -> Case:
    """Say in which of its groups a handoff is, by number; null in none."""
    return Case(*(When(practice.among & group.of, then=Value(n)) for n, group in enumerate(practice.groups)))


def _counts(practice: Practice, result: Result, rows: Sequence[Mapping[str, Any]]) -> Counts:
    alike: dict[Stratum, dict[int, Share]] = defaultdict(dict)
    shares = [NONE] * len(practice.groups)
    for row in rows:
        group = row[f"in_{practice.key}"]
        came, failed = row[f"came_{result.key}"], row[f"failed_{result.key}"]
        if group is None or not came + failed:
            continue
        share = Share(came, came + failed)
        shares[group] += share
        stratum = alike[tuple(row[name] for name in LIKE)]
        stratum[group] = stratum.get(group, NONE) + share
    return Counts(practice, result, tuple(shares), alike)
