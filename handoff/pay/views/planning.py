"""Plans: the team's and people's own, since when each counts, and what another would have paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handoff.models import PlanVersion
from handoff.months import before, months, this_month
from handoff.pay.book import Book
from handoff.pay.forms import FromMonthForm, PlanForm, WhatIfForm, terms_of
from handoff.pay.plans import PlanRefused, Terms, first_free_month, save_plan, unpaid_closings, versions_of
from handoff.pay.settling import to_go
from handoff.pay.views import load_isa
from handoff.pay.whatif import compare
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Membership, Role

#: A plan can be made for so many months ahead.
AHEAD = 6


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def team_plan(request: TeamRequest) -> HttpResponse:
    """The plan of the team's ISAs; POST saves a new version."""
    return _plan(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def own_plan(request: TeamRequest, pk: int) -> HttpResponse:
    """One person's own plan, in place of the team's."""
    return _plan(request, load_isa(request, pk))


@require_POST
@for_roles(Role.LEAD)
def as_team(request: TeamRequest, pk: int) -> HttpResponse:
    """Pay somebody by the team's plan again."""
    isa, at = load_isa(request, pk), timezone.now()
    form = FromMonthForm(request.POST, months=_choices(request, isa))
    if form.is_valid():
        month = form.cleaned_data["from_month"]
        try:
            save_plan(
                team=request.membership.team, isa=isa, terms=None, from_month=month, actor=request.membership, at=at
            )
        except PlanRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("handoff:pay-own-plan", pk)
        messages.success(request, f"{isa.user.name} is paid by the plan of the team again.")
    else:
        messages.error(request, "Choose a month from the list.")
    return redirect("handoff:pay-own-plan", pk)


@require_safe
@for_roles(Role.LEAD)
def what_if(request: TeamRequest) -> HttpResponse:
    """What another plan would have paid in the months before this one, beside what was."""
    team, at = request.membership.team, timezone.now()
    now = this_month(team, at=at)
    stands = Book.of([team.pk]).of_team(team.pk, now)
    form = WhatIfForm(request.GET or None, initial=terms_of(stands) | {"months": 3})
    context: dict[str, Any] = {"form": form, "currency": team.currency, "to_settle": to_go([team.pk]).most}
    if form.is_valid():
        first, last = before(now, form.cleaned_data["months"]), before(now)
        said = {name: getattr(form.terms, name) for name in Terms.__slots__}
        other = PlanVersion(team=team, currency=team.currency, **said)
        comparison = compare(team=team, plan=other, first=first, last=last, at=at)
        context |= {"comparison": comparison, "first": first, "last": last}
    return render(request, "handoff/pay/what_if.html", context, status=422 if form.errors else 200)


def _plan(request: TeamRequest, isa: Membership | None) -> HttpResponse:
    team, at = request.membership.team, timezone.now()
    now, versions = this_month(team, at=at), versions_of(team, isa)
    book = Book.of([team.pk])
    stands = book.plan(isa, now) if isa else book.of_team(team.pk, now)
    latest = versions[-1] if versions and versions[-1].is_own else stands
    choices = _choices(request, isa)
    begin = {"from_month": max(choices[0], min(now, choices[-1])).isoformat()}
    form = PlanForm(request.POST if request.method == "POST" else None, months=choices, was=latest, initial=begin)
    if form.is_valid():
        said = {"terms": form.terms} | {name: form.cleaned_data[name] for name in ("from_month", "pays_nothing")}
        try:
            version = save_plan(team=team, isa=isa, **said, actor=request.membership, at=at)
        except PlanRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, f"Saved. It counts from {version.from_month:%B %Y} on.")
            return redirect("handoff:pay-own-plan", isa.pk) if isa else redirect("handoff:pay-plan")
    context = {
        "form": form,
        "isa": isa,
        "stands": stands,
        "versions": versions[::-1],
        "warnings": unpaid_closings(team) if latest is None or latest.percent or form.errors else [],
        "people": [] if isa else _people(team.pk, book, now),
        "back": FromMonthForm(months=choices) if isa and versions and versions[-1].is_own else None,
        "zone": request.user.zone,
    }
    return render(request, "handoff/pay/plan.html", context, status=422 if form.errors else 200)


def _choices(request: TeamRequest, isa: Membership | None) -> list[date]:
    team, at = request.membership.team, timezone.now()
    now = this_month(team, at=at)
    return list(months(first_free_month(team, isa, at=at), before(now, -AHEAD)))


def _people(team: int, book: Book, month: date) -> list[tuple[Membership, PlanVersion | None]]:
    """Return the team's ISAs, each with the plan of their own, if they have one."""
    paid = Membership.objects.active().filter(team=team, role=Role.ISA).select_related("user")
    plans = [(isa, book.plan(isa, month)) for isa in paid.order_by("user__name", "pk")]
    return [(isa, plan if plan and plan.isa_id else None) for isa, plan in plans]
