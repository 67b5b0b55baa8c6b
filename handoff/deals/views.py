"""What became of clients after the meeting: a list, and one deal with its next step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from handoff.deals.choice import DealChoice
from handoff.deals.forms import DealForm
from handoff.deals.moving import DealRefused, InvalidDeal, check_may, move_deal, today
from handoff.deals.queries import all_deals, deal_page, standings, story_of
from handoff.deals.reported import Reported
from handoff.models import Deal, Handoff
from handoff.numbers.asking import Question
from handoff.numbers.queries import sources_of
from handoff.views.number_filters import Chip, narrowing_chips, people_for, selects_for, span_words
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
    """Show a team lead the team's deals, others their own. What they are narrowed by lives in the address."""
    chosen = _asked(request)
    context = {
        "form": chosen,
        "selects": selects_for(chosen, {"source": _sources(chosen)}),
        "chips": _chips(chosen),
        "numbers_url": f"{reverse('handoff:numbers')}?{chosen.whose_address()}",
    }
    if not chosen.errors:
        context |= _found(chosen)
    return render(request, "handoff/deals/deals.html", context, status=422 if chosen.errors else 200)


@require_safe
@any_member
def deals_csv(request: TeamRequest) -> HttpResponseBase:
    """Give the deals of the same choice as a file, all of them."""
    chosen = _asked(request)
    if chosen.errors:
        return no_sheet(chosen.wrong)
    status, rows = chosen.status_chosen, (_cells(each) for each in all_deals(chosen.question))
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


def _asked(request: TeamRequest) -> DealChoice:
    return DealChoice(request.GET, viewer=request.membership, people=people_for(request.membership))


def _sources(chosen: DealChoice) -> list[str]:
    """Return from where clients of this person's handoffs came, ever."""
    ever = Question(chosen.viewer.team_id, chosen.EARLIEST, chosen.LATEST)
    return sources_of(ever.seen_by(chosen.viewer))


def _found(chosen: DealChoice) -> dict[str, Any]:
    """Return the page that is asked for, and what stands above it."""
    page = deal_page(chosen.question, before=chosen.cleaned_data["before"])
    return {
        "page": page,
        "status": chosen.status_chosen,
        "standings": standings(chosen.question),
        "rest": chosen.address(status=None),
        "csv_url": f"{reverse('handoff:deals-csv')}?{chosen.address()}",
        "older_url": f"{reverse('handoff:deals')}?{chosen.address(before=page.older)}" if page.older else "",
        "currency": chosen.viewer.team.currency,
    }


def _chips(chosen: DealChoice) -> list[Chip]:
    """Return all that is chosen, each with the address of the rest."""
    status = chosen.status_chosen
    since, until = (chosen.cleaned_data.get(name) for name in ("since", "until"))
    days = "" if chosen.errors else span_words(since, until)
    return [
        *([Chip(str(status.label), f"?{chosen.address(status=None)}")] if status else []),
        *narrowing_chips(chosen),
        *([Chip(f"Days: {days}", f"?{chosen.address(since=None, until=None)}")] if days else []),
    ]


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
