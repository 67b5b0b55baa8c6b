"""Holding a slot, and the pass itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from handoff import booking
from handoff.forms import BookForm, HandOverNowForm, HoldForm, OverrideCheckForm
from handoff.queries.panel import held_slot
from handoff.readiness import OverrideRefused, override_check
from handoff.states import Method
from handoff.views.panel import Refusal, choice_of, draw, lead_of
from leads.models import Lead
from leads.stages import Refused
from leads.states import Via
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.policy import policy_of


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def hold(request: TeamRequest, lead_pk: int) -> HttpResponse:
    """Keep a slot for a few minutes, while the client is asked."""
    lead, at = lead_of(request, lead_pk), timezone.now()
    form = HoldForm(request.POST, team=lead.team)
    if not form.is_valid():
        return draw(request, lead, at=at, refusal=wrong(form))
    agent, starts_at = form.cleaned_data["slot"]
    minutes = policy_of(lead.team).appointment_minutes
    try:
        booking.hold_slot(
            lead=lead, agent=agent, starts_at=starts_at, minutes=minutes, setter=request.membership, at=at
        )
    except Refused as error:
        return draw(request, lead, at=at, refusal=Refusal.of(error, lead))
    choice = replace(choice_of(request, lead, at=at), method=Method.SCHEDULED)  # a time can be taken from any view
    return draw(request, lead, at=at, just="held", choice=choice)


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def release(request: TeamRequest, lead_pk: int) -> HttpResponse:
    """Give the held slot up, to choose another."""
    lead, at = lead_of(request, lead_pk), timezone.now()
    if held := held_slot(lead, at=at):
        booking.release_slot(appointment=held, at=at)
    return draw(request, lead, at=at)


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def book(request: TeamRequest, lead_pk: int) -> HttpResponse:
    """Book the slot and hand the lead off."""
    lead, at = lead_of(request, lead_pk), timezone.now()
    form = BookForm(request.POST, team=lead.team)
    if not form.is_valid():
        return draw(request, lead, at=at, refusal=wrong(form))
    agent, starts_at = form.cleaned_data["slot"]
    try:
        booking.book(
            lead=lead,
            agent=agent,
            starts_at=starts_at,
            minutes=policy_of(lead.team).appointment_minutes,
            how=form.cleaned_data["how"],
            place=form.cleaned_data["place"],
            setter=request.membership,
            via=Via.PAGE,
            at=at,
            override_reason=form.cleaned_data["override_reason"],
        )
    except Refused as error:
        return draw(request, lead, at=at, refusal=Refusal.of(error, lead))
    return _done(request, lead, at=at, just="booked")


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def hand_off_now(request: TeamRequest, lead_pk: int) -> HttpResponse:
    """Hand the lead over at once."""
    lead, at = lead_of(request, lead_pk), timezone.now()
    form = HandOverNowForm(request.POST, team=lead.team)
    if not form.is_valid():
        return draw(request, lead, at=at, refusal=wrong(form))
    try:
        booking.hand_off_now(
            lead=lead,
            agent=form.cleaned_data["agent"],
            setter=request.membership,
            via=Via.PAGE,
            at=at,
            override_reason=form.cleaned_data["override_reason"],
        )
    except Refused as error:
        return draw(request, lead, at=at, refusal=Refusal.of(error, lead))
    return _done(request, lead, at=at, just="handed")


@require_POST
@for_roles(Role.LEAD)
def override(request: TeamRequest, lead_pk: int) -> HttpResponse:
    """Let one check pass for this lead, on the team lead's word."""
    lead, at = lead_of(request, lead_pk), timezone.now()
    form = OverrideCheckForm(request.POST)
    if not form.is_valid():
        return draw(request, lead, at=at, refusal=wrong(form), opened="override")
    try:
        override_check(lead=lead, by=request.membership, at=at, **form.cleaned_data)
    except OverrideRefused as error:
        return draw(request, lead, at=at, refusal=Refusal(str(error)), opened="override")
    return draw(request, lead, at=at, just="overridden")


def _done(request: TeamRequest, lead: Lead, *, at: datetime, just: str) -> HttpResponse:
    lead.refresh_from_db(fields=["stage", "owner"])  # the rest of it, the team's policy too, is as it was
    return draw(request, lead, at=at, just=just)


def wrong(form: forms.BaseForm) -> Refusal:
    """Say what is wrong with what was entered, at each field and in one line."""
    errors = {name: [str(error) for error in found] for name, found in form.errors.items()}
    return Refusal(words=" ".join(words for found in errors.values() for words in found), errors=errors)
