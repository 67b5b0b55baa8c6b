"""Today: one list of what one person does, each row done where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handoff.errors import TooLate
from handoff.numbers.queries import on_time_by_agent
from handoff.queries.first_steps import first_steps
from handoff.today import doing
from handoff.today.listing import MORE_ROWS, ROWS, Today, tasks_of_team, today_of
from handoff.today.opened import Opened, open_handoff_of, opened_lead, opened_task
from leads.models import Lead, Task
from leads.queries.desk import counts_of
from leads.queries.lead_page import leads_for
from leads.stages import Refused
from leads.taking_back import take_back
from leads.todo import may_tick, reopen_task, tick
from leads.views.calling import TAKEN_BACK, Unclear, noted, told, undoable
from teams.access import any_member
from teams.http import TeamRequest
from teams.models import Role
from teams.policy import policy_of


@require_safe
@any_member
def today(request: TeamRequest) -> HttpResponse:
    """Show what this person does now, later today, and what waits; a team lead may look at everybody's tasks."""
    member = request.membership
    context = _shown(request)
    if request.htmx:
        return render(request, "handoff/today/_list.html", context)
    if member.role == Role.ISA:
        context["counts"] = counts_of(member, at=context["at"])
    if member.is_agent:
        context["on_time_days"] = days = policy_of(member.team).fairness_days
        context["on_time"] = on_time_by_agent(member, days=days, at=context["at"]).get(member.pk)
    if member.is_lead:
        context["first_steps"] = first_steps(member.team)
    return render(request, "handoff/today/today.html", context)


@require_safe
@any_member
def task_row(request: TeamRequest, pk: int) -> HttpResponse:
    """Open a task in place."""
    return _open(request, opened_task(_task(request, pk), member=request.membership, at=timezone.now()))


@require_safe
@any_member
def lead_row(request: TeamRequest, pk: int) -> HttpResponse:
    """Open the next step of a lead in place."""
    return _open(request, opened_lead(pk, member=request.membership, at=timezone.now()))


@require_POST
@any_member
def done(request: TeamRequest, pk: int) -> HttpResponse:
    """Tick a task off, or take the tick back."""
    task = _task(request, pk)
    if "again" in request.POST:
        reopen_task(task=task)
        return list_after(request, "It is open again.")
    if not may_tick(task):
        return list_after(request, "It stays until that is settled: open it, and see to it there.", status=409)
    tick(task=task, at=timezone.now())
    return list_after(request, f"Done: {task.title}", undo=_undo_of(task))


@require_POST
@any_member
def call(request: TeamRequest, pk: int) -> HttpResponse:
    """Note what came of a call, with the task that asked for it."""
    lead, task = get_object_or_404(leads_for(request.membership), pk=pk), _task_of(request)
    try:
        made = noted(request, lead)
    except Unclear as problem:
        return list_after(request, str(problem), status=problem.status)
    if task is not None:
        doing.settle_call(task=task, call=made)
    undo = Undo(reverse("handoff:today-call-undo", args=[made.pk]))
    return list_after(request, f"{lead.name}: {told(request, made)}", undo=undo)


@require_POST
@any_member
def call_undo(request: TeamRequest, pk: int) -> HttpResponse:
    """Take back a call that was noted by mistake."""
    call = undoable(request, pk)
    try:
        take_back(call=call, actor=request.membership, at=timezone.now())
    except Refused as refusal:
        return list_after(request, str(refusal), status=409)
    return list_after(request, f"{call.lead.name}: {TAKEN_BACK}")


@require_POST
@any_member
def confirm(request: TeamRequest, pk: int) -> HttpResponse:
    """Note that the client said on the phone that they will come."""
    member = request.membership
    lead, task = get_object_or_404(Lead.objects.visible_to(member), pk=pk), _task_of(request)
    handoff = open_handoff_of(lead, member=member)
    if handoff is None:
        return list_after(request, "This appointment was called off, or is over.", status=409)
    try:
        is_news = doing.confirm(handoff=handoff, task=task, actor=member, at=timezone.now())
    except TooLate as refusal:
        return list_after(request, str(refusal), status=409)
    words = "confirmed on the phone." if is_news else "had confirmed this time before."
    return list_after(request, f"{lead.name} {words}", undo=_undo_of(task) if task else None)


@require_POST
@any_member
def retry(request: TeamRequest, pk: int) -> HttpResponse:
    """Send once more what could not be delivered."""
    try:
        doing.retry(task=_task(request, pk), actor=request.membership, at=timezone.now())
    except doing.NothingToRetry as refusal:
        return list_after(request, str(refusal), status=409)
    return list_after(request, "Trying again now. If it fails once more, it comes back here.")


@dataclass(frozen=True, slots=True)
class Undo:
    """Where what was just done is taken back, and whether that asks for the task once more."""

    url: str
    is_again: bool = False


def _undo_of(task: Task) -> Undo:
    return Undo(reverse("handoff:today-done", args=[task.pk]), is_again=True)


def _task(request: TeamRequest, pk: int) -> Task:
    tasks = Task.objects.visible_to(request.membership).select_related("lead", "assignee__user")
    return get_object_or_404(tasks, pk=pk)


def _task_of(request: TeamRequest) -> Task | None:
    """The task that a form names, if it names one."""
    named = request.POST.get("task", "")
    if not named:
        return None
    if not named.isascii() or not named.isdecimal() or len(named) > 18:
        raise Http404
    return _task(request, int(named))


def _open(request: TeamRequest, opened: Opened | None) -> HttpResponse:
    if opened is None:
        raise Http404
    if not request.htmx:  # the row's own page shows all of it
        return redirect(opened.lead or "handoff:day")
    context = {"opened": opened, "at": timezone.now(), "zone": request.user.zone}
    return render(request, "handoff/today/_opened.html", context)


def _shown(request: TeamRequest, *, place: int = 0) -> dict[str, Any]:
    """The list as it is now, with the row at ``place`` open, or the last before it that wants something now."""
    member, at = request.membership, timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    everybody = member.is_lead and asked.get("whose") == "everybody"
    rows = MORE_ROWS if asked.get("rows") == "more" else ROWS
    found = tasks_of_team(member, at=at, rows=rows) if everybody else today_of(member, at=at, rows=rows)
    return {
        "today": found,
        "opened": _opened_at(request, found, place),
        "everybody": everybody,
        "rows": asked.get("rows", ""),
        "at": at,
        "zone": request.user.zone,
    }


def _opened_at(request: TeamRequest, found: Today, place: int) -> Opened | None:
    if not found.now:
        return None
    row, member, at = found.rows[min(place, found.now - 1)], request.membership, timezone.now()
    if row.task is not None:
        return opened_task(row.task, member=member, at=at)
    return opened_lead(row.lead.pk, member=member, at=at) if row.lead else None


def list_after(request: TeamRequest, words: str, *, status: int = 200, undo: Undo | None = None) -> HttpResponse:
    """Answer htmx with the list as it is now, the next row open, and what was done; a plain form with the page."""
    kind = "success" if status == 200 else "error"
    if not request.htmx:
        messages.add_message(request, messages.SUCCESS if kind == "success" else messages.ERROR, words)
        return redirect("handoff:day")
    said = request.POST.get("place", "")
    place = int(said) if said.isascii() and said.isdecimal() and len(said) < 4 else 0
    context = _shown(request, place=place) | {"words": words, "kind": kind, "undo": undo}
    # The list is drawn whatever the answer was: what is on the page was true a while ago
    return render(request, "handoff/today/_answer.html", context)
