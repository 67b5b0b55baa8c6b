"""What can be changed while a handoff is under way: its time (the first one too), its agent, or that it happens at all.

From the panel (htmx) the answer is the panel; from a plain form, as on the brief, it is a redirect with a message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handoff import appointments, confirming
from handoff.cover.settling import cover_reason
from handoff.filters import PanelChoice
from handoff.forms import EndForm, HoldForm, ReassignForm, TimeForm
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.queries.times import picker
from handoff.views.booking import wrong
from handoff.views.panel import Refusal, draw
from handoff.words.pieces import minutes_of
from leads.stages import Refused
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Membership, Role
from teams.policy import policy_of
from teams.zones import zone


@require_safe
@any_member
def times(request: TeamRequest, pk: int) -> HttpResponse:
    """Offer the agent's free times: to move the appointment to, or for the first one of a lead handed over now."""
    handoff, at = handoff_of(request, pk), timezone.now()
    appointment = handoff.appointment
    choice = PanelChoice.of(request.GET, today=at.astimezone(zone(handoff.lead.zone)).date())
    shown = picker(
        lead=handoff.lead,
        agents=[(handoff.agent, ())],
        minutes=minutes_of(appointment) if appointment else policy_of(handoff.team).appointment_minutes,
        at=at,
        day=choice.day,
        moving=appointment,
    )
    context = {"picker": shown, "handoff": handoff, "lead": handoff.lead, "choice": choice, "hows": How, "at": at}
    return render(request, "handoff/_times.html", context)


@require_POST
@any_member
def set_time(request: TeamRequest, pk: int) -> HttpResponse:
    """Give a lead that was handed over now its appointment. Agent and client are invited."""
    handoff = handoff_of(request, pk)
    form = TimeForm(request.POST, team=handoff.team)

    def change(at: datetime) -> None:
        appointments.set_time(
            handoff=handoff,
            starts_at=form.cleaned_data["slot"][1],
            minutes=policy_of(handoff.team).appointment_minutes,
            how=form.cleaned_data["how"],
            place=form.cleaned_data["place"],
            actor=request.membership,
            at=at,
        )

    return _answer(request, handoff, form, change, name="set-time", done="The time is set, and both are invited.")


@require_POST
@any_member
def move(request: TeamRequest, pk: int) -> HttpResponse:
    """Move the appointment to another time of the same agent. Everyone's invite is updated."""
    handoff = handoff_of(request, pk)
    form = HoldForm(request.POST, team=handoff.team)

    def change(at: datetime) -> None:
        appointments.move(
            appointment=_appointment_of(handoff),
            starts_at=form.cleaned_data["slot"][1],
            actor=request.membership,
            at=at,
            seen=_seen(request),
        )

    return _answer(request, handoff, form, change, name="move", done="The appointment is moved, and everyone is told.")


@require_POST
@any_member
def confirm(request: TeamRequest, pk: int) -> HttpResponse:
    """Note that the client said, on the phone, that they will be there."""
    handoff = handoff_of(request, pk)

    def change(at: datetime) -> None:
        confirming.confirm(handoff=handoff, actor=request.membership, at=at)

    form = forms.Form(request.POST)
    return _answer(request, handoff, form, change, name="confirm", done="Noted: they will be there.")


@require_POST
@any_member
def cancel(request: TeamRequest, pk: int) -> HttpResponse:
    """Call the appointment off. Client and agent are told, the lead goes back to who set it."""
    handoff = handoff_of(request, pk)
    form = EndForm(request.POST)

    def change(at: datetime) -> None:
        appointments.cancel(
            appointment=_appointment_of(handoff),
            actor=request.membership,
            at=at,
            seen=_seen(request),
            **form.cleaned_data,
        )

    return _answer(request, handoff, form, change, name="cancel", done="The appointment is cancelled.")


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def reassign(request: TeamRequest, pk: int) -> HttpResponse:
    """Give the handoff, and its appointment, to another agent."""
    handoff = handoff_of(request, pk)
    form = ReassignForm(request.POST, team=handoff.team)

    def change(at: datetime) -> None:
        agent = form.cleaned_data["agent"]
        appointments.reassign(handoff=handoff, agent=agent, actor=request.membership, at=at, seen=_seen(request))

    return _answer(request, handoff, form, change, name="reassign", done="The handoff is with another agent now.")


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def take_back(request: TeamRequest, pk: int) -> HttpResponse:
    """Return the lead to who set it, with a reason."""
    handoff = handoff_of(request, pk)
    form = EndForm(request.POST)

    def change(at: datetime) -> None:
        appointments.take_back(handoff=handoff, actor=request.membership, at=at, **form.cleaned_data)

    return _answer(request, handoff, form, change, name="take-back", done="The lead is taken back.")


def handoff_of(request: TeamRequest, pk: int) -> Handoff:
    """Load a handoff that this member may see, or answer 404."""
    return get_object_or_404(handoffs_for(request.membership), pk=pk)


def handoffs_for(membership: Membership) -> QuerySet[Handoff]:
    """Return the handoffs that this member may see, with all that a page of one needs."""
    handoffs = Handoff.objects.visible_to(membership).select_related(
        "lead__team__policy",
        "team__policy",
        "agent__user",
        "agent__profile",
        "setter__user",
        "appointment__agent__user",
    )
    return handoffs.annotate(cover_reason=cover_reason())


def _seen(request: TeamRequest) -> int | None:
    """Return the revision that the page showed: what somebody else, or the client, has changed since is not undone."""
    said = request.POST.get("revision", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def _appointment_of(handoff: Handoff) -> Appointment:
    if handoff.appointment is None:
        raise Http404
    return handoff.appointment


def _answer(
    request: TeamRequest,
    handoff: Handoff,
    form: forms.BaseForm,
    change: Callable[[datetime], None],
    *,
    name: str,
    done: str,
) -> HttpResponse:
    at, refusal = timezone.now(), None
    if form.is_valid():
        try:
            change(at)
        except Refused as error:
            refusal = Refusal.of(error, handoff.lead)
    else:
        refusal = wrong(form)
    if request.htmx:
        opened = name if refusal else ""
        handoff.lead.refresh_from_db(fields=["stage", "owner"])
        return draw(request, handoff.lead, at=at, refusal=refusal, just="" if refusal else name, opened=opened)
    if refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, done)
    return redirect("handoff:brief", pk=handoff.pk)
