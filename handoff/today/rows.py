"""One row of Today: what to do, why it is there and since when, and how pressing it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from django.urls import reverse

from handoff.models import Handoff
from handoff.today.meetings import Meeting
from leads.models import Lead, Task
from leads.queries.next_step import Need, Step
from teams.quiet_hours import is_quiet, quiet_until

#: Who handed over, or asked to be called, less than this ago is awake.
JUST_NOW = timedelta(hours=1)


class Act(StrEnum):
    """What is done about a row; the value names its icon."""

    MEET = "calendar-event"
    CALL = "telephone"
    ANSWER = "chat-dots"
    REPORT = "clipboard-check"
    MEND = "tools"
    READ = "card-text"
    QUALIFY = "chat-quote"
    RECORD = "record-circle"
    DO = "check2-square"
    WAIT = "hourglass-split"


class Group(StrEnum):
    """When a row wants something."""

    NOW = "Now"
    LATER = "Later today"
    WAITING = "Waiting"


class Pressing(IntEnum):
    """How pressing a row is, among those of its group."""

    MEETING = 0
    URGENT = 1
    ANSWER = 2
    LATE_REPORT = 3
    DUE = 4
    CALL = 5
    REBOOK = 6
    FIRST_CALL = 7
    READ = 8
    REPORT = 9
    QUALIFIED = 10
    RECORDING = 11
    CONTACTING = 12
    AHEAD = 13


#: Tasks by what is done about them. Any other that brings words to say is a call; what brings none is simply done.
ACTS = {
    "call": Act.CALL,
    "agent_left": Act.CALL,
    "no_show_call": Act.CALL,
    "text_in": Act.ANSWER,
    "mail_in": Act.ANSWER,
    "came_back": Act.CALL,
    "outcome": Act.REPORT,
    "outcome_overdue": Act.REPORT,
    "given_up": Act.MEND,
    "recording_owed": Act.RECORD,
}
_NEEDS = {
    Need.CALL: (Act.CALL, Pressing.CALL),
    Need.REBOOK: (Act.CALL, Pressing.REBOOK),
    Need.FIRST_CALL: (Act.CALL, Pressing.FIRST_CALL),
    Need.QUALIFIED: (Act.QUALIFY, Pressing.QUALIFIED),
    Need.RECORDING: (Act.RECORD, Pressing.RECORDING),
    Need.CONTACTING: (Act.QUALIFY, Pressing.CONTACTING),
    Need.CALL_LATER: (Act.CALL, Pressing.AHEAD),
    Need.WAITING: (Act.WAIT, Pressing.AHEAD),
}


@dataclass(frozen=True, slots=True)
class Row:
    """Something to do. ``since`` is when it began to be wanted, or for what is still ahead when it will be."""

    act: Act
    group: Group
    pressing: Pressing
    what: str
    why: str
    since: datetime | None
    link: str
    lead: Lead | None = None
    task: Task | None = None
    step: Step | None = None
    meeting: Meeting | None = None
    #: Where it is too early or too late to call: when that ends.
    opens_at: datetime | None = None

    @property
    def ref(self) -> str:
        """What names the row in the page."""
        return f"task-{self.task.pk}" if self.task else f"lead-{self.lead.pk}" if self.lead else ""

    @property
    def open_url(self) -> str:
        """Where the row is opened in place."""
        if self.task:
            return reverse("handoff:today-task", args=[self.task.pk])
        return reverse("handoff:today-lead", args=[self.lead.pk]) if self.lead else ""

    @property
    def title(self) -> str:
        """Whom it is about, or else what is to be done."""
        return self.lead.name if self.lead else self.what

    @property
    def is_urgent(self) -> bool:
        """Whether somebody is kept waiting by the minute."""
        return self.group is Group.NOW and self.pressing <= Pressing.LATE_REPORT

    @property
    def is_new(self) -> bool:
        """Whether its brief has not been read."""
        return bool(self.meeting and not self.meeting.is_read)

    @property
    def rank(self) -> tuple[int, Pressing, float]:
        """The group; how pressing; then what has waited longest, or, where letters lack, who is nearly there."""
        order = list(Group).index(self.group)
        if self.act is Act.QUALIFY and self.step:
            return order, self.pressing, self.step.rank[1]
        return order, self.pressing, self.since.timestamp() if self.since else 0


def act_of(task: Task) -> Act:
    """Return what is done about a task."""
    return ACTS.get(task.kind) or (Act.CALL if task.script else Act.DO)


def row_of_step(step: Step, *, at: datetime, ends: datetime) -> Row:
    """A task, or the next step of a lead; ``ends`` is when the reader's day does."""
    if step.task is not None:
        row = _of_task(step.task, at=at, ends=ends)
        return replace(row, lead=step.lead, step=step)
    act, pressing = _NEEDS.get(step.need, (Act.QUALIFY, Pressing.CONTACTING))
    group = Group.WAITING if act is Act.WAIT else Group.NOW
    if pressing is Pressing.AHEAD and step.need is Need.CALL_LATER:
        group = _ahead(step.due_at, ends)
    row = Row(act, group, pressing, step.step, step.why, step.due_at, step.link, lead=step.lead, step=step)
    return _kept_quiet(row, at=at, ends=ends)


def waiting_for(step: Step, handoff: Handoff | None, *, at: datetime) -> Row:
    """A lead that is with an agent: what its setter waits for, and since when or until when; as the agent sees it."""
    why, since = step.why, step.due_at
    if handoff is not None:
        starts_at = handoff.appointment.starts_at if handoff.appointment else handoff.opened_at
        if starts_at > at:
            why, since = "They meet", starts_at
        elif handoff.outcome_due_at > at:
            why, since = "The agent reports how it went", handoff.outcome_due_at
        else:
            why, since = "The outcome is overdue", handoff.outcome_due_at
    return Row(Act.WAIT, Group.WAITING, Pressing.AHEAD, step.step, why, since, step.link, lead=step.lead, step=step)


def _of_task(task: Task, *, at: datetime, ends: datetime) -> Row:
    act = act_of(task)
    link = task.link or (task.lead.get_absolute_url() if task.lead else "")
    row = Row(act, Group.NOW, _pressing(task, act), task.title, task.detail, task.due_at, link, task.lead, task)
    if act is Act.ANSWER:  # how long somebody has waited says more than by when they should be answered
        row = replace(row, since=task.created_at)
    if not task.wants_now(at):
        return replace(row, group=_ahead(task.due_at, ends), pressing=Pressing.AHEAD)
    return _kept_quiet(row, at=at, ends=ends)


def _pressing(task: Task, act: Act) -> Pressing:
    if task.is_urgent:
        return Pressing.URGENT
    return {Act.ANSWER: Pressing.ANSWER, Act.REPORT: Pressing.LATE_REPORT}.get(act, Pressing.DUE)


def _ahead(due_at: datetime | None, ends: datetime) -> Group:
    return Group.LATER if due_at is not None and due_at < ends else Group.WAITING


def _kept_quiet(row: Row, *, at: datetime, ends: datetime) -> Row:
    """Nobody is called before 8 AM or after 9 PM where they live, but for who was on the phone just now, and waits."""
    lead, task = row.lead, row.task
    is_call = row.act is Act.CALL or (row.step is not None and row.step.needs_client)
    if not is_call or lead is None or row.group is not Group.NOW:
        return row
    if task is not None and task.is_urgent and task.created_at > at - JUST_NOW:
        return row
    if not is_quiet(lead.zone, at=at):
        return row
    opens_at = quiet_until(lead.zone, at=at)
    return replace(row, group=_ahead(opens_at, ends), pressing=Pressing.AHEAD, since=opens_at, opens_at=opens_at)


def row_of_meeting(meeting: Meeting, *, ends: datetime) -> Row:
    """What an agent does about a lead that was handed to them."""
    handoff, starts_at = meeting.handoff, meeting.starts_at
    brief, outcome = meeting.brief_link, meeting.outcome_link
    if meeting.is_now:
        return _row(meeting, Act.MEET, Pressing.MEETING, "Meet", meeting.gist, starts_at, brief)
    if meeting.is_late:
        why = "The outcome is overdue"
        return _row(meeting, Act.REPORT, Pressing.LATE_REPORT, "How did it go?", why, handoff.outcome_due_at, outcome)
    if not meeting.is_read and not meeting.is_over:
        return _row(meeting, Act.READ, Pressing.READ, "Read the brief", meeting.gist, handoff.opened_at, brief)
    if meeting.asks_outcome:
        appointment = handoff.appointment
        why, since = ("The appointment is over", appointment.ends_at) if appointment else ("", handoff.opened_at)
        why = why or f"{handoff.setter.user} handed this lead over to you"
        return _row(meeting, Act.REPORT, Pressing.REPORT, "How did it go?", why, since, outcome)
    row = _row(meeting, Act.MEET, Pressing.AHEAD, "Meet", meeting.gist, starts_at, brief)
    return replace(row, group=_ahead(starts_at, ends))


def _row(  # the columns of a row
    meeting: Meeting, act: Act, pressing: Pressing, what: str, why: str, since: datetime | None, link: str
) -> Row:
    return Row(act, Group.NOW, pressing, what, why, since, link, lead=meeting.handoff.lead, meeting=meeting)
