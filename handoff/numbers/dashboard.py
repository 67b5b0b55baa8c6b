"""All that the dashboard shows for one question, and what it may be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handoff.models import Tally
from handoff.numbers.asking import COLUMN, By, Question
from handoff.numbers.days import TIME_TO_CLOSE, monday_of
from handoff.numbers.figures import Figures, Numbers, Week
from handoff.numbers.pace import Pace
from handoff.numbers.queries import numbers_for, weeks_for
from handoff.numbers.rings import AgentRings, rings_for
from handoff.numbers.tallies import speeds


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same of other days, to compare with.

    ``unfair_since``: handoffs since this day have not had the time to close that the earlier ones had; None if all had.
    """

    question: Question
    weeks: tuple[Week, ...]
    pace: Pace
    unfair_since: date | None

    @property
    def total(self) -> Figures:
        """The figures as a whole."""
        return sum((week.figures for week in self.weeks), Figures())


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The figures, how fast clients were put through, how each agent answered rings, and the earlier days if wanted.

    ``invites``: how fast agent and client had theirs.
    """

    question: Question
    numbers: Numbers
    pace: Pace
    invites: Pace
    rings: tuple[AgentRings, ...]
    earlier: Earlier | None


def dashboard_for(question: Question, *, names: Mapping[str, str], earlier: Question | None, at: datetime) -> Dashboard:
    """Ask all of it. ``names`` are people's, by their keys. Three queries; five with earlier days."""
    fast = speeds(question)
    return Dashboard(
        question,
        numbers_for(question, at=at, names=names),
        fast.connected,
        fast.invited,
        rings_for(question, names=names),
        _earlier(question, earlier, at=at) if earlier else None,
    )


def _earlier(question: Question, earlier: Question, *, at: datetime) -> Earlier:
    ripe_until = (at - TIME_TO_CLOSE).date()
    young = max(ripe_until, question.since) if question.until > ripe_until else None
    return Earlier(earlier, weeks_for(earlier, at=at), speeds(earlier).connected, young)


def offered(question: Question, numbers: Numbers) -> dict[str, list[str]]:
    """Return the sources and areas that occur, by name, to choose another one from.

    One query when one is chosen already; what has been booked in the last seconds only may be missing then.
    """
    found = {"source": {row.key for row in numbers.by_source}, "area": {row.key for row in numbers.by_area}}
    if question.source is not None or question.area is not None:
        whose = next(((by, pk) for by in (By.ISA, By.AGENT) if (pk := question.chosen.get(by))), None)
        kind, narrowed = (whose[0], {COLUMN[whose[0]]: whose[1]}) if whose else (By(0), {})
        cells = Tally.objects.filter(
            team_id=question.team_id,
            basis=question.basis,
            kind__in=[int(kind | By.SOURCE), int(kind | By.AREA)],
            week__gte=monday_of(question.since),
            week__lt=question.until,
            handed__gt=0,
            **narrowed,
        )
        for cell_kind, source, area in cells.values_list("kind", "source", "area").distinct():
            if cell_kind == kind | By.SOURCE:
                found["source"].add(source)
            else:
                found["area"].add(area)
    return {name: sorted(values, key=str.casefold) for name, values in found.items()}
