"""The charts of the dashboard as ``chart_page.js`` draws them; each has a table beside it that says the same.

A bar and a cell of its table that say the same number open the same cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from handoff.numbers.dashboard import Dashboard, Earlier
from handoff.numbers.figures import Figures, Share, Step, Week
from handoff.numbers.panels import COLUMNS, Link, said_of
from handoff.numbers.reasons import ReasonCount

Chart = dict[str, Any]
#: A number, and the address of its cases; empty without any.
Counted = tuple[float | None, str]
#: A part of a bar: its label, its count by the name of ``Figures``, which names its cases too, and its tone.
Part = tuple[str, str, int]
#: Weeks of a year and some.
MOST_BARS: Final = 60


#: The parts of a bar: of appointments, and where none were set of live transfers and direct ones.
OF_APPOINTMENTS: Final[tuple[Part, ...]] = (
    ("Held", "held", 1),
    ("No-show", "no_show", 4),
    ("To come", "to_come", 3),
    ("Awaiting, moved, called off", "otherwise", 6),
)
OF_HANDOFFS: Final[tuple[Part, ...]] = (
    ("Met their agent", "met", 1),
    ("Did not come", "missed", 4),
    ("Not said yet", "unsaid", 6),
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


def funnel_chart(steps: Sequence[tuple[Step, str, Counted | None]]) -> Chart:
    """Return the way to a closing: each step, its cases, and those of earlier days."""
    datasets = [drawn("Clients", ((step.number, url) for step, url, _ in steps), tone=1)]
    if earlier := [before for _, _, before in steps if before]:
        datasets.append(drawn("Earlier", earlier, tone=6))
    return {"type": "bar", "horizontal": True, "labels": [step.name for step, _, _ in steps], "datasets": datasets}


def week_chart(shown: Dashboard, *, link: Link) -> Chart:
    """Return what became of each week's appointments, with the show rate, and the earlier weeks over them.

    A rate is drawn where there are cases enough for one. Many weeks are drawn by the month.
    """
    weeks = shown.numbers.by_week if shown.earlier else worth_a_row(shown.numbers.by_week)
    spans = _spans(weeks, by_month=is_by_month(shown.numbers.by_week))
    figures = [_sum(weeks, places) for places in spans.values()]
    days = [said_of([weeks[place] for place in places], shown.question) for places in spans.values()]
    parts = OF_APPOINTMENTS if shown.numbers.total.set else OF_HANDOFFS
    bars = [
        drawn(label, _opened(name, [getattr(each, name) for each in figures], days, link=link), tone=tone, order=1)
        for label, name, tone in parts
    ]
    lines: list[Chart] = []
    if shown.earlier:
        held = _held_earlier(shown.earlier, spans.values(), link=link)
        lines.append(drawn("Held earlier", held, type="line", tone=2, borderDash=[5, 4], order=0))
    rates = [_rate(each.show_rate) for each in figures]
    if any(rate is not None for rate in rates):
        counted = _opened(COLUMNS["show_rate"].opens, rates, days, link=link)
        lines.append(drawn("Show rate", counted, type="line", tone=5, yAxisID="rate", order=0))
    return {
        "type": "bar",
        "stacked": True,
        "labels": list(spans),
        "datasets": [*(bar for bar in bars if any(bar["data"])), *lines],
    }


def _opened(
    what: str, numbers: Sequence[float | None], days: Sequence[Mapping[str, str | None]], *, link: Link
) -> list[Counted]:
    """Return each number with the cases of its days."""
    return [(number, link(what, **of)) for number, of in zip(numbers, days, strict=True)]


def _held_earlier(earlier: Earlier, spans: Iterable[Sequence[int]], *, link: Link) -> list[Counted]:
    """Return how many were held in the weeks before those of each span; a span may have none."""
    before = [[earlier.weeks[place] for place in places if place < len(earlier.weeks)] for places in spans]
    return [
        (sum((week.figures for week in weeks), Figures()).held, link("held", **said_of(weeks, earlier.question)))
        if weeks
        else (None, "")
        for weeks in before
    ]


def speed_chart(bars: Sequence[tuple[str, Sequence[tuple[int, str]]]], *, earlier: Sequence[Counted] | None) -> Chart:
    """Return how many clients waited how long for the agent's voice: each span with its counts, that one first."""
    datasets = [drawn("Clients", (connected for _, (connected, *_) in bars), tone=1)]
    if earlier is not None:
        datasets.append(drawn("Earlier", earlier, tone=6))
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
    return sum((weeks[place].figures for place in places), Figures())


def _rate(share: Share) -> int | None:
    return None if share.is_few else share.percent
