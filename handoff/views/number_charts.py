"""The charts of the dashboard as ``chart_page.js`` draws them; each has a table beside it that says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from handoff.numbers.dashboard import Dashboard
from handoff.numbers.figures import Figures, Share, Week
from handoff.numbers.reasons import ReasonCount

Chart = dict[str, Any]


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

    A rate is drawn where there are cases enough for one.
    """
    weeks = shown.numbers.by_week

    def of(count: Callable[[Figures], int]) -> list[int]:
        return [count(week.figures) for week in weeks]

    bars: list[Chart] = [
        {"label": "Held", "data": of(lambda each: each.held), "tone": 1},
        {"label": "No-show", "data": of(lambda each: each.no_show), "tone": 4},
        {"label": "To come", "data": of(lambda each: each.to_come), "tone": 3},
        {"label": "Awaiting, moved, called off", "data": of(rest), "tone": 6},
    ]
    lines: list[Chart] = []
    if shown.earlier:
        held: list[int | None] = [week.figures.held for week in shown.earlier.weeks[: len(weeks)]]
        lines.append(
            {"type": "line", "label": "Held earlier", "data": held, "tone": 2, "borderDash": [5, 4], "order": 0}
        )
    rates = _rates(weeks)
    if any(rate is not None for rate in rates):
        lines.append({"type": "line", "label": "Show rate", "data": rates, "tone": 5, "yAxisID": "rate", "order": 0})
    return {
        "type": "bar",
        "stacked": True,
        "labels": [f"{week.begins_on:%b} {week.begins_on.day}" for week in weeks],
        "datasets": [*({**bar, "order": 1} for bar in bars if any(bar["data"])), *lines],
    }


def rest(figures: Figures) -> int:
    """Count the appointments that neither took place, nor were missed, nor are still to come."""
    return max(figures.set - figures.held - figures.no_show - figures.to_come, 0)


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


def _rates(weeks: Sequence[Week]) -> list[int | None]:
    return [_rate(week.figures.show_rate) for week in weeks]


def _rate(share: Share) -> int | None:
    return None if share.is_few else share.percent
