"""The tables of the dashboard: what each column is, in what order the rows stand, and where each number leads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from handoff.numbers.asking import Question
from handoff.numbers.days import weeks_said
from handoff.numbers.figures import Figures, Row, Share, Week
from handoff.numbers.forms import NumbersRange
from handoff.numbers.rings import AgentRings, Rings

#: By what rows are ordered that are ordered by their names.
NAME: Final = "name"
#: So many rows stand there at first.
FIRST_ROWS: Final = 10


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a property of ``Figures``, and which cases it opens: those that a share is of.

    ``has_bar``: drawn against the largest.
    """

    label: str
    opens: str
    is_money: bool = False
    has_bar: bool = False


COLUMNS: Final = {
    "handed": Column("Handed off", "handed", has_bar=True),
    "met": Column("Met", "met"),
    "set": Column("Set", "set"),
    "held": Column("Held", "held"),
    "no_show": Column("No-show", "no_show"),
    "to_come": Column("To come", "to_come"),
    "awaiting": Column("Awaiting", "awaiting"),
    "show_rate": Column("Show rate", "held_or_missed"),
    "good": Column("Good", "good"),
    "good_rate": Column("Good leads", "judged"),
    "signed": Column("Signed", "signed"),
    "closed": Column("Closed", "closed"),
    "commission": Column("Commission", "closed", is_money=True),
    "outcome_on_time": Column("On time", "due"),
}
#: What the weeks' table shows, and what each breakdown does.
OF_WEEKS: Final = ("set", "held", "no_show", "to_come", "awaiting", "show_rate")
OF_WEEKS_UNSET: Final = ("handed", "met", "good", "signed", "closed")
OF_ROWS: Final = (
    "handed", "set", "held", "show_rate", "good_rate", "signed", "closed", "commission", "outcome_on_time",
)  # fmt: skip
#: Who brought most, by the first of these figures and then the next; and what else is said of them.
LEADERS: Final = {
    "isa": (("good", "held"), ("good", "held", "show_rate", "good_rate", "commission")),
    "agent": (("signed", "good"), ("signed", "good", "closed", "outcome_on_time")),
}
#: What they are broken down by: the title, what a row is, and whether it is a person.
BREAKDOWNS: Final = {
    "method": ("By method", "Method", False),
    "isa": ("By ISA", "ISA", True),
    "agent": ("By agent", "Agent", True),
    "source": ("By source", "Source", False),
    "area": ("By area", "Area", False),
}
#: Where a figure's cases are: the address of them, narrowed by what a row is of.
Link = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a row, and its cases' address. ``of`` is the largest of its column, for a bar."""

    label: str
    value: Any
    url: str
    is_money: bool = False
    of: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is drawn. ``place`` is its place on a leaderboard, shared by those who are equal."""

    name: str
    url: str
    cells: tuple[Cell, ...]
    place: int | None = None
    rings: Rings | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One table as it is drawn; so many rows of ``count``."""

    key: str
    title: str
    who: str
    is_people: bool
    columns: tuple[tuple[str, Column], ...]
    lines: tuple[Line, ...]
    count: int

    @property
    def more(self) -> int:
        """How many rows are not shown."""
        return self.count - len(self.lines)


def breakdown(key: str, rows: Sequence[Row], *, sort: str, is_whole: bool, link: Link, page: Link) -> Panel:
    """Return one table. ``link`` gives the address of cases, ``page`` that of the dashboard of one row alone."""
    title, who, is_people = BREAKDOWNS[key]
    shown = ordered(rows, sort) if is_whole else ordered(rows, sort)[:FIRST_ROWS]
    lines = _lines(key, shown, OF_ROWS, link=link, page=page)
    return Panel(key, title, who, is_people, _named(OF_ROWS), tuple(lines), len(rows))


def ordered(rows: Sequence[Row], sort: str) -> list[Row]:
    """Order rows by a column, the largest first; with "-" before it the smallest. Few cases are no rate, and come last.

    Names go from A to Z.
    """
    name = sort.removeprefix("-")
    if name == NAME:
        return sorted(rows, key=lambda row: row.name.casefold(), reverse=sort.startswith("-"))
    if name not in OF_ROWS:
        return list(rows)
    sign = 1 if sort.startswith("-") else -1
    return sorted(rows, key=lambda row: _weight(getattr(row.figures, name), sign))


def leaders(key: str, rows: Iterable[Row], *, link: Link, page: Link, rings: Iterable[AgentRings]) -> Panel:
    """Return who brought most; each has a place, which is shared by those who are equal.

    ``rings`` are how agents answer when they are rung.
    """
    title, who, _ = BREAKDOWNS[key]
    by, names = LEADERS[key]

    def worth(row: Row) -> tuple[int, ...]:
        return tuple(getattr(row.figures, name) for name in by)

    best = sorted(rows, key=lambda row: (*(-each for each in worth(row)), row.name.casefold()))[:FIRST_ROWS]
    rung = {each.key: each.rings for each in rings}
    places = [1 + sum(worth(other) > worth(row) for other in best) for row in best]
    lines = tuple(
        replace(line, place=place, rings=rung.get(row.key))
        for line, row, place in zip(_lines(key, best, names, link=link, page=page), best, places, strict=True)
    )
    return Panel(f"{key}s", title, who, True, _named(names), lines, len(best))


def by_week(weeks: Sequence[Week], question: Question, *, link: Link) -> Panel:
    """Return the weeks as a table; the first and the last may be parts of one. Where none were set, what was met."""
    names = OF_WEEKS if any(week.figures.set for week in weeks) else OF_WEEKS_UNSET
    lines = tuple(
        Line(
            f"{week.begins_on:%b} {week.begins_on.day}, {week.begins_on.year}",
            "",
            _cells(week.figures, names, link, most=0, **said_of([week], question)),
        )
        for week in weeks
    )
    return Panel("week", "Week by week", "Week of", False, _named(names), lines, len(lines))


def said_of(weeks: Sequence[Week], question: Question) -> dict[str, str | None]:
    """Return how an address says these weeks, one after the other, instead of so many up to now."""
    first, last = weeks[0].begins_on, weeks[-1].begins_on
    return {"weeks": None, **weeks_said(first, last, since=question.since, until=question.until)}


def _lines(key: str, rows: Sequence[Row], names: Sequence[str], *, link: Link, page: Link) -> Iterator[Line]:
    most = max((row.figures.handed for row in rows), default=0)
    for row in rows:
        of = {key: row.key or NumbersRange.NONE}
        yield Line(row.name, page(**of), _cells(row.figures, names, link, most=most, **of))


def _cells(
    figures: Figures, names: Sequence[str], link: Link, *, most: int = 0, **narrowed: str | None
) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            label=column.label,
            value=getattr(figures, name),
            url=link(column.opens, **narrowed),
            is_money=column.is_money,
            of=most if column.has_bar else 0,
        )
        for name, column in _named(names)
    )


def _named(names: Sequence[str]) -> tuple[tuple[str, Column], ...]:
    return tuple((name, COLUMNS[name]) for name in names)


def _weight(value: int | Share, sign: int) -> tuple[bool, float]:
    if isinstance(value, Share):
        return value.is_few, sign * (value.value or 0)
    return False, sign * value
