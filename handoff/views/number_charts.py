"""The charts of the dashboard as ``chart_page.js`` draws them; each has a table beside it that says the same.

A bar and a cell of its table that say the same number open the same cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from handoff.numbers.dashboard import Dashboard
from handoff.numbers.figures import Figures, Share, Step, Week
from handoff.numbers.panels import COLUMNS, Link, said_of
from handoff.numbers.reasons import ReasonCount

Chart = dict[str, Any]
#: A number, and the address of its cases; empty without any.
Counted = tuple[float | None, str]
#: A part of a bar: its label, how it is counted, its cases by the names of ``Figures``, and its tone.
Part = tuple[str, Callable[[Figures], int], str, int]
#: Weeks of a year and some.
MOST_BARS: Final = 60


def rest(figures: Figures) -> int:
    """Count the appointments that neither took place, nor were missed, nor are still to come."""
    return max(figures.set - figures.held - figures.no_show - figures.to_come, 0)


#: The parts of a bar, each with its tone: of appointments, and where none were set of live transfers and direct ones.
OF_APPOINTMENTS: Final[tuple[Part, ...]] = (
    ("Held", lambda each: each.held, "held", 1),
    ("No-show", lambda each: each.no_show, "no_show", 4),
    ("To come", lambda each: each.to_come, "to_come", 3),
    ("Awaiting, moved, called off", rest, "", 6),
)
OF_HANDOFFS: Final[tuple[Part, ...]] = (
    ("Met their agent", lambda each: each.met, "met", 1),
    ("Did not come", lambda each: each.missed, "missed", 4),
    ("Not said yet", lambda each: max(each.handed - each.met - each.missed, 0), "", 6),
)


def drawn(label: str, counted: Iterable[Counted], *, tone: int, **looks: Any) -> Chart:
    """Return bars or a line, each number with the address of its cases: a nought opens nothing."""
    pairs = list(counted)
    return {
        "label": label,
        "data": [number for number, _ in pairs],
        "urls": [url if number else "" for number, url in pairs],
        "tone": tone,
        **looks,
    }


def funnel_chart(steps: Sequence[tuple[Step, str, int | None]]) -> Chart:
    """Return the way to a closing: each step, its cases, and how many it were earlier."""
    datasets = [drawn("Clients", ((step.number, url) for step, url, _ in steps), tone=1)]
    if steps[0][2] is not None:
        datasets.append(drawn("Earlier", ((before, "") for _, _, before in steps), tone=6))
    return {"type": "bar", "horizontal": True, "labels": [step.name for step, _, _ in steps], "datasets": datasets}


def week_chart(shown: Dashboard, *, link: Link) -> Chart:
    """Return what became of each week's appointments, with the show rate, and the earlier weeks over them.

    A rate is drawn where there are cases enough for one. Many weeks are drawn by the month.
    """
    weeks = shown.numbers.by_week if shown.earlier else worth_a_row(shown.numbers.by_week)
    spans = _spans(weeks, by_month=is_by_month(shown.numbers.by_week))
    figures = [_sum(weeks, places) for places in spans.values()]
    said = [said_of([weeks[place] for place in places], shown.question) for places in spans.values()]

    def urls(opens: str) -> list[str]:
        return [link(opens, **days) if opens else "" for days in said]

    parts = OF_APPOINTMENTS if shown.numbers.total.set else OF_HANDOFFS
    bars = [
        drawn(label, zip(map(count, figures), urls(opens), strict=True), tone=tone, order=1)
        for label, count, opens, tone in parts
    ]
    lines: list[Chart] = []
    if shown.earlier:
        held = [(_sum(shown.earlier.weeks, places).held, "") for places in spans.values()]
        lines.append(drawn("Held earlier", held, type="line", tone=2, borderDash=[5, 4], order=0))
    rates = [_rate(each.show_rate) for each in figures]
    if any(rate is not None for rate in rates):
        counted = zip(rates, urls(COLUMNS["show_rate"].opens), strict=True)
        lines.append(drawn("Show rate", counted, type="line", tone=5, yAxisID="rate", order=0))
    return {
        "type": "bar",
        "stacked": True,
        "labels": list(spans),
        "datasets": [*(bar for bar in bars if any(bar["data"])), *lines],
    }


def speed_chart(bars: Sequence[tuple[str, Sequence[tuple[int, str]]]], *, earlier: Sequence[int] | None) -> Chart:
    """Return how many clients waited how long for the agent's voice: each span with its counts, that one first."""
    datasets = [drawn("Clients", (connected for _, (connected, *_) in bars), tone=1)]
    if earlier is not None:
        datasets.append(drawn("Earlier", ((number, "") for number in earlier), tone=6))
    return {"type": "bar", "labels": [words for words, _ in bars], "datasets": datasets}


def reason_chart(reasons: Sequence[tuple[ReasonCount, str]]) -> Chart:
    """Return what was not as the ISA had noted it, each with its cases."""
    return {
        "type": "bar",
        "horizontal": True,
        "labels": [each.letter or each.label for each, _ in reasons],
        "datasets": [drawn("Clients", ((each.count, url) for each, url in reasons), tone=2)],
    }


def is_by_month(weeks: Sequence[Week]) -> bool:
    """Whether there are so many that a bar for each would be a blot."""
    return len(weeks) > MOST_BARS


def _spans(weeks: Sequence[Week], *, by_month: bool) -> dict[str, list[int]]:
    """Return which weeks each bar is of, by its label."""
    label = "%b %Y" if by_month else "%b %-d"
    spans: defaultdict[str, list[int]] = defaultdict(list)
    for place, week in enumerate(weeks):
        spans[f"{week.begins_on:{label}}"].append(place)
    return spans


def worth_a_row(weeks: Sequence[Week]) -> Sequence[Week]:
    """Leave out what was before the team's first handoff, where there are many weeks."""
    first = next((place for place, week in enumerate(weeks) if week.figures.handed), 0)
    return weeks[first:] if is_by_month(weeks) else weeks


def _sum(weeks: Sequence[Week], places: Sequence[int]) -> Figures:
    return sum((weeks[place].figures for place in places if place < len(weeks)), Figures())


def _rate(share: Share) -> int | None:
    return None if share.is_few else share.percent
