"""Where a team lead writes drips, switches them, and sees how each mail does."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads.drips import sequences
from leads.drips.words import PLACEHOLDERS, check_subject, check_text, letter, samples_for
from leads.forms.drips import SequenceForm, SequenceNameForm, StepForm
from leads.models import DripSequence, DripStep
from leads.placeholders import BadWording
from leads.queries import drips as queries
from leads.stages import Refused
from notifications.channels.email import looks_like
from notifications.messages import Message
from notifications.outbox.views import MAIL_POLICY
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.text import clean_line, clean_text

EMPTY = "Write a subject and a text: they are drawn here as the client's mail."


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def drips(request: TeamRequest) -> HttpResponse:
    """Every drip, and how it does; POST begins another."""
    member = request.membership
    form = SequenceNameForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            name = form.cleaned_data["name"]
            made = sequences.add_sequence(team=member.team, name=name, actor=member, at=timezone.now())
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect("leads:drip", made.pk)
    context = {"drips": queries.sequences_of(member.team), "form": form, "team": member.team}
    return render(request, "leads/drips/list.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def drip(request: TeamRequest, pk: int) -> HttpResponse:
    """One drip: its mails with what came of each; POST changes its name and what starts it."""
    member, sequence = request.membership, _sequence(request, pk)
    form = SequenceForm(request.POST if request.method == "POST" else None, team=member.team)
    if form.is_valid():
        try:
            sequences.change_sequence(sequence=sequence, **form.cleaned_data, actor=member, at=timezone.now())
        except sequences.StageTaken as refusal:
            form.add_error("on_stage", str(refusal))
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("leads:drip", pk)
    elif not form.is_bound:
        form = SequenceForm(initial={"name": sequence.name, "on_stage": sequence.on_stage}, team=member.team)
    context = {"drip": sequence, "form": form, "figures": queries.figures_of(sequence)}
    return render(request, "leads/drips/drip.html", context, status=422 if form.errors else 200)


@require_POST
@for_roles(Role.LEAD)
def drip_on(request: TeamRequest, pk: int) -> HttpResponse:
    """Let leads be enrolled, if it can run."""
    sequence = _sequence(request, pk)
    try:
        sequences.switch_on(sequence=sequence, actor=request.membership, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is on. Enrol leads from their pages, or from the list.")
    return redirect("leads:drip", pk)


@require_POST
@for_roles(Role.LEAD)
def drip_off(request: TeamRequest, pk: int) -> HttpResponse:
    """Stop it for everybody."""
    stopped = sequences.switch_off(sequence=_sequence(request, pk), actor=request.membership, at=timezone.now())
    messages.success(request, f"It is off. It was stopped for {stopped} lead{'' if stopped == 1 else 's'}.")
    return redirect("leads:drip", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def drip_mail_add(request: TeamRequest, pk: int) -> HttpResponse:
    """Write another mail."""
    sequence = _sequence(request, pk)
    last = DripStep.objects.filter(sequence=sequence, removed_at=None).last()
    return _written(request, DripStep(sequence=sequence, after_days=last.after_days + 7 if last else 1, hour=9))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def drip_mail(request: TeamRequest, pk: int, step_pk: int) -> HttpResponse:
    """Write one mail anew: it counts for whom it has not gone out to yet."""
    return _written(request, _step(request, pk, step_pk))


@require_POST
@for_roles(Role.LEAD)
def drip_mail_remove(request: TeamRequest, pk: int, step_pk: int) -> HttpResponse:
    """Send it to nobody any more."""
    sequences.remove_step(step=_step(request, pk, step_pk), actor=request.membership, at=timezone.now())
    messages.success(request, "Removed: it goes out to nobody any more.")
    return redirect("leads:drip", pk)


@require_POST
@xframe_options_sameorigin
@csp(MAIL_POLICY)
@for_roles(Role.LEAD)
def drip_preview(request: TeamRequest) -> HttpResponse:
    """Draw the mail of the form as a mail program shows it, with invented names; nothing is kept."""
    return HttpResponse(looks_like(_previewed(request), team=request.membership.team))


@require_safe
@for_roles(Role.LEAD)
def drip_leads(request: TeamRequest, pk: int) -> HttpResponse:
    """Who is and was in it."""
    before = request.GET.get("before", "")
    older_than = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    sequence = _sequence(request, pk)
    page = queries.enrolled_page(sequence, older_than=older_than)
    older_url = f"?before={page.older_than}" if page.older_than else ""
    return render(request, "leads/drips/leads.html", {"drip": sequence, "page": page, "older_url": older_url})


def _sequence(request: TeamRequest, pk: int) -> DripSequence:
    return get_object_or_404(DripSequence.objects.select_related("team"), team=request.membership.team_id, pk=pk)


def _step(request: TeamRequest, pk: int, step_pk: int) -> DripStep:
    steps = DripStep.objects.filter(sequence=_sequence(request, pk), removed_at=None).select_related("sequence__team")
    return get_object_or_404(steps, pk=step_pk)


def _written(request: TeamRequest, step: DripStep) -> HttpResponse:
    """Draw the form of a mail; POST keeps it."""
    sequence = step.sequence
    form = StepForm(request.POST if request.method == "POST" else None, instance=step)
    if form.is_valid():
        try:
            sequences.save_step(step=step, **form.cleaned_data, actor=request.membership, at=timezone.now())
        except sequences.DayTaken as refusal:
            form.add_error("after_days", str(refusal))
        except BadWording as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, "Saved. It counts for mails that have not gone out yet.")
            return redirect("leads:drip", sequence.pk)
    context: dict[str, Any] = {
        "drip": sequence,
        "step": step,
        "form": form,
        "placeholders": [{"name": name, "meaning": meaning} for name, (meaning, _) in PLACEHOLDERS.items()],
    }
    return render(request, "leads/drips/mail.html", context, status=422 if form.errors else 200)


def _previewed(request: TeamRequest) -> Message:
    try:
        subject = clean_line(request.POST.get("subject", "")[:150])
        text = clean_text(request.POST.get("text", "")[:5000])
        check_subject(subject)
        check_text(text)
    except (BadWording, ValidationError) as refusal:
        words = refusal.messages[0] if isinstance(refusal, ValidationError) else str(refusal)
        return Message(title="", lead_in=words, is_letter=True)
    if not (subject and text):
        return Message(title="", lead_in=EMPTY, is_letter=True)
    return letter(subject, text, samples_for(request.membership.team))
