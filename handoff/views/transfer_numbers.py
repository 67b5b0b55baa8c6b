"""The measures of live transfers, and the cases behind each number. Choices live in the address.

A team lead's are the team's; ISAs see the transfers they asked for, agents those they accepted and their own rings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from handoff.numbers.days import DAY, weeks_said
from handoff.numbers.figures import FEW
from handoff.numbers.transfer_choice import RingCases, TransferCases, TransfersRange
from handoff.numbers.transfers import (
    TransferFigures,
    TransferWeek,
    Within,
    answers_by_agent,
    pass_reasons,
    transfer_figures,
    transfers_by_week,
)
from handoff.queries.course import for_course
from handoff.views.number_charts import Chart, Counted, drawn
from handoff.views.number_filters import span_words
from teams.access import any_member
from teams.http import TeamRequest
from teams.models import Membership

PAGE = 50
#: The chart's parts, best first, each with its tone.
PARTS = (
    ("Connected", "connected", 1),
    ("Dropped", "dropped", 2),
    ("Nobody took it", "expired", 4),
    ("Cancelled", "cancelled", 6),
)
#: The steps of a transfer in words, and as its list is narrowed to those that came so far.
STEPS = (("On a screen", "shown"), ("Accepted", "accepted"), ("Connected", "connected"))
Range = TypeVar("Range", bound=TransfersRange)
M = TypeVar("M", bound=Model)


@require_safe
@any_member
def transfer_numbers(request: TeamRequest) -> HttpResponse:
    """Show what became of the transfers of a span, how fast, why not, and how each agent answers."""
    chosen, within = asked(request, TransfersRange)
    figures, answers, weeks = transfer_figures(within), answers_by_agent(within), _weeks(chosen, within)
    context = {
        **_context(request, chosen, within),
        "figures": figures,
        "answers": answers,
        "passes": pass_reasons(answers),
        "weeks": weeks,
        "week_chart": week_chart(weeks),
        "speed_chart": speed_chart(figures, [_cases_url(chosen, what=step) for _, step in STEPS]),
        "few": FEW,
    }
    return _page(request, "handoff/live/numbers.html", chosen, context)


@require_safe
@any_member
def transfer_cases(request: TeamRequest) -> HttpResponse:
    """List the transfers behind a number."""
    chosen, within = asked(request, TransferCases)
    cases = for_course(chosen.cases(within))
    csv_url = f"{reverse('handoff:transfer-cases-csv')}?{chosen.address}"
    context = _listed(request, chosen, within, cases) | {"csv_url": csv_url}
    return _page(request, "handoff/live/cases.html", chosen, context)


@require_safe
@any_member
def ring_cases(request: TeamRequest) -> HttpResponse:
    """List the rings behind a number."""
    chosen, within = asked(request, RingCases)
    cases = chosen.cases(within).select_related("agent__user", "transfer__lead", "transfer__setter__user")
    return _page(request, "handoff/live/rings.html", chosen, _listed(request, chosen, within, cases))


def _weeks(chosen: TransfersRange, within: Within) -> list[tuple[TransferWeek, list[Counted]]]:
    """Return each week with how its transfers ended, each count with its cases."""
    since, until = within.days
    found = []
    for week in transfers_by_week(within):
        days = weeks_said(week.begins_on, week.begins_on, since=since, until=until)
        found.append((week, [(getattr(week, name), _cases_url(chosen, days, what=name)) for _, name, _ in PARTS]))
    return found


def _cases_url(chosen: TransfersRange, days: Mapping[str, str] | None = None, **narrowed: str) -> str:
    """Return the address of transfers: of the days that are chosen, or of others."""
    return f"{reverse('handoff:transfer-cases')}?{urlencode({**(days or chosen.kept), **chosen.people, **narrowed})}"


def week_chart(weeks: Sequence[tuple[TransferWeek, Sequence[Counted]]]) -> Chart:
    """Return how each week's transfers ended, as ``chart_page.js`` draws it."""
    ends = zip(*(counts for _, counts in weeks), strict=True)
    return {
        "type": "bar",
        "stacked": True,
        "labels": [f"{week.begins_on:%b} {week.begins_on.day}" for week, _ in weeks],
        "datasets": [drawn(label, counts, tone=tone) for (label, _, tone), counts in zip(PARTS, ends, strict=True)],
    }


def speed_chart(figures: TransferFigures, urls: Sequence[str]) -> Chart:
    """Return the seconds from the request to each step, as ``chart_page.js`` draws them, and whose they are."""
    spans = (figures.to_shown.seconds, figures.to_accepted.seconds, figures.to_connected.seconds)
    return {
        "type": "bar",
        "horizontal": True,
        "labels": [words for words, _ in STEPS],
        "datasets": [
            drawn("Half within (seconds)", ((span[0], url) for span, url in zip(spans, urls, strict=True)), tone=1),
            drawn("Nine of ten within", ((span[1], url) for span, url in zip(spans, urls, strict=True)), tone=6),
        ],
    }


def asked(request: TeamRequest, form: type[Range]) -> tuple[Range, Within]:
    """Read the address; what makes no sense in it is as if it were not said."""
    chosen = form(request.GET, viewer=request.membership)
    chosen.is_valid()
    return chosen, chosen.within(at=timezone.now())


def _context(request: TeamRequest, chosen: TransfersRange, within: Within) -> dict[str, Any]:
    team = request.membership.team
    first, end = within.days
    people = (
        []
        if request.membership.is_agent
        else list(Membership.objects.visible_to(request.membership).select_related("user").order_by("user__name", "pk"))
    )
    return {
        "form": chosen,
        "within": within,
        "isas": [each for each in people if not each.is_agent],
        "agents": [each for each in people if each.is_agent],
        "days": span_words(first, end - DAY),
        "zone": team.zone,
    }


def _listed(request: TeamRequest, chosen: Any, within: Within, cases: QuerySet[M]) -> dict[str, Any]:
    before = chosen.cleaned_data.get("before")
    rows = list((cases.filter(pk__lt=before) if before else cases)[: PAGE + 1])
    older = urlencode({"before": rows[PAGE - 1].pk}) if len(rows) > PAGE else ""
    return {
        **_context(request, chosen, within),
        "rows": rows[:PAGE],
        "count": cases.count(),
        "newer_url": f"?{chosen.address}" if before else None,
        "older_url": f"?{chosen.address}&{older}" if older else None,
    }


def _page(request: TeamRequest, template: str, chosen: TransfersRange, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=422 if chosen.errors else 200)
