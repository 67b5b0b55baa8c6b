"""The handoffs behind a number of the dashboard, as a list and as a file, with exactly the same choice."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from handoff.models import Current, Handoff
from handoff.numbers.asking import Question
from handoff.numbers.cases import DEAL_DAYS, all_cases, case_page, cases_of, count_cases
from handoff.numbers.choice import CasesChoice
from handoff.views.number_filters import common, people_for
from handoff.words import verdict
from teams.access import any_member
from teams.http import TeamRequest
from teams.models import Membership
from teams.sheets import no_sheet, sheet, sheet_lines
from teams.zones import zone

COLUMNS = (
    "Handoff", "Set", "Takes place", "Client", "ISA", "Agent", "Method", "Source", "Area", "State", "Outcome", "Deal",
)  # fmt: skip
DEAL_COLUMNS = (*COLUMNS, "Signed on", "Under contract on", "Closed on", "Price", "Commission")


@require_safe
@any_member
def number_cases(request: TeamRequest) -> HttpResponse:
    """List the handoffs behind a number, the latest first."""
    chosen, question, at = _asked(request)
    cases = cases_of(question, what=chosen.of, bar=chosen.bar, at=at)
    after = chosen.cleaned_data.get("after")
    page = case_page(cases, question, viewer=request.membership, after=after)
    context = common(request, chosen, question) | {
        "rows": page.rows,
        "is_of_deals": chosen.of in DEAL_DAYS,
        "count": count_cases(question, what=chosen.of, bar=chosen.bar, at=at),
        "newer_url": f"?{chosen.address()}" if after else None,
        "older_url": f"?{chosen.address(after=page.older)}" if page.older else None,
        "back_url": f"{reverse('handoff:numbers')}?{chosen.whose_address()}",
        "csv_url": f"{reverse('handoff:number-cases-csv')}?{chosen.address()}",
    }
    return render(request, "handoff/numbers/cases.html", context, status=422 if chosen.errors else 200)


@require_safe
@any_member
def number_cases_csv(request: TeamRequest) -> HttpResponseBase:
    """Give the handoffs behind a number as a file, all of them."""
    chosen, question, at = _asked(request)
    if chosen.errors:
        return no_sheet(chosen.wrong)
    cases = cases_of(question, what=chosen.of, bar=chosen.bar, at=at)
    return cases_sheet(chosen.of, cases, question, viewer=request.membership)


def cases_sheet(
    name: str, cases: QuerySet[Current], question: Question, *, viewer: Membership
) -> StreamingHttpResponse:
    """Answer with all of them as a file; those that are counted by their deals with what the deals brought."""
    cells, columns = (_deal_cells, DEAL_COLUMNS) if name in DEAL_DAYS else (_cells, COLUMNS)
    rows = (cells(each, viewer.team.zone) for each in all_cases(cases, question, viewer=viewer))
    return sheet(f"{name}-{question.since:%Y-%m-%d}", sheet_lines(columns, rows))


def _asked(request: TeamRequest) -> tuple[CasesChoice, Question, datetime]:
    at = timezone.now()
    chosen = CasesChoice(request.GET, viewer=request.membership, people=people_for(request.membership))
    return chosen, chosen.question(request.membership, at=at), at


def _cells(each: Handoff, clock: str) -> tuple[object, ...]:
    outcome, deal = getattr(each, "outcome", None), getattr(each, "deal", None)
    return (
        each.pk,
        _moment(each.opened_at, clock),
        _moment(each.appointment.starts_at, clock) if each.appointment else "",
        each.lead.name,
        each.setter.user.name,
        each.agent.user.name,
        each.get_method_display(),
        each.source,
        each.area,
        each.get_status_display(),
        verdict(outcome) if outcome else "",
        deal.get_status_display() if deal else "",
    )


def _deal_cells(each: Handoff, clock: str) -> tuple[object, ...]:
    deal = each.deal
    days = (day.isoformat() if day else "" for day in (deal.signed_on, deal.under_contract_on, deal.closed_on))
    return (*_cells(each, clock), *days, deal.price, deal.commission)


def _moment(moment: datetime, clock: str) -> str:
    return moment.astimezone(zone(clock)).isoformat(timespec="seconds")
