"""Everybody's to-do list."""

from __future__ import annotations

from datetime import datetime

from leads.models import Lead, Task
from teams.models import Membership, Role

TITLE_LENGTH = 200
DETAIL_LENGTH = 500
#: Kinds that stay open for as long as their cause stands: a client would still meet an agent who cannot come.
ENDS_BY_ITSELF = frozenset({"cover"})


def add_task(  # noqa: PLR0913  # a task is all of these at once
    *,
    key: str,
    assignee: Membership,
    title: str,
    kind: str,
    at: datetime,
    due_at: datetime,
    lead: Lead | None = None,
    detail: str = "",
    link: str = "",
    script: str = "",
    is_urgent: bool = False,
) -> Task:
    """Ask one person to do something. The key names its cause: the same cause again returns the task that is there.

    ``script`` names the words to say (``handoff.wordings.SCRIPTS``).

    What somebody who has left would be asked is asked of the team lead.
    """
    if assignee.ended_at is not None:
        assignee = team_lead_of(assignee.team_id) or assignee
    task, _ = Task.objects.get_or_create(
        key=key,
        defaults={
            "team_id": assignee.team_id,
            "assignee": assignee,
            "lead": lead,
            "kind": kind,
            "title": title[:TITLE_LENGTH],
            "detail": detail[:DETAIL_LENGTH],
            "link": link or (lead.get_absolute_url() if lead else ""),
            "script": script,
            "is_urgent": is_urgent,
            "due_at": due_at,
            "created_at": at,
        },
    )
    return task


def finish_task(*, task: Task, at: datetime) -> bool:
    """Tick a task off; tells whether it was still open."""
    is_ours = bool(Task.objects.open().filter(pk=task.pk).update(done_at=at))
    if is_ours:
        task.done_at = at
    return is_ours


def may_tick(task: Task) -> bool:
    """Whether a person may say that it is done; where not, it is when what it asks for has happened."""
    return task.kind not in ENDS_BY_ITSELF


def tick(*, task: Task, at: datetime) -> bool:
    """Tick it off because a person says so; tells whether that was possible, and it was still open."""
    return may_tick(task) and finish_task(task=task, at=at)


def reopen_task(*, task: Task) -> bool:
    """Take a tick back; tells whether there was one."""
    is_ours = bool(Task.objects.filter(pk=task.pk).exclude(done_at=None).update(done_at=None))
    if is_ours:
        task.done_at = None
    return is_ours


def restore_task(*, pk: int, due_at: datetime, is_urgent: bool) -> None:
    """Let a task be open again as it was before it was ticked off or put off."""
    Task.objects.filter(pk=pk).update(done_at=None, due_at=due_at, is_urgent=is_urgent)


def put_off(*, task: Task, until: datetime) -> bool:
    """Let an open task be due later, and so not urgent any more; tells whether it was still open."""
    is_ours = bool(Task.objects.open().filter(pk=task.pk).update(due_at=until, is_urgent=False))
    if is_ours:
        task.due_at, task.is_urgent = until, False
    return is_ours


def finish_tasks(*, key_prefix: str, at: datetime, lead: Lead | None = None) -> int:
    """Tick off all open tasks of one cause, or those about one lead; their number."""
    open_ones = Task.objects.open().filter(key__startswith=key_prefix)
    return (open_ones.filter(lead=lead) if lead else open_ones).update(done_at=at)


def is_open(*, key_prefix: str) -> bool:
    """Whether a task of this cause waits for somebody."""
    return Task.objects.open().filter(key__startswith=key_prefix).exists()


def team_lead_of(team_id: int) -> Membership | None:
    """Who is asked when nobody else can be: the team's longest-serving lead."""
    leads = Membership.objects.active().filter(team_id=team_id, role=Role.LEAD)
    return leads.select_related("user").order_by("id").first()
