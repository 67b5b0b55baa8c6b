"""Who is to be called now: the most urgent first, and nobody whose clock says that it is too early or too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

from leads.contacts import primary_phone
from leads.models import Lead, LeadPhone, Task
from leads.next_call import SETTLED
from leads.states import Stage
from teams.models import Membership, Role
from teams.quiet_hours import is_quiet, quiet_until, quiet_zones

ROWS = 25
ROWS_LATER = 10
LOOKED_AT = 300  # leads of each list, for those whose clock says that it is too early or too late
#: Planned calls this far ahead are shown, so that the day can be seen.
AHEAD = timedelta(hours=12)
CALLERS = (Role.ISA, Role.LEAD)
MINE_TO_CALL = [stage for stage in Stage if stage not in SETTLED]
OVER = (Stage.CLOSED, Stage.LOST)


class Why(IntEnum):
    """Why a lead is to be called, the most urgent first."""

    PLANNED = 0
    FIRST = 1
    REBOOK = 2
    TASK = 3
    VERIFY = 4
    AGAIN = 5
    LATER = 6


WORDS = {
    Why.PLANNED: "Planned call",
    Why.FIRST: "Never called",
    Why.REBOOK: "Did not come to the appointment",
    Why.TASK: "Task",
    Why.VERIFY: "Qualified: read the number back and hand off",
    Why.AGAIN: "Called before, nothing planned",
    Why.LATER: "Planned for later",
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One lead to call, why, and when that may be."""

    lead: Lead
    call: Why
    why: str
    due_at: datetime | None
    opens_at: datetime

    @property
    def phone(self) -> str:
        """The number to call, E.164."""
        return primary_phone(self.lead)

    @property
    def is_planned(self) -> bool:
        """Whether the next moment to call is the one that was planned, not the end of quiet hours."""
        return self.opens_at == self.lead.next_call_at

    @property
    def urgency(self) -> str:
        """How the row is marked: now, soon, or not at all."""
        if self.call in {Why.PLANNED, Why.REBOOK}:
            return "is-urgent"
        return "is-soon" if self.call in {Why.FIRST, Why.TASK} else ""


@dataclass(frozen=True, slots=True)
class Queue:
    """The whole queue: whom to call now, whom not yet, and whether there are more."""

    now: Sequence[QueueRow]
    not_yet: Sequence[QueueRow]
    is_cut: bool


def queue_of(viewer: Membership, *, isa: Membership | None, at: datetime) -> Queue:
    """Whom this ISA, or without one the whole team, calls next. Four queries, whatever the number of leads."""
    worked = Worked(viewer, isa, at)
    now = worked.leads(is_quiet=False, rows=ROWS)
    later = worked.leads(is_quiet=True, rows=ROWS_LATER)
    not_yet = [_row(lead, at=at) for lead in later]
    return Queue(
        now=[_row(lead, at=at) for lead in now[:ROWS]],
        not_yet=sorted(not_yet, key=lambda row: (row.opens_at, row.call))[:ROWS_LATER],
        is_cut=len(now) > ROWS,
    )


def row_of(viewer: Membership, pk: int, *, at: datetime) -> QueueRow | None:
    """One lead as if it stood in the queue; None where it may not be seen, or not be called now."""
    lead = Lead.objects.visible_to(viewer).select_related("isa__user").prefetch_related("phones").filter(pk=pk).first()
    if lead is None or is_quiet(lead.zone, at=at) or not primary_phone(lead):
        return None
    return _row(lead, at=at)


def isas_of(viewer: Membership) -> list[Membership]:
    """Whose queues a team lead may look at."""
    members = Membership.objects.active().filter(team_id=viewer.team_id, role__in=CALLERS)
    return list(members.select_related("user").order_by("user__name", "pk"))


class Worked:
    """The leads that are somebody's to call, by reason."""

    def __init__(self, viewer: Membership, isa: Membership | None, at: datetime) -> None:
        self.at = at
        callable_number = LeadPhone.objects.filter(lead=OuterRef("pk"), wrong_at=None)
        mine = Lead.objects.visible_to(viewer).filter(Exists(callable_number)).exclude(stage__in=OVER)
        due = Task.objects.open().filter(team_id=viewer.team_id, due_at__lte=at, assignee__role__in=CALLERS)
        if isa is not None:
            mine, due = mine.filter(isa=isa), due.filter(assignee=isa)
        self.mine, self.due = mine, due

    def leads(self, *, is_quiet: bool, rows: int) -> list[Lead]:
        """Those that want a call, ranked by the database: now, or where it is too early or too late, or not due yet."""
        of_lead = self.due.filter(lead=OuterRef("pk")).order_by("due_at", "pk")
        need = Case(
            When(next_call_at__gt=self.at, then=Value(Why.LATER)),
            When(stage__in=MINE_TO_CALL, next_call_at__lte=self.at, then=Value(Why.PLANNED)),
            When(stage=Stage.NEW, then=Value(Why.FIRST)),
            When(stage=Stage.NO_SHOW, then=Value(Why.REBOOK)),
            When(Exists(of_lead), then=Value(Why.TASK)),
            When(stage=Stage.QUALIFIED, then=Value(Why.VERIFY)),
            default=Value(Why.AGAIN),
            output_field=IntegerField(),
        )
        ranked = Lead.objects.filter(pk__in=self._candidates(is_quiet=is_quiet, rows=rows)).annotate(
            call_need=need, task_title=Subquery(of_lead.values("title")[:1])
        )
        drawn = ranked.select_related("isa__user").prefetch_related("phones")
        return list(drawn.order_by("call_need", F("next_call_at").asc(nulls_last=True), "-pk")[: rows + 1])

    def _candidates(self, *, is_quiet: bool, rows: int) -> QuerySet[Lead, int]:
        """The head of each list that an index keeps in order, however long the lists are."""
        quiet = Q(_zone_among(quiet_zones(at=self.at)))
        free = self.mine.filter(next_call_at=None)
        lists = [
            self.mine.filter(stage__in=MINE_TO_CALL, next_call_at__lte=self.at).order_by("next_call_at"),
            free.filter(pk__in=self.due.values("lead")).order_by("-pk"),
            *(free.filter(stage=stage).order_by("-pk") for stage in WANTED),
        ]
        if is_quiet:
            # By day nobody may sleep, and looking for them would go through every lead: the head of each list will do
            heads = [Lead.objects.filter(quiet, pk__in=each.values("pk")[:LOOKED_AT]) for each in lists]
            soon = Q(next_call_at__gt=self.at, next_call_at__lte=self.at + AHEAD)
            heads.append(self.mine.filter(soon, stage__in=MINE_TO_CALL).order_by("next_call_at"))
        else:
            heads = [each.filter(~quiet) for each in lists]
        first, *others = (head.values_list("pk", flat=True)[: rows + 1] for head in heads)
        return first.union(*others)


#: In these stages a lead without a plan wants one.
WANTED = (Stage.NEW, Stage.NO_SHOW, Stage.QUALIFIED, Stage.CONTACTING)


def _zone_among(names: list[str]) -> Func:
    """One parameter however many names: IN would take hundreds."""
    array: Any = Cast(Value("{" + ",".join(names) + "}"), ArrayField(TextField()))
    return Func(F("zone"), array, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


def _row(lead: Lead, *, at: datetime) -> QueueRow:
    is_due = lead.next_call_at is not None and lead.next_call_at <= at
    call = Why(getattr(lead, "call_need", Why.PLANNED if is_due else Why.AGAIN))
    due_at = lead.next_call_at
    why = WORDS[call]
    if call is Why.TASK:
        why = getattr(lead, "task_title", "") or why
    elif call is Why.FIRST:
        why = f"New from {lead.source}, never called" if lead.source else "New, never called"
        due_at = lead.created_at
    elif call is Why.REBOOK:
        due_at = lead.stage_at
    opens_at = quiet_until(lead.zone, at=max(lead.next_call_at or at, at))
    return QueueRow(lead, call, why, due_at, opens_at)
