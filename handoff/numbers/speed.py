"""How long things took, in the middle and for the slow ones: computed where the rows are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q

from handoff.numbers.figures import FEW


@dataclass(frozen=True, slots=True)
class Took:
    """How long ``cases`` things took: half of them at most ``median``, nine of ten at most ``p90``. None for none."""

    cases: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None

    @property
    def is_few(self) -> bool:
        """Whether there are too few cases to conclude from."""
        return self.cases < FEW

    @property
    def seconds(self) -> tuple[float | None, float | None]:
        """The median and the 90th percentile in seconds, to a tenth."""
        return _seconds(self.median), _seconds(self.p90)


class MedianAndP90(Aggregate):
    """Both of a span of time, by PostgreSQL's ``percentile_cont``, which leaves out what has no such span."""

    function = "percentile_cont"
    template = "%(function)s(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(DurationField())


def measures(**spans: tuple[str, str] | tuple[str, str, Q]) -> dict[str, Aggregate]:
    """Return aggregates of each span, given by its first and last field, and perhaps which rows count."""
    wanted: dict[str, Aggregate] = {}
    for name, (first, last, *only) in spans.items():
        span = ExpressionWrapper(F(last) - F(first), output_field=DurationField())
        which = only[0] if only else None
        wanted[f"{name}_took"] = MedianAndP90(span, filter=which)
        wanted[f"{name}_cases"] = Count(span, filter=which)
    return wanted


def took(row: dict[str, Any], name: str) -> Took:
    """Read one of them from a row."""
    median, p90 = row[f"{name}_took"] or (None, None)
    return Took(row[f"{name}_cases"], median, p90)


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds(), 1)
