"""The brief: all an agent must know, read in ten seconds on a phone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handoff.brief import brief_for, read_brief
from handoff.client.revoking import end_links
from handoff.filters import HeardForm
from handoff.listening import hear, open_call
from handoff.models.handoffs import ABOUT
from handoff.queries.gist import gist_line
from handoff.states import HandoffStatus
from handoff.views.changes import handoff_of, handoffs_for
from leads.models import Recording
from leads.models.recordings import RecordingKind
from notifications.inbox import mark_read_about
from notifications.queries import unread_about
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Role


@require_safe
@any_member
def brief(request: TeamRequest, pk: int) -> HttpResponse:
    """Show the brief. Opening it changes nothing: the page itself says, by ``read``, that the agent has it open."""
    handoffs = handoffs_for(request.membership).select_related("outcome__recorded_by__user")
    handoff = get_object_or_404(handoffs.annotate(has_news=unread_about(request.membership, ABOUT)), pk=pk)
    shown, at = brief_for(handoff, viewer=request.membership), timezone.now()
    appointment, is_open = handoff.appointment, handoff.status == HandoffStatus.OPEN
    is_mine = handoff.agent_id == request.membership.pk
    context = {
        "brief": shown,
        "handoff": handoff,
        "lead": handoff.lead,
        "gist": gist_line(handoff.facts),
        "zone": request.user.zone,
        "at": at,
        "is_open": is_open,
        "is_mine": is_mine,
        "says_read": is_mine and (not shown.is_read_by_agent or handoff.has_news),  # type: ignore[attr-defined]  # annotated
        "may_report": is_open and not request.membership.is_isa and (not appointment or appointment.starts_at <= at),
        "may_set_time": is_open and not appointment,
        "may_change_time": bool(is_open and appointment and appointment.starts_at > at),
        "map_url": appointment.map_url if appointment else "",
        "said": None if is_open else getattr(handoff, "outcome", None),
    }
    if is_mine and shown.call.pk:
        context["heard_url"] = reverse("handoff:heard", args=[pk, shown.call.pk])
    return render(request, "handoff/brief.html", context)


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def end_client_links(request: TeamRequest, pk: int) -> HttpResponse:
    """End the links that the client was sent."""
    handoff = handoff_of(request, pk)
    end_links(handoff=handoff, actor=request.membership, at=timezone.now())
    messages.success(request, "Ended: links sent until now open nothing. The next message has a new one.")
    return redirect("handoff:brief", pk=handoff.pk)


@require_POST
@any_member
def read(request: TeamRequest, pk: int) -> HttpResponse:
    """Note that the agent has the brief open, and so has seen what the inbox says of it. Only their reading counts."""
    handoff, member, at = handoff_of(request, pk), request.membership, timezone.now()
    if handoff.agent_id == member.pk:
        read_brief(handoff=handoff, membership=member, at=at)
        mark_read_about(membership=member, about=handoff.about, at=at)
    return HttpResponse(status=204)


@require_POST
@any_member
def heard(request: TeamRequest, pk: int, call_pk: int) -> HttpResponse:
    """Note how far the agent's player is. Only their listening counts, as only their reading does."""
    handoff, member, at = handoff_of(request, pk), request.membership, timezone.now()
    calls = Recording.objects.filter(lead=handoff.lead_id, kind=RecordingKind.LINK)
    call = get_object_or_404(calls, pk=call_pk)
    form = HeardForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    if handoff.agent_id == member.pk:
        if form.cleaned_data["opened"]:
            open_call(handoff=handoff, member=member, call=call, at=at)
        else:
            hear(handoff=handoff, member=member, call=call, at=at, **form.told)
    return HttpResponse(status=204)
