"""What became of clients after the meeting: a list, and one deal with its next step."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from handoff.deals.forms import DealFilter, DealForm
from handoff.deals.moving import DealRefused, InvalidDeal, check_may, move_deal, today
from handoff.deals.queries import all_deals, deal_page, standings, story_of
from handoff.deals.reported import Reported
from handoff.filters import wrong_words
from handoff.models import Deal, Handoff
from leads.stages import Refused
from leads.states import Via
from teams.access import any_member
from teams.http import TeamRequest
from teams.models import Membership
from teams.sheets import no_sheet, sheet, sheet_lines

COLUMNS = (
    "Handoff", "Client", "Stands at", "Signed on", "Under contract on", "Closed on", "Lost on", "ISA", "Agent",
    "Method", "Source", "Area", "Price", "Commission", "Currency",
)  # fmt: skip


@require_safe
@any_member
def deals(request: TeamRequest) -> HttpResponse:
    """Show a team lead the team's deals, others their own."""
    chosen = DealFilter(request.GET)
    is_right = chosen.is_valid()
    status = chosen.cleaned_data.get("status") if is_right else None
    page = deal_page(request.membership, status=status, before=chosen.cleaned_data.get("before"))
    older = f"{reverse('handoff:deals')}?status={status or ''}&before={page.older}" if page.older else ""
    context = {
        "page": page,
        "standings": standings(request.membership),
        "status": status,
        "csv_url": f"{reverse('handoff:deals-csv')}?status={status or ''}",
        "older_url": older,
        "currency": request.membership.team.currency,
    }
    return render(request, "handoff/deals/deals.html", context, status=200 if is_right else 422)


@require_safe
@any_member
def deals_csv(request: TeamRequest) -> HttpResponseBase:
    """Give the deals of a status, or all, as a file."""
    chosen = DealFilter(request.GET)
    if not chosen.is_valid():
        return no_sheet(wrong_words(chosen))
    status = chosen.cleaned_data["status"]
    rows = (_cells(each) for each in all_deals(request.membership, status=status))
    return sheet(f"deals-{status}" if status else "deals", sheet_lines(COLUMNS, rows))


@require_http_methods(["GET", "HEAD", "POST"])
@any_member
def deal(request: TeamRequest, pk: int) -> HttpResponse:
    """Show what came of a handoff; its agent and the team lead say how it goes on, and its ISA looks on."""
    seen = Handoff.objects.own(request.membership).select_related(
        "lead__team", "team", "agent__user", "setter__user", "outcome"
    )
    handoff, at = get_object_or_404(seen, pk=pk), timezone.now()
    current = Deal.objects.filter(handoff=handoff).first()
    reported = Reported.of(handoff, current)
    form = DealForm(request.POST or None, deal=current, reported=reported, initial={"on": today(handoff, at=at)})
    may_not = why_not(handoff, request.membership)
    if not may_not and form.is_valid() and _moved(form, handoff, request.membership):
        messages.success(request, f"Recorded. {handoff.lead.name} is up to date, and so are the numbers.")
        return redirect("handoff:deal", pk=pk)
    context = {
        "handoff": handoff,
        "deal": current,
        "reported": reported,
        "steps": story_of(current) if current else [],
        "form": form,
        "may_not": may_not,
        "zone": request.user.zone,
    }
    status = 200 if request.method != "POST" else 409 if may_not else 422
    return render(request, "handoff/deals/deal.html", context, status=status)


def why_not(handoff: Handoff, member: Membership) -> str:
    """Say why this member cannot say what came of it; nothing if they can."""
    try:
        check_may(handoff, member)
    except DealRefused as refusal:
        return str(refusal)
    return ""


def _cells(each: Deal) -> tuple[object, ...]:
    handoff = each.handoff
    days = (each.signed_on, each.under_contract_on, each.closed_on, each.lost_on)
    return (
        handoff.pk,
        handoff.lead.name,
        each.get_status_display(),
        *(day.isoformat() if day else "" for day in days),
        handoff.setter.user.name,
        handoff.agent.user.name,
        handoff.get_method_display(),
        handoff.source,
        handoff.area,
        each.price,
        each.commission,
        each.currency,
    )


def _moved(form: DealForm, handoff: Handoff, member: Membership) -> bool:
    """Record it; what is refused stands on the form."""
    try:
        move_deal(handoff=handoff, said=form.said, actor=member, via=Via.PAGE, at=timezone.now())
    except InvalidDeal as invalid:
        form.add_error(invalid.field, str(invalid))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    else:
        return True
    return False
