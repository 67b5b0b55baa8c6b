"""The pages of coaching: an ISA's own cards, a team lead's overview, one card with its calls, and its settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handoff.coaching import cards
from handoff.coaching.asking import questions_for
from handoff.coaching.forms import NoteForm, WaysForm
from handoff.coaching.matching import change_ways
from handoff.coaching.reading import cases_of, coaching_for, line_of
from handoff.coaching.states import Focus
from handoff.forms import ReasonForm
from handoff.models import CoachingCard
from handoff.scripts import values_of
from leads.models import Lead
from leads.stages import Refused
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Policy, Role
from teams.policy import policy_of


@require_safe
@for_roles(Role.ISA, Role.LEAD)
def coaching(request: TeamRequest) -> HttpResponse:
    """What there is to learn, and what went well: one's own, and a team lead's whole team."""
    context = {"coaching": coaching_for(request.membership), "focuses": list(Focus), "zone": request.user.zone}
    return render(request, "handoff/coaching/coaching.html", context)


@require_safe
@for_roles(Role.ISA, Role.LEAD)
def card(request: TeamRequest, pk: int) -> HttpResponse:
    """One card: what to ask, and each call at the second of the answer."""
    return _page(request, _card_of(request, pk))


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def acknowledge(request: TeamRequest, pk: int) -> HttpResponse:
    """The ISA has read it. A team lead's only if it is about themselves."""
    found = get_object_or_404(_seen(request).filter(setter=request.membership), pk=pk)
    try:
        is_new = cards.acknowledge(card=found, actor=request.membership, at=timezone.now())
    except Refused as refusal:
        return _page(request, found, refusal=str(refusal), status=409)
    if is_new:
        messages.success(request, "Good. The question stands beside the letter at your next calls.")
    return redirect(found)


@require_POST
@for_roles(Role.LEAD)
def note(request: TeamRequest, pk: int) -> HttpResponse:
    """Leave the ISA a few words; an empty note takes them away."""
    found, form = _card_of(request, pk), NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, found, note_form=form, status=422)
    try:
        cards.leave_note(card=found, text=form.cleaned_data["note"], actor=request.membership, at=timezone.now())
    except Refused as refusal:
        return _page(request, found, refusal=str(refusal), status=409)
    messages.success(request, f"Kept. {found.setter.user.first_name} reads it on the card.")
    return redirect(found)


@require_POST
@for_roles(Role.LEAD)
def close(request: TeamRequest, pk: int) -> HttpResponse:
    """End the card with a reason."""
    found, form = _card_of(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, close_form=form, status=422)
    try:
        cards.close_card(card=found, reason=form.cleaned_data["reason"], actor=request.membership, at=timezone.now())
    except Refused as refusal:
        return _page(request, found, refusal=str(refusal), status=409)
    messages.success(request, "Closed. Leads set from now on count anew.")
    return redirect("handoff:coaching")


@require_safe
@for_roles(Role.ISA, Role.LEAD)
def hints(request: TeamRequest, lead_pk: int) -> HttpResponse:
    """What to ask this lead, beside the letters that the viewer's own live cards are about."""
    member = request.membership
    seen = Lead.objects.visible_to(member).select_related("team", "isa__user", "lpmama")
    lead = get_object_or_404(seen.prefetch_related("phones", "emails", "lpmama__areas"), pk=lead_pk)
    questions = questions_for(member, values_of(lead, team=lead.team))
    return render(request, "handoff/coaching/hints.html", {"hints": questions})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def ways(request: TeamRequest) -> HttpResponse:
    """When something is a pattern; everybody's cards follow at once."""
    team = request.membership.team
    form = WaysForm(request.POST or None, instance=Policy.objects.get(pk=policy_of(team).pk))
    if request.method == "POST" and form.is_valid():
        change_ways(team=team, actor=request.membership, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "Saved. Everybody's cards are by these numbers now.")
        return redirect("handoff:coaching-ways")
    return render(request, "handoff/coaching/ways.html", {"form": form}, status=422 if form.errors else 200)


def _seen(request: TeamRequest) -> Any:
    cards_seen = CoachingCard.objects.visible_to(request.membership)
    return cards_seen.select_related("team__policy", "setter__user", "noted_by__user", "closed_by__user")


def _card_of(request: TeamRequest, pk: int) -> CoachingCard:
    found: CoachingCard = get_object_or_404(_seen(request), pk=pk)
    return found


def _page(
    request: TeamRequest,
    found: CoachingCard,
    *,
    status: int = 200,
    refusal: str = "",
    note_form: NoteForm | None = None,
    close_form: ReasonForm | None = None,
) -> HttpResponse:
    context = {
        "line": line_of(found),
        "card": found,
        "cases": cases_of(found),
        "may_note": found.is_live and request.membership.is_lead,
        "is_mine": found.setter_id == request.membership.pk,
        "refusal": refusal,
        "note_form": note_form or NoteForm(initial={"note": found.note}),
        "close_form": close_form or ReasonForm(),
        "zone": request.user.zone,
    }
    return render(request, "handoff/coaching/card.html", context, status=status)
