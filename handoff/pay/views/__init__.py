"""The pages of pay: months, statements, and their files. Everybody sees their own, team leads the team's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handoff.models import Entry
from handoff.months import before, this_month
from handoff.pay.approving import PayRefused, approve
from handoff.pay.forms import ApproveForm, UntilForm
from handoff.pay.money import units_of
from handoff.pay.statements import StatementPage, months_of_team, reaches_before, statement_of
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Membership, Role
from teams.sheets import sheet, sheet_lines

#: How many months a page shows.
OF_TEAM: Final = 4
OF_ISA: Final = 12
COLUMNS = (
    "Month", "ISA", "Email", "State", "What", "Entered as", "Earned on", "Client", "Handoff", "Amount", "Not paid",
    "Currency", "Entered by", "Why",
)  # fmt: skip


@require_safe
@any_member
def pay(request: TeamRequest) -> HttpResponse:
    """The months with everybody in them, the newest first; an ISA's own."""
    member, at = request.membership, timezone.now()
    now, count = this_month(member.team, at=at), OF_TEAM if member.is_lead else OF_ISA
    form = UntilForm(request.GET)
    last = min((form.cleaned_data["until"] if form.is_valid() else None) or now, now)
    older = before(last, count)
    found = months_of_team(member, last=last, count=count, at=at)
    context = {
        "months": found,
        "to_settle": max((row.to_settle for each in found for row in each.rows), default=0),
        "older_url": f"?until={older:%Y-%m}" if reaches_before(member, before(last, count - 1)) else None,
        "newer_url": f"?until={before(last, -count):%Y-%m}" if last < now else None,
        "zone": request.user.zone,
    }
    return render(request, "handoff/pay/pay.html", context, status=422 if form.errors else 200)


@require_safe
@any_member
def statement(request: TeamRequest, month: date, pk: int) -> HttpResponse:
    """One month of one ISA: every entry, the case behind it, and why it is that much."""
    return _draw(request, load_statement(request, month, pk))


@require_POST
@for_roles(Role.LEAD)
def approve_statement(request: TeamRequest, month: date, pk: int) -> HttpResponse:
    """Approve a month as it was seen. For good."""
    page = load_statement(request, month, pk)
    form, isa, at = ApproveForm(request.POST), page.head.isa, timezone.now()
    if not form.is_valid():
        return _draw(request, page, refusal="Look at the statement, and approve it there.", status=422)
    try:
        approve(isa=isa, month=month, seen=form.cleaned_data["seen"], actor=request.membership, at=at)
    except PayRefused as refusal:
        return _draw(request, statement_of(isa, month, at=at) or page, refusal=str(refusal), status=409)
    messages.success(request, f"Approved. {isa.user.first_name} is told, and nothing is entered into it any more.")
    return redirect("handoff:pay-statement", month, pk)


@require_safe
@any_member
def statement_csv(request: TeamRequest, month: date, pk: int) -> StreamingHttpResponse:
    """One statement as a table."""
    page = load_statement(request, month, pk)
    return sheet(f"pay-{month:%Y-%m}-{pk}", sheet_lines(COLUMNS, _cells([page])))


@require_safe
@for_roles(Role.LEAD)
def month_csv(request: TeamRequest, month: date) -> StreamingHttpResponse:
    """Everybody's month as a table."""
    at = timezone.now()
    found = months_of_team(request.membership, last=month, count=1, at=at)
    if not found:
        raise Http404
    pages = (statement_of(row.isa, month, at=at) for each in found for row in each.rows)
    return sheet(f"pay-{month:%Y-%m}", sheet_lines(COLUMNS, _cells(page for page in pages if page)))


def load_isa(request: TeamRequest, pk: int) -> Membership:
    """Return whose pay it is, if this member may see it; others do not exist."""
    seen = Membership.objects.visible_to(request.membership).select_related("user", "team")
    return get_object_or_404(seen if request.membership.is_lead else seen.filter(pk=request.membership.pk), pk=pk)


def load_statement(request: TeamRequest, month: date, pk: int) -> StatementPage:
    """Return the statement of an address."""
    page = statement_of(load_isa(request, pk), month, at=timezone.now())
    if page is None:
        raise Http404
    return page


def _draw(request: TeamRequest, page: StatementPage, *, refusal: str = "", status: int = 200) -> HttpResponse:
    head = page.head
    context: dict[str, Any] = {
        "page": page,
        "head": head,
        "is_own": head.isa.pk == request.membership.pk,
        "refusal": refusal,
        "zone": request.user.zone,
        "csv_url": reverse("handoff:pay-statement-csv", args=[head.month, head.isa.pk]),
    }
    return render(request, "handoff/pay/statement.html", context, status=status)


def _cells(pages: Any) -> Iterator[tuple[object, ...]]:
    for page in pages:
        user = page.head.isa.user
        whose = (f"{page.head.month:%Y-%m}", user.name, user.email, page.head.state)
        for each in page.entries:
            yield (*whose, *_entry_cells(each))


def _entry_cells(each: Entry) -> tuple[object, ...]:
    case = each.case
    amounts = (units_of(each.amount), units_of(each.withheld) if each.withheld else None, each.currency)
    what = (each.get_kind_display(), each.get_turn_display(), each.earned_on.isoformat())
    entered_by = each.by.user.name if each.by else ""
    return (*what, case.lead.name if case else "", case.pk if case else None, *amounts, entered_by, each.why)
