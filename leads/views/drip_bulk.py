"""Enrolling all leads of a filtered list in a drip: counted first, then done."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from leads.drips.enrolling import MOST, enrol_all, reasons_against
from leads.forms import ListForm
from leads.forms.drips import ChooseForm
from leads.models import Lead
from leads.queries.listing import narrowed
from leads.stages import Refused
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role

REASONS_SHOWN = 8


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def drip_bulk(request: TeamRequest) -> HttpResponse:
    """Say how many of the list would be enrolled, and why the others would not; POST enrols them."""
    said = request.POST if request.method == "POST" else request.GET
    leads, kept = _listed(request, said)
    form = ChooseForm(said if "sequence" in said else None, team=request.membership.team)
    context: dict[str, Any] = {"form": form, "kept": kept, "number": len(leads), "most": MOST}
    if len(leads) <= MOST and form.is_valid():
        sequence = form.cleaned_data["sequence"]
        if request.method == "POST":
            return _enrolled(request, leads, sequence, kept)
        against = reasons_against(sequence, leads)
        context |= {
            "drip": sequence,
            "able": len(leads) - len(against),
            "reasons": Counter(against.values()).most_common(REASONS_SHOWN),
        }
    is_refused = request.method == "POST" or bool(form.errors)
    return render(request, "leads/drips/bulk.html", context, status=422 if is_refused else 200)


def _listed(request: TeamRequest, said: QueryDict) -> tuple[list[Lead], list[tuple[str, str]]]:
    """The leads that the list shows with these filters, one more than fit at most; and the filters."""
    filters = ListForm(said, membership=request.membership)
    filters.is_valid()  # as on the list: nonsense narrows nothing
    found = narrowed(request.membership, filters.cleaned_data).select_related("team").prefetch_related("emails")
    kept = [(name, str(said[name])) for name in filters.fields if said.get(name) and name in filters.cleaned_data]
    return list(found.order_by("-pk")[: MOST + 1]), kept


def _enrolled(request: TeamRequest, leads: list[Lead], sequence: Any, kept: list[tuple[str, str]]) -> HttpResponse:
    try:
        made, _ = enrol_all(leads=leads, sequence=sequence, actor=request.membership, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('leads:drip-bulk')}?{urlencode(kept)}")
    words = "1 lead is" if len(made) == 1 else f"{len(made)} leads are"
    messages.success(request, f"{words} enrolled in “{sequence.name}”.")
    return redirect("leads:drip", sequence.pk)
