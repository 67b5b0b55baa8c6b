"""The ISA's side of a live transfer: request it, watch it, introduce, connect; or call it off, drop it, take a slot."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handoff.errors import NobodyOnCall, RingOver, TransferUnderWay
from handoff.filters import PanelChoice, TransferForm
from handoff.forms import DropForm, RequestTransferForm
from handoff.live import connecting
from handoff.live.requesting import request_transfer
from handoff.models import LiveTransfer
from handoff.models.transfers import DropReason
from handoff.queries.standing_by import desk
from handoff.queries.transfers import transfer_of
from handoff.states import Method, TransferStatus
from handoff.views.booking import wrong
from handoff.views.panel import Refusal, choice_of, draw, lead_of
from leads.stages import Refused
from leads.states import Via
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role

#: Why a slot is set although a transfer was advised: it was tried, and this is what the handoff keeps.
SLOT_INSTEAD = "Set an appointment instead"


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def ring(request: TeamRequest, lead_pk: int) -> HttpResponse:
    """Ring the agents who are on call, while the client holds the line."""
    lead, at = lead_of(request, lead_pk), timezone.now()
    form = RequestTransferForm(request.POST)
    if not form.is_valid():
        return draw(request, lead, at=at, refusal=wrong(form))
    reason = form.cleaned_data["override_reason"]
    try:
        request_transfer(lead=lead, setter=request.membership, at=at, override_reason=reason)
    except TransferUnderWay as error:
        is_mine = error.transfer.setter_id == request.membership.pk  # pressed twice
        return draw(request, lead, at=at, refusal=None if is_mine else Refusal.of(error, lead))
    except NobodyOnCall as error:
        choice = replace(choice_of(request, lead, at=at), method=Method.LIVE)  # the next times stand there as well
        return draw(request, lead, at=at, refusal=Refusal(str(error), status=409), choice=choice)
    except Refused as error:
        return draw(request, lead, at=at, refusal=Refusal.of(error, lead))
    return draw(request, lead, at=at, just="requested")


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def cancel(request: TeamRequest, pk: int) -> HttpResponse:
    """Stop ringing."""
    transfer, at = _transfer(request, pk), timezone.now()
    try:
        connecting.cancel(transfer=transfer, actor=request.membership, at=at)
    except RingOver as error:
        is_done = transfer.status == TransferStatus.CANCELLED  # pressed twice
        return draw(request, transfer.lead, at=at, refusal=None if is_done else Refusal.of(error, transfer.lead))
    return draw(request, transfer.lead, at=at, just="stopped")


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def told(request: TeamRequest, pk: int) -> HttpResponse:
    """Note that the client knows the agent's name."""
    transfer, at = _transfer(request, pk), timezone.now()
    try:
        connecting.note_name_told(transfer=transfer, actor=request.membership, at=at)
    except Refused as error:
        return draw(request, transfer.lead, at=at, refusal=Refusal.of(error, transfer.lead))
    return draw(request, transfer.lead, at=at, just="told")


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def connect(request: TeamRequest, pk: int) -> HttpResponse:
    """The client is through: hand the lead off."""
    transfer, at = _transfer(request, pk), timezone.now()
    lead = transfer.lead
    try:
        connecting.connect(transfer=transfer, actor=request.membership, via=Via.PAGE, at=at)
    except Refused as error:
        return draw(request, lead, at=at, refusal=Refusal.of(error, lead))
    lead.refresh_from_db(fields=["stage", "owner"])
    return draw(request, lead, at=at, just="connected")


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def drop(request: TeamRequest, pk: int) -> HttpResponse:
    """It did not come to be: why, in one tap."""
    transfer, at = _transfer(request, pk), timezone.now()
    form = DropForm(request.POST)
    if not form.is_valid():
        return draw(request, transfer.lead, at=at, refusal=wrong(form))
    try:
        connecting.drop(transfer=transfer, actor=request.membership, at=at, **form.cleaned_data)
    except RingOver as error:
        is_done = transfer.status == TransferStatus.DROPPED  # pressed twice
        return draw(request, transfer.lead, at=at, refusal=None if is_done else Refusal.of(error, transfer.lead))
    return draw(request, transfer.lead, at=at, just="stopped")


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def fall_back(request: TeamRequest, pk: int) -> HttpResponse:
    """End the transfer, whatever its state, and offer the next times with all that a slot needs filled in."""
    transfer, at = _transfer(request, pk), timezone.now()
    lead = transfer.lead
    try:
        _end(transfer, request, at=at)
    except RingOver as error:
        return draw(request, lead, at=at, refusal=Refusal.of(error, lead))
    choice = choice_of(request, lead, at=at)
    return draw(request, lead, at=at, just="fallen_back", choice=_slot_choice(choice))


@require_safe
@for_roles(Role.ISA, Role.LEAD)
def bar(request: TeamRequest) -> HttpResponse:
    """Draw the way back to the transfer under way, which stands on every page but the lead's; or that it is over."""
    form = TransferForm(request.GET)
    was = form.cleaned_data["of"] if form.is_valid() else None
    shown = transfer_of(request.membership, or_over=was)
    page = (request.htmx.current_url_abs_path or "").partition("?")[0] if request.htmx else ""
    return render(request, "handoff/live/_bar.html", {"under_way": shown, "bar_on": page})


@require_safe
@for_roles(Role.ISA, Role.LEAD)
def on_call(request: TeamRequest) -> HttpResponse:
    """Show who can be rung now, until when, and what keeps the others."""
    at = timezone.now()
    context = {"desk": desk(request.membership.team, at=at), "at": at, "zone": request.user.zone}
    name = "_standing_by" if request.htmx else "standing_by"
    return render(request, f"handoff/live/{name}.html", context)


def _transfer(request: TeamRequest, pk: int) -> LiveTransfer:
    """Load a transfer of the team, or answer 404; its lead as the panel needs it."""
    transfers = LiveTransfer.objects.visible_to(request.membership)
    transfer = get_object_or_404(transfers.select_related("agent__user", "setter__user"), pk=pk)
    transfer.lead = lead_of(request, transfer.lead_id)
    return transfer


def _end(transfer: LiveTransfer, request: TeamRequest, *, at: datetime) -> None:
    if transfer.status == TransferStatus.ACCEPTED:
        reason = DropReason.NOT_NOW
        connecting.drop(transfer=transfer, actor=request.membership, reason=reason, note=SLOT_INSTEAD, at=at)
    elif transfer.status in (TransferStatus.RINGING, TransferStatus.CONNECTED):
        connecting.cancel(transfer=transfer, actor=request.membership, reason=SLOT_INSTEAD, at=at)


def _slot_choice(choice: PanelChoice) -> PanelChoice:
    reason = choice.override_reason or SLOT_INSTEAD
    return replace(choice, method=Method.SCHEDULED, override_reason=reason)
