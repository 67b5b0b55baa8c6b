"""What came of handoffs, added up: as a whole, and by week, method, ISA, agent, source and area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from handoff.models.numbers import Basis, Tally
from handoff.numbers.asking import COLUMN, By, Question
from handoff.numbers.days import DAY, local_day, mondays
from handoff.numbers.figures import Figures, Numbers, Row, Share, Week
from handoff.numbers.tallies import Answer, answer
from handoff.states import Method
from teams.models import Membership


def numbers_for(question: Question, *, at: datetime, names: Mapping[str, str] | None = None) -> Numbers:
    """Return the figures of a question that somebody may ask (``Question.seen_by``).

    ``at`` decides what is overdue and what is still to come. Weeks without a handoff are there too. One query, and one
    for the ``names`` of people by their keys if they are not given.
    """
    found = answer(question, at=at)
    names = _names([*found["isa"], *found["agent"]]) if names is None else names
    by_week = _weeks(question, found)
    return Numbers(
        total=sum((week.figures for week in by_week), Figures()),
        by_method=_rows(found["method"], {method.value: str(method.label) for method in Method}),
        by_isa=_rows(found["isa"], names),
        by_agent=_rows(found["agent"], names),
        by_source=_rows(found["source"], {"": "Not said"}),
        by_area=_rows(found["area"], {"": "No area"}),
        by_week=by_week,
    )


def weeks_for(question: Question, *, at: datetime) -> tuple[Week, ...]:
    """Return the figures week by week only. One query."""
    return _weeks(question, answer(question, at=at))


def totals_for(question: Question, *, at: datetime) -> Figures:
    """Return the figures as a whole only. One query."""
    return sum(map(_figures, answer(question, at=at)["method"].values()), Figures())


def sources_of(question: Question) -> list[str]:
    """Return the sources of handoffs in whole weeks of a question, by name; empty: none was said. One query.

    It is narrowed by one person at most. What was handed off in the last seconds only may be missing.
    """
    first, end = question.whole_weeks
    whose = {COLUMN[by]: pk for by, pk in question.chosen.items()}
    kind = question.kind | By.SOURCE
    cells = Tally.objects.filter(
        team=question.team_id, basis=question.basis, kind=kind, week__gte=first, week__lt=end, **whose
    )
    return sorted(cells.filter(handed__gt=0).values_list("source", flat=True).distinct())


def on_time_by_agent(viewer: Membership, *, days: int, at: datetime) -> dict[int, Share]:
    """Return each agent's share of outcomes reported in time, of what took place in so many days up to today.

    A team lead's are the team's agents', an agent's their own. Who owed none is not there. One query.
    """
    today = local_day(viewer.team, at)
    question = Question(viewer.team_id, today - days * DAY, today + DAY, basis=Basis.HELD)
    found = answer(question.seen_by(viewer), at=at)["agent"]
    shares = {int(agent): _figures(counts).outcome_on_time for agent, counts in found.items()}
    return {agent: share for agent, share in shares.items() if share.whole}


def _weeks(question: Question, found: Answer) -> tuple[Week, ...]:
    weeks = {date.fromisoformat(key): _figures(counts) for key, counts in found["week"].items()}
    return tuple(Week(monday, weeks.get(monday, Figures())) for monday in mondays(question.since, question.until))


def _figures(counts: Mapping[str, int]) -> Figures:
    same = {name: number for name, number in counts.items() if name not in {"booked", "reported"}}
    return Figures(**same, set=counts["booked"], due=counts["reported"] + counts["overdue"])


def _rows(found: Mapping[str, Mapping[str, int]], names: Mapping[str, str]) -> tuple[Row, ...]:
    rows = [Row(key, names.get(key, key), _figures(counts)) for key, counts in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row.figures.handed, row.name, row.key)))


def _names(keys: Iterable[str]) -> dict[str, str]:
    members = Membership.objects.filter(pk__in={int(key) for key in keys}).values_list("pk", "user__name")
    return {str(pk): name for pk, name in members}
