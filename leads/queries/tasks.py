"""To-do lists: what is open, and what was done lately."""

from __future__ import annotations

from collections.abc import Sequence

from leads.models import Task
from leads.models.tasks import TaskQuerySet
from teams.models import Membership

DONE_ROWS = 20


def open_tasks(membership: Membership, *, rows: int, everybody: bool = False) -> list[Task]:
    """Return one's own open tasks, urgent ones and then the soonest first; for a team lead everybody's, if asked."""
    return list(_tasks(membership, everybody=everybody).open().order_by("-is_urgent", "due_at", "pk")[:rows])


def done_lately(membership: Membership, *, everybody: bool = False) -> Sequence[Task]:
    """Return the tasks that were ticked off last, the newest first."""
    done = _tasks(membership, everybody=everybody).exclude(done_at=None)
    return list(done.order_by("-done_at", "-pk")[:DONE_ROWS])


def _tasks(membership: Membership, *, everybody: bool) -> TaskQuerySet:
    tasks = Task.objects.visible_to(membership).select_related("lead__team", "assignee__user")
    return tasks if everybody else tasks.filter(assignee=membership)
