"""The charts of the dashboard as ``chart_page.js`` draws them; each has a table beside it that says the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

from handoff.numbers.dashboard import Dashboard
from handoff.numbers.figures import Figures, Share, Week
from handoff.numbers.reasons import ReasonCount

Chart = dict[str, Any]
Part = tuple[str, Callable[[Figures], int], int]
#: Weeks of a year and some.
MOST_BARS: Final = 60


def rest(figures: Figures) -> int:
    """Count the appointments that neither took place, nor were missed, nor are still to come."""
    return max(figures.set - figures.held - figures.no_show - figures.to_come, 0)


#: The parts of a bar, each with its tone: of appointments, and where none were set of live transfers and direct ones.
OF_APPOINTMENTS: Final[tuple[Part, ...]] = (
    ("Held", lambda each: each.held, 1),
    ("No-show", lambda each: each.no_show, 4),
    ("To come", lambda each: each.to_come, 3),
    ("Awaiting, moved, called off", rest, 6),
)
OF_HANDOFFS: Final[tuple[Part, ...]] = (
    ("Met their agent", lambda each: each.met, 1),
    ("Did not come", lambda each: each.missed, 4),
    ("Not said yet", lambda each: max(each.handed - each.met - each.missed, 0), 6),
)


def funnel_chart(shown: Dashboard) -> Chart:
    """Return the way to a closing."""
    steps = shown.numbers.total.funnel
    datasets = [{"label": "Clients", "data": [step.number for step in steps], "tone": 1}]
    if shown.earlier:
        earlier = [step.number for step in shown.earlier.total.funnel]
        datasets.append({"label": "Earlier", "data": earlier, "tone": 6})
    return {"type": "bar", "horizontal": True, "labels": [step.name for step in steps], "datasets": datasets}


def week_chart(shown: Dashboard) -> Chart:
    """Return what became of each week's appointments, with the show rate, and the earlier weeks over them.

    A rate is drawn where there are cases enough for one. Many weeks are drawn by the month.
    """
    weeks = shown.numbers.by_week if shown.earlier else worth_a_row(shown.numbers.by_week)
    spans = _spans(weeks, by_month=is_by_month(shown.numbers.by_week))
    figures = [_sum(weeks, places) for places in spans.values()]
    parts = OF_APPOINTMENTS if shown.numbers.total.set else OF_HANDOFFS
    bars: list[Chart] = [
        {"label": label, "data": [count(each) for each in figures], "tone": tone} for label, count, tone in parts
    ]
    lines: list[Chart] = []
    if shown.earlier:
        held = [_sum(shown.earlier.weeks, places).held for places in spans.values()]
        lines.append(
            {"type": "line", "label": "Held earlier", "data": held, "tone": 2, "borderDash": [5, 4], "order": 0}
        )
    rates = [_rate(each.show_rate) for each in figures]
    if any(rate is not None for rate in rates):
        lines.append({"type": "line", "label": "Show rate", "data": rates, "tone": 5, "yAxisID": "rate", "order": 0})
    return {
        "type": "bar",
        "stacked": True,
        "labels": list(spans),
        "datasets": [*({**bar, "order": 1} for bar in bars if any(bar["data"])), *lines],
    }


def speed_chart(shown: Dashboard) -> Chart:
    """Return how many clients waited how long for the agent's voice."""
    datasets = [{"label": "Clients", "data": [number for _, number in shown.pace.bars], "tone": 1}]
    if shown.earlier:
        datasets.append({"label": "Earlier", "data": [number for _, number in shown.earlier.pace.bars], "tone": 6})
    return {"type": "bar", "labels": [words for words, _ in shown.pace.bars], "datasets": datasets}


def reason_chart(reasons: Sequence[ReasonCount]) -> Chart:
    """Return what was not as the ISA had noted it."""
    return {
        "type": "bar",
        "horizontal": True,
        "labels": [each.letter or each.label for each in reasons],
        "datasets": [{"label": "Clients", "data": [each.count for each in reasons], "tone": 2}],
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
