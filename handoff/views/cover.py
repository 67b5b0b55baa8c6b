"""“I can't make it”: said by the agent on the page or by the link of a mail, and answered by the ISA."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handoff import appointments
from handoff.cover.asking import CHANGED, ask_for_cover, take_back_cover
from handoff.cover.settling import open_request
from handoff.errors import TooLate
from handoff.forms import HoldForm, ReasonForm
from handoff.links import BadLink, BadReason, read_cover_link
from handoff.models import Handoff
from handoff.queries.cover import cover_for
from handoff.views.changes import handoff_of
from handoff.views.outcome import for_anyone_with_the_link
from leads.stages import Refused
from leads.states import Via
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Membership, Role


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.AGENT)
def cant(request: TeamRequest, pk: int) -> HttpResponse:
    """Let the agent say that they cannot make it, or that they can after all."""
    mine = Handoff.objects.visible_to(request.membership).filter(agent=request.membership)
    handoff = get_object_or_404(mine.select_related("lead", "team", "appointment", "setter__user"), pk=pk)
    answer = _ask(request, handoff, by=request.membership, via=Via.PAGE, template="handoff/cant.html")
    if answer is not None:
        return answer
    who = handoff.setter.user.first_name
    is_asked = open_request(handoff) is not None
    messages.success(request, f"{who} is told, and finds cover." if is_asked else f"{who} is told that you can.")
    return redirect("handoff:day")


# As with an outcome's link: no cookie gives any right here, the signed token is the whole authority.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_anyone_with_the_link
def cant_link(request: HttpRequest, token: str) -> HttpResponse:
    """Do the same for whoever holds the link of the agent's mail. GET changes nothing: scanners open links."""
    try:
        handoff, agent = read_cover_link(token, at=timezone.now())
    except BadLink as bad:
        status = 404 if bad.reason == BadReason.FORGED else 410
        return render(request, "handoff/link_over.html", {"words": str(bad), "is_done": False}, status=status)
    answer = _ask(request, handoff, by=agent, via=Via.LINK, template="handoff/cant_link.html")
    return answer or redirect("handoff:cant-said")


@login_not_required
@require_safe
@for_anyone_with_the_link
def cant_said(request: HttpRequest) -> HttpResponse:
    """Thank whoever said it by the link. The address is everybody's, so nothing of the lead stands here."""
    return render(request, "handoff/cant_said.html")


def _ask(request: HttpRequest, handoff: Handoff, *, by: Membership, via: Via, template: str) -> HttpResponse | None:
    """Return the page to show, or None once it is said."""
    at, refusal, status = timezone.now(), "", 200
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            if _said(request, handoff, form, by=by, via=via, at=at):
                return None
            status = 422
        except TooLate as late:
            refusal, status = str(late), 409
    appointment = handoff.appointment
    context: dict[str, Any] = {
        "handoff": handoff,
        "form": form,
        "refusal": refusal,
        "asked": open_request(handoff),
        "zone": by.user.zone,
        "is_late": not (appointment and appointment.starts_at > at),
    }
    return render(request, template, context, status=status)


def _said(request: HttpRequest, handoff: Handoff, form: ReasonForm, *, by: Membership, via: Via, at: datetime) -> bool:
    if request.POST.get("revision") != str(handoff.revision):
        raise TooLate(CHANGED)
    if request.POST.get("can"):
        take_back_cover(handoff=handoff, agent=by, at=at)
        return True
    if not form.is_valid():
        return False
    ask_for_cover(handoff=handoff, agent=by, reason=form.cleaned_data["reason"], via=via, at=at)
    return True


@require_safe
@for_roles(Role.ISA, Role.LEAD)
def cover(request: TeamRequest, pk: int) -> HttpResponse:
    """Offer the ISA other agents at the same time first, then other times."""
    return _offer(request, handoff_of(request, pk))


def _offer(request: TeamRequest, handoff: Handoff, *, refusal: str = "", status: int = 200) -> HttpResponse:
    at = timezone.now()
    context = {
        "handoff": handoff,
        "lead": handoff.lead,
        "cover": cover_for(handoff, at=at),
        "refusal": refusal,
        "zone": request.user.zone,
        "at": at,
    }
    return render(request, "handoff/cover.html", context, status=status)


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def find_cover(request: TeamRequest, pk: int) -> HttpResponse:
    """Take one of the offers: another agent, another time, or both. Everybody is invited anew."""
    handoff, at = handoff_of(request, pk), timezone.now()
    form = HoldForm(request.POST, team=handoff.team)
    if not form.is_valid():
        return _offer(request, handoff, refusal="Choose one of these.", status=422)
    agent, starts_at = form.cleaned_data["slot"]
    try:
        if request.POST.get("revision") != str(handoff.revision):
            raise TooLate(CHANGED)
        if handoff.appointment is None:
            raise TooLate("This handoff has no appointment that could be changed.")
        if agent.pk == handoff.agent_id:
            appointments.move(appointment=handoff.appointment, starts_at=starts_at, actor=request.membership, at=at)
        else:
            appointments.reassign(handoff=handoff, agent=agent, starts_at=starts_at, actor=request.membership, at=at)
    except Refused as error:
        return _offer(request, handoff, refusal=str(error), status=409)
    messages.success(request, f"{agent.user} has it now: everybody is invited.")
    return redirect("handoff:brief", pk=handoff.pk)
