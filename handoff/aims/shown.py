"""What the page of numbers shows of goals, costs and cold leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff.aims.baseline import Conversion, conversions
from handoff.aims.goals import Progress, progress_of
from handoff.aims.spending import Worth, worth_of
from handoff.numbers.asking import Question
from handoff.numbers.figures import Numbers
from handoff.numbers.whiskers import Whisker, end_of_axis, whisker
from teams.models import Membership


@dataclass(frozen=True, slots=True)
class Line:
    """A conversion as it is drawn: closings, since they are what counts in the end."""

    of: Conversion
    whisker: Whisker | None


@dataclass(frozen=True, slots=True)
class Aims:
    """Goals of this month with what is done, what handoffs cost, and what becomes of them beside cold leads."""

    progress: Sequence[Progress]
    worth: Worth
    lines: Sequence[Line]
    axis_ends: str

    @property
    def has_conversions(self) -> bool:
        """Whether anything was handed off at all."""
        return any(line.of.closed.whole for line in self.lines[1:])


def aims_for(question: Question, found: Numbers, *, viewer: Membership, whose: Membership | None, at: datetime) -> Aims:
    """Return all of it; seven queries at most. ``whose``: the one person whose figures are looked at; None for all."""
    found_lines = conversions(question, found.by_method)
    ends = end_of_axis([line.closed for line in found_lines])
    return Aims(
        progress_of(viewer.team, whose if viewer.is_lead else viewer, at=at),
        worth_of(question, found.total, at=at),
        [Line(line, whisker(line.closed, ends=ends)) for line in found_lines],
        f"{ends:.0%}",
    )
