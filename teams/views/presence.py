"""Going on call and off: the control that stands on every page of an agent, and a page of its own."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from teams.access import for_roles
from teams.forms.presence import OnCallForm
from teams.http import TeamRequest
from teams.models import Role
from teams.presence import CannotBeOnCall, go_off_call, go_on_call, standing_of, stay_on_call

LONGER = timedelta(minutes=30)
#: What the page announces to its other parts once somebody has gone on call, or off.
CHANGED = "presence-changed"


@require_safe
@for_roles(Role.AGENT)
def on_call(request: TeamRequest) -> HttpResponse:
    """Show how one stands, and by which ways a ring reaches one; to an open page the control alone, if it changed."""
    if not request.htmx:
        return render(request, "teams/on_call.html")
    if standing_of(request.membership, at=timezone.now()).key == request.GET.get("seen", ""):
        return HttpResponse(status=204)
    return _answer(request)


@require_POST
@for_roles(Role.AGENT)
def start(request: TeamRequest) -> HttpResponse:
    """Go on call for a while, or until a time of one's own clock."""
    at = timezone.now()
    form = OnCallForm(request.POST, zone_name=request.user.zone, at=at)
    refusal = form.why_not
    if not refusal:
        try:
            go_on_call(member=request.membership, until=form.cleaned_data["ends_at"], at=at)
        except CannotBeOnCall as why:
            refusal = str(why)
    return _answer(request, refusal=refusal, has_begun=not refusal)


@require_POST
@for_roles(Role.AGENT)
def longer(request: TeamRequest) -> HttpResponse:
    """Stay on call for half an hour more."""
    refusal = ""
    try:
        stay_on_call(member=request.membership, longer=LONGER, at=timezone.now())
    except CannotBeOnCall as why:
        refusal = str(why)
    return _answer(request, refusal=refusal)


@require_POST
@for_roles(Role.AGENT)
def stop(request: TeamRequest) -> HttpResponse:
    """Go off call. Whoever is off already stays off."""
    go_off_call(member=request.membership, at=timezone.now())
    return _answer(request)


def _answer(request: TeamRequest, *, refusal: str = "", has_begun: bool = False) -> HttpResponse:
    """Draw the control as it is now; from a page without scripts, the page of it."""
    if not request.htmx:
        if refusal:
            messages.error(request, refusal)
        return redirect("teams:on-call")
    standing = standing_of(request.membership, at=timezone.now())
    context = {"standing": standing, "refusal": refusal, "has_begun": has_begun}
    answer = render(request, "teams/_on_call.html", context, status=422 if refusal else 200)
    answer["HX-Trigger"] = CHANGED
    return answer
