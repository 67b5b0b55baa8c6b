"""Calibration: what goes together with what in this team's own handoffs, and the cases behind it.

For team leads alone. One person's handoffs are too few to compare, and a comparison of people is not what this is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from handoff.calibration.comparing import WRONG
from handoff.calibration.counting import condition
from handoff.calibration.forms import BehindChoice, CalibrationChoice
from handoff.calibration.practices import RESULTS_THAT_TAKE_TIME
from handoff.calibration.shown import Calibration, calibration_for
from handoff.models import Current
from handoff.numbers.asking import Question
from handoff.numbers.cases import case_page, rows_of
from handoff.numbers.choice import NumbersChoice
from handoff.numbers.dashboard import offered
from handoff.numbers.days import local_day
from handoff.numbers.figures import FEW
from handoff.numbers.queries import numbers_for
from handoff.numbers.whiskers import in_cells
from handoff.views.number_cases import cases_sheet
from handoff.views.number_filters import common, people_for, selects_for
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.sheets import no_sheet, sheet, sheet_lines

Choice = TypeVar("Choice", bound=NumbersChoice)
#: Where more cases may be found.
LONGER = ((52, "a year"), (156, "three years"))
COLUMNS = (
    "Practice", "Result", "At least days ago", "Group", "Came to it", "Did not", "Share", "Share from", "Share to",
    "Compared", "Difference from", "Difference to", "Among handoffs alike", "In words",
)  # fmt: skip


@require_safe
@for_roles(Role.LEAD)
def calibration(request: TeamRequest) -> HttpResponse:
    """Show every comparison with its intervals; what has too few cases says so."""
    chosen, question = _asked(request, CalibrationChoice)
    found = numbers_for(question, at=timezone.now(), names={})
    context: dict[str, Any] = common(request, chosen, question) | {
        "shown": _shown(request, chosen, question),
        "selects": selects_for(chosen, offered(question, found)),
        "csv_url": f"{reverse('handoff:calibration-csv')}?{chosen.address()}",
        "longer": [(words, f"?{chosen.address(weeks=weeks, since=None, until=None)}") for weeks, words in LONGER],
        "few": FEW,
        "sure": f"{1 - WRONG:.0%}",
        "waits": RESULTS_THAT_TAKE_TIME,
    }
    return render(request, "handoff/calibration/calibration.html", context, status=422 if chosen.errors else 200)


@require_safe
@for_roles(Role.LEAD)
def calibration_csv(request: TeamRequest) -> HttpResponseBase:
    """Give every comparison as a file: a line for each group."""
    chosen, question = _asked(request, CalibrationChoice)
    if chosen.errors:
        return no_sheet(chosen.wrong)
    rows = _cells(_shown(request, chosen, question))
    return sheet(f"calibration-{question.since:%Y-%m-%d}", sheet_lines(COLUMNS, rows))


@require_safe
@for_roles(Role.LEAD)
def calibration_cases(request: TeamRequest) -> HttpResponse:
    """List the handoffs behind a share, the latest first."""
    chosen, question = _asked(request, BehindChoice)
    cases = _cases(request, chosen, question)
    after = chosen.cleaned_data.get("after")
    page = case_page(cases, question, viewer=request.membership, after=after)
    context = common(request, chosen, question) | {
        "rows": page.rows,
        "count": cases.count(),
        "newer_url": f"?{chosen.address()}" if after else None,
        "older_url": f"?{chosen.address(after=page.older)}" if page.older else None,
        "back_url": f"{reverse('handoff:calibration')}?{chosen.whose_address()}",
        "csv_url": f"{reverse('handoff:calibration-cases-csv')}?{chosen.address()}",
    }
    return render(request, "handoff/numbers/cases.html", context, status=422 if chosen.errors else 200)


@require_safe
@for_roles(Role.LEAD)
def calibration_cases_csv(request: TeamRequest) -> HttpResponseBase:
    """Give the handoffs behind a share as a file, all of them."""
    chosen, question = _asked(request, BehindChoice)
    cases = _cases(request, chosen, question)
    if chosen.errors:
        return no_sheet(chosen.wrong)
    return cases_sheet(chosen.cleaned_data["what"], cases, question, viewer=request.membership)


def _asked(request: TeamRequest, kind: type[Choice]) -> tuple[Choice, Question]:
    chosen = kind(request.GET, viewer=request.membership, people=people_for(request.membership))
    return chosen, chosen.question(request.membership, at=timezone.now())


def _shown(request: TeamRequest, chosen: NumbersChoice, question: Question) -> Calibration:
    address = reverse("handoff:calibration-cases")
    today = local_day(request.membership.team, timezone.now())
    return calibration_for(question, today=today, link=lambda what: f"{address}?{chosen.address(what=what)}")


def _cases(request: TeamRequest, chosen: BehindChoice, question: Question) -> QuerySet[Current]:
    behind = chosen.behind
    if behind is None:
        return Current.objects.none()
    today = local_day(request.membership.team, timezone.now())
    return rows_of(question).filter(behind.of, condition(behind.result, behind.which, today=today))


def _cells(shown: Calibration) -> Iterator[tuple[object, ...]]:
    for card in shown.cards:
        for finding in card.findings:
            comparison = finding.comparison
            for number, line in enumerate(finding.lines):
                is_compared = comparison.pair is not None and number in comparison.pair
                yield (
                    card.practice.title, finding.result.label, finding.result.days, line.group.label,
                    line.share.part, line.failed, *in_cells(line.share),
                    "yes" if is_compared else "no", *map(_rounded, comparison.within or (None, None)),
                    _rounded(comparison.alike), finding.says,
                )  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
