"""All that the dashboard shows for one question, and what it may be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from handoff.models import Tally
from handoff.numbers.asking import COLUMN, By, Question
from handoff.numbers.days import WEEK, midnight, monday_of
from handoff.numbers.figures import Figures, Numbers, Share, Week
from handoff.numbers.pace import Pace
from handoff.numbers.queries import numbers_for, weeks_for
from handoff.numbers.tallies import paces
from handoff.numbers.transfers import Answers, Within, answers_by_agent
from handoff.states import Method
from teams.models import Membership

#: Over more days rings are not counted: nothing is kept of them by the week.
RINGS_WITHIN: Final = 13 * WEEK


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same of other days, to compare with."""

    question: Question
    weeks: tuple[Week, ...]
    pace: Pace

    @property
    def total(self) -> Figures:
        """The figures as a whole."""
        return sum((week.figures for week in self.weeks), Figures())


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The figures, how fast clients were put through, how agents answered, and the earlier days if wanted."""

    question: Question
    numbers: Numbers
    pace: Pace
    answers: tuple[Answers, ...]
    earlier: Earlier | None


@dataclass(frozen=True, slots=True)
class Rings:
    """How all rings went together; all the rest are ``rung``. ``rate`` is of those that were an agent's to answer."""

    rung: int
    accepted: int
    passed: int
    missed: int
    taken: int
    called_off: int
    ringing: int

    @property
    def rate(self) -> Share:
        """Accepted among those that nobody else took first and that were not ended."""
        return Share(self.accepted, self.accepted + self.passed + self.missed)


def rings_of(answers: tuple[Answers, ...]) -> Rings:
    """Add them up."""
    return Rings(*(sum(getattr(each, field.name) for each in answers) for field in fields(Rings)))


def dashboard_for(
    question: Question, *, viewer: Membership, names: Mapping[str, str], earlier: Question | None, at: datetime
) -> Dashboard:
    """Ask all of it. ``names`` are people's, by their keys. Three queries; five with earlier days."""
    return Dashboard(
        question,
        numbers_for(question, at=at, names=names),
        Pace(paces(question)),
        _answers(question, viewer),
        Earlier(earlier, weeks_for(earlier, at=at), Pace(paces(earlier))) if earlier else None,
    )


def _answers(question: Question, viewer: Membership) -> tuple[Answers, ...]:
    """Rings belong to no source and no area, and only to live transfers: of others there are none.

    They are counted from their rows, so not for more than a quarter of a year.
    """
    if question.method not in (None, Method.LIVE) or question.source is not None or question.area is not None:
        return ()
    if question.until - question.since > RINGS_WITHIN:
        return ()
    since, until = midnight(viewer.team, question.since), midnight(viewer.team, question.until)
    return answers_by_agent(Within(viewer, since=since, until=until, isa=question.isa, agent=question.agent))


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
