"""Over-promises: standing by one, and what a team looks for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from handoff.overpromises.acknowledging import AcknowledgementRefused, acknowledge
from handoff.overpromises.forms import AcknowledgeForm, WatchedForm
from handoff.overpromises.patterns import ABOUT, WHY, PromiseKind
from handoff.overpromises.promises import promises_of, written_for
from handoff.views.booking import wrong
from handoff.views.panel import Refusal, choice_of, draw, lead_of
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.policy import policy_of, set_watched_promises


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def stand_by(request: TeamRequest, lead_pk: int) -> HttpResponse:
    """Let a text with a promise stay as it is, for a reason that the agent reads."""
    lead, at = lead_of(request, lead_pk), timezone.now()
    form = AcknowledgeForm(request.POST)
    if not form.is_valid():
        return draw(request, lead, at=at, refusal=wrong(form))
    choice = choice_of(request, lead, at=at)
    texts = written_for(None, choice.override_reason, place=choice.place)
    promises = promises_of(lead, also=texts)
    try:
        acknowledge(lead=lead, promises=promises, by=request.membership, at=at, **form.cleaned_data)
    except AcknowledgementRefused as refusal:
        return draw(request, lead, at=at, refusal=Refusal(str(refusal)))
    return draw(request, lead, at=at, just="acknowledged")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def watched(request: TeamRequest) -> HttpResponse:
    """Say what is looked for in this team; POST changes it."""
    member = request.membership
    policy = policy_of(member.team)
    form = WatchedForm(request.POST if request.method == "POST" else None, policy=policy)
    if form.is_valid():
        set_watched_promises(policy=policy, actor=member, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "Saved. It holds for every handoff from now on.")
        return redirect("handoff:promises")
    kinds = [
        {"kind": kind, "about": ABOUT[kind], "why": WHY[kind], "is_on": kind in form.chosen}
        for kind in PromiseKind
        if kind is not PromiseKind.OWN
    ]
    status = 422 if form.errors else 200
    return render(request, "handoff/promises.html", {"form": form, "kinds": kinds}, status=status)
