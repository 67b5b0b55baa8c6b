"""Each table of the dashboard for a spreadsheet: whole, and with more columns than a page has room for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from itertools import zip_longest
from typing import Final

from handoff.aims.baseline import conversions
from handoff.models.numbers import REASONS
from handoff.numbers.cases import LABELS as CASES
from handoff.numbers.dashboard import Dashboard
from handoff.numbers.figures import Figures, Row, Share
from handoff.numbers.panels import COLUMNS, OF_ROWS, OF_WEEKS
from handoff.numbers.reasons import reasons_of
from handoff.numbers.whiskers import in_cells

Table = tuple[Sequence[str], Iterable[Sequence[object]]]
#: Every count, as a header says it where no table does.
LABELS: Final = {
    **CASES,
    **{name: column.label for name, column in COLUMNS.items()},
    **{name: f"Not good: {reason.label}" for reason, name in REASONS.items()},
}


def _columns(shown: Sequence[str]) -> tuple[str, ...]:
    """Return what a table shows, and behind it every other count."""
    return (*shown, *(field.name for field in fields(Figures) if field.name not in shown))


def _headers(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(LABELS[name] for name in names)


def _cells(figures: Figures, names: Sequence[str]) -> tuple[object, ...]:
    return tuple(_cell(getattr(figures, name)) for name in names)


def _cell(value: int | Share) -> object:
    if isinstance(value, Share):
        return value.words if value.whole else ""
    return value


def _broken_down(by: str, who: str) -> Callable[[Dashboard], Table]:
    def table(shown: Dashboard) -> Table:
        rows: Sequence[Row] = getattr(shown.numbers, by)
        names = _columns(OF_ROWS)
        return (who, *_headers(names)), ((row.name, *_cells(row.figures, names)) for row in rows)

    return table


def _weeks(shown: Dashboard) -> Table:
    names = _columns(OF_WEEKS)
    rows = [(week.begins_on.isoformat(), *_cells(week.figures, names)) for week in shown.numbers.by_week]
    if shown.earlier is None:
        return ("Week of", *_headers(names)), rows
    beside = zip_longest(rows, (week.figures.held for week in shown.earlier.weeks[: len(rows)]), fillvalue="")
    return ("Week of", *_headers(names), "Held earlier"), [(*row, held) for row, held in beside]


def _funnel(shown: Dashboard) -> Table:
    steps = shown.numbers.total.funnel
    shares = ("", *(_cell(step.share) for step in steps[1:]))  # the first has none before it
    if shown.earlier is None:
        rows = [(step.name, step.number, share) for step, share in zip(steps, shares, strict=True)]
        return ("Step", "Clients", "Of the step before"), rows
    before = shown.earlier.total.funnel
    beside = zip(steps, before, shares, strict=True)
    return (
        ("Step", "Clients", "Earlier", "Of the step before"),
        [(step.name, step.number, earlier.number, share) for step, earlier, share in beside],
    )


def _speed(shown: Dashboard) -> Table:
    bars = zip(shown.pace.bars, shown.invites.bars, strict=True)
    rows = [(words, connected, invited) for (words, connected), (_, invited) in bars]
    if shown.earlier is None:
        return ("Within", "Clients put through", "Both invites delivered"), rows
    beside = zip(rows, shown.earlier.pace.bars, strict=True)
    headers = ("Within", "Clients put through", "Both invites delivered", "Put through earlier")
    return headers, [(*row, earlier) for row, (_, earlier) in beside]


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


def _baseline(shown: Dashboard) -> Table:
    rows = (
        (
            each.name,
            each.closed.whole,
            each.closed.part,
            *in_cells(each.closed),
            each.signed.part,
            *in_cells(each.signed),
            each.verdict or "",
        )
        for each in conversions(shown.question, shown.numbers.by_method)
    )
    headers = ("Leads", "Number", "Closed", "Closed share", "Closed share from", "Closed share to")
    return (*headers, "Signed", "Signed share", "Signed share from", "Signed share to", "In words"), rows


def _tenths(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


#: By the name that the address says.
SHEETS: Final[dict[str, Callable[[Dashboard], Table]]] = {
    "funnel": _funnel,
    "speed": _speed,
    "reasons": _reasons,
    "rings": _rings,
    "baseline": _baseline,
    "by_week": _weeks,
    "by_method": _broken_down("by_method", "Method"),
    "by_isa": _broken_down("by_isa", "ISA"),
    "by_agent": _broken_down("by_agent", "Agent"),
    "by_source": _broken_down("by_source", "Source"),
    "by_area": _broken_down("by_area", "Area"),
}
#: Those that set people beside each other.
OF_PEOPLE: Final = frozenset({"by_isa", "by_agent"})
