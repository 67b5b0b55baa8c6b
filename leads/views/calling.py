"""Calls: noted on the lead's page, and one after another in the queue."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leads.calls import log_call
from leads.contacts import NoSuchContact
from leads.forms import CallForm
from leads.models import Call, Lead
from leads.models.calls import CallResult
from leads.queries.calls import calls_today, last_call_of
from leads.queries.lead_page import leads_for
from leads.queries.queue import Queue, QueueRow, isas_of, queue_of, row_of
from leads.stages import Refused
from leads.states import Via
from leads.taking_back import take_back
from leads.views.replies import answered, first_error, refused, reloaded
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.templatetags.look import clock, day, phone_words

MOST_SKIPPED = 40
TAKEN_BACK = "Taken back. All is as it was before that call."


@require_POST
@any_member
def call(request: TeamRequest, pk: int) -> HttpResponse:
    """Note a call, and when the next one is."""
    lead = get_object_or_404(leads_for(request.membership), pk=pk)
    try:
        made = noted(request, lead)
    except Unclear as problem:
        return refused(request, lead, str(problem), status=problem.status)
    return answered(request, reloaded(request, lead), words=told(request, made), focused="call", undo=undo_url(made))


@require_POST
@any_member
def call_undo(request: TeamRequest, pk: int) -> HttpResponse:
    """Take back a call that was noted by mistake, from the page of its lead."""
    call = undoable(request, pk)
    lead = get_object_or_404(leads_for(request.membership), pk=call.lead_id)
    try:
        take_back(call=call, actor=request.membership, at=timezone.now())
    except Refused as refusal:
        return refused(request, lead, str(refusal), status=409)
    return answered(request, reloaded(request, lead), words=TAKEN_BACK, focused="call")


def undoable(request: TeamRequest, pk: int) -> Call:
    """Return the call that one noted, or a team lead's team; 404 for any other."""
    return get_object_or_404(Call.objects.undoable_by(request.membership).select_related("lead"), pk=pk)


def undo_url(made: Call) -> str:
    """Where a call is taken back."""
    return reverse("leads:call-undo", args=[made.pk])


@require_safe
@for_roles(Role.ISA, Role.LEAD)
def queue(request: TeamRequest) -> HttpResponse:
    """Say whom to call now, the most urgent large: call, two keys, and the next one stands there."""
    at, member = timezone.now(), request.membership
    isas = isas_of(member) if member.is_lead else []
    isa = next((each for each in isas if str(each.pk) == request.GET.get("isa")), None) if member.is_lead else member
    found, skipped = queue_of(member, isa=isa, at=at), _skipped(request.GET.get("skip", ""))
    current = _current(request, found, skipped)
    context = {
        "queue": found,
        "current": current,
        "rest": [row for row in found.now if current is None or row.lead.pk != current.lead.pk],
        "last_call": last_call_of(current.lead) if current else None,
        "counts": calls_today(member, isa=isa, at=at),
        "isas": isas,
        "isa": isa,
        "whose": isa.pk if isa and member.is_lead else "",
        "skipped": ",".join(map(str, skipped)),
        "skip_url": current and _address(whose=_whose(request), skip=[*skipped, current.lead.pk]),
        "at": at,
    }
    return render(request, "leads/queue.html", context)


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def queue_call(request: TeamRequest, pk: int) -> HttpResponse:
    """Note a call of the queue, and go on to the next lead; to the same one where another number is left to try."""
    lead = get_object_or_404(leads_for(request.membership), pk=pk)
    stay = pk
    try:
        made = noted(request, lead)
    except Unclear as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"{lead.name}: {told(request, made)}")
        stay = pk if made.result == CallResult.WRONG_NUMBER and made.next_call_at else 0
    return redirect(_address(whose=_whose(request), skip=_skipped(request.POST.get("skip", "")), lead=stay))


class Unclear(Exception):
    """The call was not noted; ``status`` says whose fault that is."""

    def __init__(self, words: str, status: int = 422) -> None:
        super().__init__(words)
        self.status = status


def noted(request: TeamRequest, lead: Lead) -> Call:
    """Note the call that the posted form tells of. Raises Unclear."""
    at = timezone.now()
    form = CallForm(request.POST, zone=request.user.zone, at=at)
    if not form.is_valid():
        raise Unclear(first_error(form))
    said = form.cleaned_data
    try:
        return log_call(
            lead=lead,
            result=CallResult(said["result"]),
            phone=said["phone"],
            note=said["note"],
            next_call_at=said["next_call_at"],
            actor=request.membership,
            via=Via.PAGE,
            at=at,
        )
    except NoSuchContact as refusal:
        raise Unclear(str(refusal)) from refusal
    except Refused as refusal:
        raise Unclear(str(refusal), status=409) from refusal


def told(request: TeamRequest, made: Call) -> str:
    """Say what was noted, and when the next call is."""
    result, zone, following = CallResult(made.result), request.user.zone, made.next_call_at
    if result is CallResult.WRONG_NUMBER:
        more = "There is another number to try." if following else "No other is left: a task asks for one."
        return f"{phone_words(made.phone)} is marked as wrong. {more}"
    if following is None:
        return f"{result.label}. No next call is planned."
    return f"{result.label}. Next call {day(following, zone)}, {clock(following, zone)}."


def _current(request: TeamRequest, found: Queue, skipped: list[int]) -> QueueRow | None:
    """The lead that was asked for, where it may be called now; else the first that was not skipped."""
    wanted = request.GET.get("lead", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        chosen = next((row for row in found.now if row.lead.pk == int(wanted)), None)
        if chosen := chosen or row_of(request.membership, int(wanted), at=timezone.now()):
            return chosen
    return next((row for row in found.now if row.lead.pk not in skipped), None)


def _skipped(text: str) -> list[int]:
    ids = [int(part) for part in text.split(",") if part.isascii() and part.isdigit() and len(part) < 19]
    return ids[-MOST_SKIPPED:]


def _whose(request: TeamRequest) -> str:
    """Whose queue a team lead looks at, as it was asked for; an ISA's own needs no word."""
    asked = request.POST.get("isa") or request.GET.get("isa") or ""
    return asked if asked.isascii() and asked.isdigit() and len(asked) < 19 else ""


def _address(*, whose: str, skip: list[int], lead: int = 0) -> str:
    asked = {"isa": whose, "skip": ",".join(map(str, skip)), "lead": str(lead) if lead else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("leads:queue") + (f"?{query}" if query else "")
