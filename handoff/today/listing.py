"""Today's list: a person's tasks, the next step of each of their leads, and the clients they meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handoff.models import Handoff
from handoff.today.meetings import Meeting, meetings_of
from handoff.today.rows import Group, Row, row_of_meeting, row_of_step, waiting_for
from leads.models import Task
from leads.queries.desk import desk_of
from leads.queries.next_step import Step, step_of_task
from leads.queries.tasks import done_lately, open_tasks
from teams.models import Membership
from teams.zones import today_in

#: Rows drawn at once, and where one asks for more.
ROWS, MORE_ROWS = 40, 200


@dataclass(frozen=True, slots=True)
class Today:
    """The whole list. ``following`` is the agent's next appointment, which has a card of its own."""

    rows: Sequence[Row]
    is_cut: bool
    done: Sequence[Task]
    following: Meeting | None = None

    @property
    def groups(self) -> list[tuple[Group, list[tuple[int, Row]]]]:
        """The rows by when they want something, each with its place in the list; empty groups are left out."""
        placed = list(enumerate(self.rows))
        grouped = [(group, [each for each in placed if each[1].group is group]) for group in Group]
        return [(group, rows) for group, rows in grouped if rows]

    @property
    def now(self) -> int:
        """How many rows want something now."""
        return sum(row.group is Group.NOW for row in self.rows)

    @property
    def following_row(self) -> Row | None:
        """What comes next where nothing wants anything now."""
        return next((row for row in self.rows if row.group is Group.LATER), None)


def today_of(member: Membership, *, at: datetime, rows: int = ROWS) -> Today:
    """Return what this person does, the most pressing first, one row a lead. As many queries however many rows."""
    ends = today_in(member.user.zone, at=at)[1]
    desk = desk_of(member, at=at, rows=rows)
    found = [row_of_step(step, at=at, ends=ends) for step in desk.steps]
    found += _waiting(desk.waiting, member, at=at)
    meetings = meetings_of(member, at=at, rows=rows + 1) if member.is_agent else []
    following = next((each for each in meetings if each.starts_at and not each.is_over), None)
    found += [row_of_meeting(each, ends=ends) for each in meetings if each is not following or _wants(each)]
    ranked = _one_a_lead(sorted(found, key=lambda row: row.rank))
    return Today(
        rows=ranked[:rows],
        is_cut=desk.is_cut or len(ranked) > rows,
        done=done_lately(member),
        following=following,
    )


def tasks_of_team(lead: Membership, *, at: datetime, rows: int = ROWS) -> Today:
    """Return everybody's tasks, for the team lead."""
    ends = today_in(lead.user.zone, at=at)[1]
    tasks = open_tasks(lead, everybody=True, rows=rows + 1)
    found = [row_of_step(step_of_task(task, at=at), at=at, ends=ends) for task in tasks[:rows]]
    ranked = sorted(found, key=lambda row: row.rank)
    return Today(ranked, is_cut=len(tasks) > rows, done=done_lately(lead, everybody=True))


def _waiting(steps: Sequence[Step], member: Membership, *, at: datetime) -> list[Row]:
    """Leads that are with an agent, each with what is waited for and since when. At most one query."""
    if not steps:
        return []
    leads = [step.lead.pk for step in steps if step.lead]
    open_ones = Handoff.objects.visible_to(member).open().filter(lead__in=leads).select_related("appointment")
    handoffs = {handoff.lead_id: handoff for handoff in open_ones}
    return [waiting_for(step, handoffs.get(step.lead.pk) if step.lead else None, at=at) for step in steps]


def _wants(meeting: Meeting) -> bool:
    """Whether the next appointment asks for something besides being there."""
    return not meeting.is_read or meeting.asks_outcome


def _one_a_lead(rows: Iterable[Row]) -> list[Row]:
    """Keep the most pressing row of each lead, and let it know of the lead's task and meeting."""
    kept: dict[object, Row] = {}
    for row in rows:
        key = row.lead.pk if row.lead else row.ref
        first = kept.setdefault(key, row)
        if first is not row:
            kept[key] = replace(first, task=first.task or row.task, meeting=first.meeting or row.meeting)
    return list(kept.values())
