"""The tasks of a lead, on its page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from leads.models import Task
from leads.todo import reopen_task, tick
from teams.access import any_member
from teams.http import TeamRequest


@require_POST
@any_member
def task_done(request: TeamRequest, pk: int) -> HttpResponse:
    """Tick a task off, or take the tick back."""
    task = get_object_or_404(
        Task.objects.visible_to(request.membership).select_related("lead", "assignee__user"), pk=pk
    )
    if "again" in request.POST:
        reopen_task(task=task)
    else:
        tick(task=task, at=timezone.now())
    if not request.htmx:
        return redirect(task.lead or "teams:home")
    return render(request, "leads/_task.html", {"task": task, "at": timezone.now()})
