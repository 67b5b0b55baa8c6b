"""Recoveries under way and lately ended, and stopping one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handoff.forms import ReasonForm
from handoff.recovery.queries import ended_recoveries, figures_of, running_recoveries
from handoff.recovery.stopping import NotRunning, stop_by_hand
from handoff.views.booking import wrong
from handoff.views.changes import handoff_of
from handoff.views.panel import Refusal, draw
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role


@require_safe
@for_roles(Role.ISA, Role.LEAD)
def recoveries(request: TeamRequest) -> HttpResponse:
    """Every no-show that somebody brings back, where each stands, and what came of the last ones."""
    context = {
        "running": running_recoveries(request.membership),
        "ended": ended_recoveries(request.membership),
        "figures": figures_of(request.membership.team),
    }
    return render(request, "handoff/recovery/recoveries.html", context)


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def stop(request: TeamRequest, pk: int) -> HttpResponse:
    """Stop the recovery of this no-show, with a reason that others read."""
    handoff, at = handoff_of(request, pk), timezone.now()
    form, refusal = ReasonForm(request.POST), None
    if form.is_valid():
        try:
            stop_by_hand(handoff=handoff, reason=form.cleaned_data["reason"], actor=request.membership, at=at)
        except NotRunning as error:
            refusal = Refusal.of(error, handoff.lead)
    else:
        refusal = wrong(form)
    if request.htmx:
        just, opened = ("", "stop-recovery") if refusal else ("stop-recovery", "")
        return draw(request, handoff.lead, at=at, refusal=refusal, just=just, opened=opened)
    if refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, "The recovery is stopped. Nothing more is sent, and its call tasks are done.")
    return redirect("handoff:recoveries")
