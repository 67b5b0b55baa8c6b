"""What comes of handoffs: per ISA, per agent, per week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handoff.numbers.figures import FEW, Numbers
from handoff.numbers.forms import NumbersRange
from handoff.numbers.queries import numbers_for
from teams.access import any_member
from teams.http import TeamRequest
from teams.zones import zone


@require_safe
@any_member
def numbers(request: TeamRequest) -> HttpResponse:
    """Show the figures of a span that the address names. ISAs and agents see their own."""
    at = timezone.now()
    chosen = NumbersRange(request.GET)
    is_right = chosen.is_valid()
    since, until = chosen.span(request.membership.team, at=at)
    shown = numbers_for(chosen.question(request.membership, at=at), at=at)
    context: dict[str, Any] = {
        "form": chosen,
        "numbers": shown,
        "since": since,
        "last": (until - timedelta(seconds=1)).astimezone(zone(request.membership.team.zone)),
        "chart": weekly_chart(shown),
        "funnel": funnel_chart(shown),
        "currency": request.membership.team.currency,
        "few": FEW,
        "zone": request.membership.team.zone,
        "is_empty": not shown.total.handed,
    }
    return render(request, "handoff/numbers.html", context, status=200 if is_right else 422)


def funnel_chart(shown: Numbers) -> dict[str, Any]:
    """Return the way to a closing as ``chart_page.js`` draws it."""
    steps = shown.total.funnel
    return {
        "type": "bar",
        "horizontal": True,
        "labels": [step.name for step in steps],
        "datasets": [{"label": "Clients", "data": [step.number for step in steps], "tone": 1}],
    }


def weekly_chart(shown: Numbers) -> dict[str, Any]:
    """Return the weeks as ``chart_page.js`` draws them."""
    weeks = shown.by_week
    return {
        "type": "bar",
        "labels": [f"{week.begins_on:%b} {week.begins_on.day}" for week in weeks],
        "datasets": [
            {"label": "Set", "data": [week.figures.set for week in weeks], "tone": 6},
            {"label": "Held", "data": [week.figures.held for week in weeks], "tone": 1},
            {"label": "No-show", "data": [week.figures.no_show for week in weeks], "tone": 4},
        ],
    }
