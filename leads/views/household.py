"""Who else decides: a block of the lead's page and of the brief, asked for by itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from leads.forms.household import DecisionMakerForm
from leads.household import MOST, NotTaken, add_decision_maker, remove_decision_maker
from leads.models import DecisionMaker, Lead
from leads.views.replies import SAVED
from teams.access import any_member
from teams.http import TeamRequest


@require_http_methods(["GET", "HEAD", "POST"])
@any_member
def household(request: TeamRequest, pk: int) -> HttpResponse:
    """Show who decides with the lead; POST adds one, who is asked to the appointment if they have an address."""
    lead = _lead(request, pk)
    form = DecisionMakerForm(request.POST if request.method == "POST" else None, team=lead.team)
    if not form.is_valid():
        return _drawn(request, lead, form)
    try:
        add_decision_maker(lead=lead, **form.cleaned_data, actor=request.membership, at=timezone.now())
    except NotTaken as refusal:
        form.add_error(refusal.field, str(refusal))
        return _drawn(request, lead, form)
    return _changed(request, lead)


@require_POST
@any_member
def remove(request: TeamRequest, pk: int, person_pk: int) -> HttpResponse:
    """Take one off; whoever was asked to come gets a cancellation."""
    lead = _lead(request, pk)
    person = get_object_or_404(DecisionMaker.objects.select_related("lead__team"), lead=lead, pk=person_pk)
    remove_decision_maker(decision_maker=person, actor=request.membership, at=timezone.now())
    return _changed(request, lead)


def _lead(request: TeamRequest, pk: int) -> Lead:
    return get_object_or_404(Lead.objects.visible_to(request.membership).select_related("team"), pk=pk)


def _changed(request: TeamRequest, lead: Lead) -> HttpResponse:
    if not request.htmx:
        return redirect(lead)
    answer = _drawn(request, lead, DecisionMakerForm(team=lead.team))
    answer["HX-Trigger"] = SAVED
    return answer


def _drawn(request: TeamRequest, lead: Lead, form: DecisionMakerForm) -> HttpResponse:
    people = list(lead.decision_makers.all())
    context = {"lead": lead, "people": people, "form": form, "has_room": len(people) < MOST}
    return render(request, "leads/_household.html", context, status=422 if form.errors else 200)
