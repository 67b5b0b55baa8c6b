"""Each table of the dashboard for a spreadsheet: whole, and with more columns than a page has room for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from typing import Final

from handoff.numbers.dashboard import Dashboard
from handoff.numbers.figures import Figures, Row
from handoff.numbers.reasons import reasons_of

Table = tuple[Sequence[str], Iterable[Sequence[object]]]
#: Every count, as a header says it: “no_show” is “No show”.
COUNTS: Final = tuple(field.name for field in fields(Figures))
HEADERS: Final = tuple(name.replace("_", " ").capitalize() for name in COUNTS)


def _counts(figures: Figures) -> tuple[int, ...]:
    return tuple(getattr(figures, name) for name in COUNTS)


def _broken_down(by: str, who: str) -> Callable[[Dashboard], Table]:
    def table(shown: Dashboard) -> Table:
        rows: Sequence[Row] = getattr(shown.numbers, by)
        return (who, *HEADERS), ((row.name, *_counts(row.figures)) for row in rows)

    return table


def _weeks(shown: Dashboard) -> Table:
    rows = ((week.begins_on.isoformat(), *_counts(week.figures)) for week in shown.numbers.by_week)
    return ("Week of", *HEADERS), rows


def _funnel(shown: Dashboard) -> Table:
    return ("Step", "Clients"), ((step.name, step.number) for step in shown.numbers.total.funnel)


def _speed(shown: Dashboard) -> Table:
    bars = zip(shown.pace.bars, shown.invites.bars, strict=True)
    rows = ((words, connected, invited) for (words, connected), (_, invited) in bars)
    return ("Within", "Clients put through", "Both invites delivered"), rows


def _reasons(shown: Dashboard) -> Table:
    rows = ((each.letter, each.label, each.count) for each in reasons_of(shown.numbers.total))
    return ("Contradicts", "Reason", "Clients"), rows


def _rings(shown: Dashboard) -> Table:
    rows = (
        (each.name, of.rung, of.accepted, of.passed, of.missed, _tenths(of.pace.median), _tenths(of.pace.p90))
        for each in shown.rings
        for of in (each.rings,)
    )
    headers = ("Agent", "Rings", "Accepted", "Passed on", "Not answered")
    return (*headers, "Seconds to accept (median)", "Seconds to accept (90 %)"), rows


def _tenths(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


#: By the name that the address says.
SHEETS: Final[dict[str, Callable[[Dashboard], Table]]] = {
    "funnel": _funnel,
    "speed": _speed,
    "reasons": _reasons,
    "rings": _rings,
    "by_week": _weeks,
    "by_method": _broken_down("by_method", "Method"),
    "by_isa": _broken_down("by_isa", "ISA"),
    "by_agent": _broken_down("by_agent", "Agent"),
    "by_source": _broken_down("by_source", "Source"),
    "by_area": _broken_down("by_area", "Area"),
}
#: Those that set people beside each other.
OF_PEOPLE: Final = frozenset({"by_isa", "by_agent"})
