"""What becomes of leads and tasks when somebody leaves the team."""

from __future__ import annotations

from django.db import transaction

from leads.models import Activity, Lead, Task
from leads.todo import add_task
from teams.leaving import Leaving, Plan

BATCH = 1000


def plans(leaving: Leaving) -> list[Plan]:
    """Return what would move, counted."""
    member, to = leaving.member, leaving.successor.user
    owned = Lead.objects.filter(owner=member).count()
    worked = Lead.objects.filter(isa=member).exclude(owner=member).count()
    tasks = Task.objects.open().filter(assignee=member).count()
    return [
        Plan("leads they own" if owned != 1 else "lead they own", owned, f"{to} owns them."),
        Plan("leads they call" if worked != 1 else "lead they call", worked, f"{to} calls them from now on."),
        Plan("open tasks" if tasks != 1 else "open task", tasks, f"On {to}'s list, as urgent as they are."),
    ]


@transaction.atomic
def pass_on(leaving: Leaving) -> None:
    """Give leads and open tasks to the successor, and tell them so. The timeline of each lead says why."""
    member, to, at = leaving.member, leaving.successor, leaving.at
    owned = set(Lead.objects.filter(owner=member).values_list("pk", flat=True))
    worked = set(Lead.objects.filter(isa=member).values_list("pk", flat=True))
    Lead.objects.filter(pk__in=owned, owner=member).update(owner=to, updated_at=at)
    Lead.objects.filter(pk__in=worked, isa=member).update(isa=to, updated_at=at)
    _write_down(leaving, owned, kind="owner", summary=f"{leaving.why}: {to.user} owns this lead now")
    _write_down(leaving, worked - owned, kind="isa", summary=f"{leaving.why}: {to.user} calls this lead now")
    tasks = Task.objects.open().filter(assignee=member).update(assignee=to)
    if owned or worked or tasks:
        _say_so(leaving, leads=len(owned | worked), tasks=tasks)


def _write_down(leaving: Leaving, pks: set[int], *, kind: str, summary: str) -> None:
    rows = [
        Activity(
            lead_id=pk,
            kind=kind,
            summary=summary,
            actor=leaving.actor,
            at=leaving.at,
            data={"to": leaving.successor.pk, "left": leaving.member.pk},
        )
        for pk in sorted(pks)
    ]
    Activity.objects.bulk_create(rows, batch_size=BATCH)


def _say_so(leaving: Leaving, *, leads: int, tasks: int) -> None:
    add_task(
        key=f"left|m{leaving.member.pk}|m{leaving.successor.pk}|{leaving.at:%Y%m%d%H%M%S}",
        assignee=leaving.successor,
        kind="inherited",
        title=f"{leaving.why}: look through what is yours now",
        detail=f"Leads: {leads}. Tasks: {tasks}. Each lead's timeline says where it came from.",
        link="/leads/",
        at=leaving.at,
        due_at=leaving.at,
    )
