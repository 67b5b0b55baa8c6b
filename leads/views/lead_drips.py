"""The card of a lead's drips: enrol, stop, and what the client said about such mail. Fetched by itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from leads import mails
from leads.drips.enrolling import enrol
from leads.drips.stopping import stop
from leads.forms.drips import ChooseForm
from leads.models import Enrolment, Lead
from leads.models.drips import Why
from leads.queries.drips import card_of
from leads.stages import Refused
from leads.views.lead_page import can_edit
from leads.views.replies import SAVED, first_error
from notifications.consent import ReasonNeeded
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Role


@require_http_methods(["GET", "HEAD"])
@any_member
def lead_drips(request: TeamRequest, pk: int) -> HttpResponse:
    """What runs and ran for this lead."""
    return _drawn(request, _lead(request, pk))


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def drip_enrol(request: TeamRequest, pk: int) -> HttpResponse:
    """Enrol the lead in one."""
    lead = _lead(request, pk)
    form = ChooseForm(request.POST, team=request.membership.team)
    if form.has_error("sequence", "invalid_choice"):
        raise Http404
    if not form.is_valid():
        return _answered(request, lead, wrong=first_error(form))
    try:
        sequence = form.cleaned_data["sequence"]
        enrol(lead=lead, sequence=sequence, actor=request.membership, at=timezone.now())
    except Refused as refusal:
        return _answered(request, lead, wrong=str(refusal))
    return _answered(request, lead)


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def drip_stop(request: TeamRequest, pk: int, enrolment_pk: int) -> HttpResponse:
    """Stop one; pressed twice, nothing more happens."""
    lead = _lead(request, pk)
    enrolment = get_object_or_404(Enrolment, lead=lead, pk=enrolment_pk)
    theirs = Enrolment.objects.filter(pk=enrolment.pk)
    stop(theirs, why=Why.BY_HAND, actor=request.membership, at=timezone.now())
    return _answered(request, lead)


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def mail_choice(request: TeamRequest, pk: int) -> HttpResponse:
    """Note that the client wants no such mail, or wants it again, and why."""
    lead, at = _lead(request, pk), timezone.now()
    try:
        if request.POST.get("wants") == "1":
            mails.want_again(lead=lead, reason=request.POST.get("reason", ""), actor=request.membership, at=at)
        elif request.POST.get("wants") == "0":
            mails.want_none(lead=lead, actor=request.membership, at=at)
        else:
            return _answered(request, lead, wrong="Say whether they want such mail.")
    except (mails.NoAddress, ReasonNeeded) as refusal:
        return _answered(request, lead, wrong=str(refusal))
    return _answered(request, lead)


def _lead(request: TeamRequest, pk: int) -> Lead:
    seen = Lead.objects.visible_to(request.membership).select_related("team").prefetch_related("emails")
    return get_object_or_404(seen, pk=pk)


def _answered(request: TeamRequest, lead: Lead, *, wrong: str = "") -> HttpResponse:
    if not request.htmx:
        if wrong:
            messages.error(request, wrong)
        return redirect(lead)
    answer = _drawn(request, lead, wrong=wrong)
    answer["HX-Trigger"] = SAVED
    return answer


def _drawn(request: TeamRequest, lead: Lead, *, wrong: str = "") -> HttpResponse:
    member = request.membership
    context = {"lead": lead, "card": card_of(lead, member), "can_edit": can_edit(member), "wrong": wrong}
    return render(request, "leads/drips/_card.html", context, status=422 if wrong else 200)
