"""The same person twice: found, put side by side, made one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leads.finding import find as find_leads
from leads.merging import CHOICES, candidates_for, merge_leads
from leads.models import Lead
from leads.queries.lead_page import leads_for
from leads.queries.merging import sides_of
from leads.stages import Refused
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.text import clean_line


@require_safe
@for_roles(Role.ISA, Role.LEAD)
def merge(request: TeamRequest, pk: int) -> HttpResponse:
    """Who may be the same person as this lead; anybody else by number, name or address."""
    lead = get_object_or_404(leads_for(request.membership), pk=pk)
    try:
        text = clean_line(request.GET.get("q", ""))
    except ValidationError:
        text = ""
    found = [each for each in find_leads(request.membership, text) if each.pk != lead.pk]
    context = {"lead": lead, "query": text, "found": found, "same": candidates_for(lead, request.membership)}
    return render(request, "leads/merge.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(Role.ISA, Role.LEAD)
def merge_with(request: TeamRequest, pk: int, other_pk: int) -> HttpResponse:
    """Both side by side; whoever presses says what the lead that stays takes from the other."""
    both = leads_for(request.membership).prefetch_related("lpmama__areas").filter(pk__in=(pk, other_pk))
    found = {lead.pk: lead for lead in both}
    if len(found) != 2:
        raise Http404
    survivor, other = found[pk], found[other_pk]
    if request.method == "POST":
        take = {name for name in CHOICES if request.POST.get(name) == "theirs"}
        try:
            merge_leads(survivor=survivor, other=other, take=take, actor=request.membership, at=timezone.now())
        except Refused as refusal:
            return _side_by_side(request, survivor, other, refusal=str(refusal))
        messages.success(request, f"{other.name} is part of this lead now.")
        return redirect(survivor)
    return _side_by_side(request, survivor, other)


def _side_by_side(request: TeamRequest, survivor: Lead, other: Lead, *, refusal: str = "") -> HttpResponse:
    context = {"lead": survivor, "other": other, "sides": sides_of(survivor, other), "refusal": refusal}
    return render(request, "leads/merge_with.html", context, status=409 if refusal else 200)
