"""What somebody does next: one step a lead, the most urgent first, and the tasks that are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from leads.models import Lead, Recording, Task
from leads.models.leads import LeadQuerySet
from leads.models.recordings import RecordingKind
from leads.queries.next_step import Need, Step, step_of_lead, step_of_task
from leads.queries.tasks import open_tasks
from leads.states import Stage
from teams.models import Membership

ROWS = 40
#: Calls this far ahead are already on the desk.
AHEAD = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Desk:
    """Steps to take, and leads that wait for an agent."""

    steps: Sequence[Step]
    waiting: Sequence[Step]
    is_cut: bool


def desk_of(membership: Membership, *, at: datetime, rows: int = ROWS) -> Desk:
    """What this person does next. Five queries, whatever the number of leads and tasks."""
    tasks = open_tasks(membership, rows=rows + 1)
    leads = list(_leads(membership, at=at, rows=rows)[: rows + 1])
    is_cut = max(len(tasks), len(leads)) > rows
    del tasks[rows:]
    named = {task.lead_id: task for task in reversed(tasks) if task.lead_id}
    steps = [step_of_task(task, at=at) for task in tasks if task.lead_id is None]
    steps += [step_of_lead(lead, named.pop(lead.pk, None), at=at) for lead in leads[:rows]]
    steps += [step_of_task(task, at=at) for task in named.values()]
    steps.sort(key=lambda step: step.rank)  # stable: within a rank the order of the queries stands
    return Desk(
        steps=[step for step in steps if step.need is not Need.WAITING],
        waiting=[step for step in steps if step.need is Need.WAITING],
        is_cut=is_cut,
    )


def _leads(membership: Membership, *, at: datetime, rows: int) -> LeadQuerySet:
    """Mine that want something, ranked by the database so that the limit cuts the least urgent.

    Whom nobody reached, or who was talked to and recorded, wants nothing before the call that is planned with them.
    """
    owed = Recording.objects.filter(lead=OuterRef("pk"), kind=RecordingKind.TO_FOLLOW)
    due = Task.objects.wanted(at).filter(lead=OuterRef("pk"), assignee=membership)
    planned = Q(next_call_at__gt=at) & (Q(unanswered_calls__gt=0) | Exists(_any_recording()))
    need = Case(
        When(Exists(due), then=Value(Need.TASK)),
        When(next_call_at__lte=at, then=Value(Need.CALL)),
        When(stage=Stage.NO_SHOW, then=Value(Need.REBOOK)),
        When(stage=Stage.NEW, then=Value(Need.FIRST_CALL)),
        When(~planned, stage=Stage.QUALIFIED, then=Value(Need.QUALIFIED)),
        When(Exists(owed), then=Value(Need.RECORDING)),
        When(planned, stage__in=(Stage.QUALIFIED, Stage.CONTACTING), then=Value(Need.CALL_LATER)),
        When(next_call_at__lte=at + AHEAD, then=Value(Need.CALL_LATER)),
        When(stage=Stage.CONTACTING, then=Value(Need.CONTACTING)),
        default=Value(Need.WAITING),
        output_field=IntegerField(),
    )
    mine = Lead.objects.filter(pk__in=_candidates(membership, at=at, rows=rows)).exclude(stage__in=_OVER)
    return (
        mine.annotate(need=need, owes_recording=Exists(owed), has_recording=Exists(_any_recording()))
        .select_related("team", "lpmama", "verification", "owner__user")
        .prefetch_related("lpmama__areas", "phones", "emails")
        .order_by("need", F("next_call_at").asc(nulls_last=True), "-pk")
    )


def _candidates(membership: Membership, *, at: datetime, rows: int) -> QuerySet[Lead, int]:
    """Who could be among the first: the head of each list that an index keeps in order, however long the lists are."""
    mine = Lead.objects.filter(isa=membership, team_id=membership.team_id)
    owing = Recording.objects.filter(kind=RecordingKind.TO_FOLLOW).values("lead")
    busy = Task.objects.wanted(at + AHEAD).filter(assignee=membership).values("lead")
    heads = [
        mine.filter(next_call_at__lte=at + AHEAD).order_by("next_call_at"),
        mine.filter(pk__in=busy).order_by("-pk"),
        mine.filter(pk__in=owing).order_by("-pk"),
        *(mine.filter(stage=stage).order_by("-pk") for stage in _WANTED),
    ]
    first, *others = (head.values_list("pk", flat=True)[: rows + 1] for head in heads)
    return first.union(*others)


_WANTED = (Stage.NEW, Stage.CONTACTING, Stage.QUALIFIED, Stage.NO_SHOW, Stage.APPOINTMENT_SET, Stage.HANDED_OFF)
_OVER = (Stage.CLOSED, Stage.LOST)


def _any_recording() -> QuerySet[Recording]:
    return Recording.objects.filter(lead=OuterRef("pk"))


def counts_of(membership: Membership, *, at: datetime) -> dict[str, int]:
    """How many of one's leads want what."""
    counted = Q(stage__in=_WANTED) | Q(next_call_at__lte=at)
    mine = Lead.objects.filter(counted, isa=membership, team_id=membership.team_id)
    return mine.aggregate(
        calls=Count("pk", filter=Q(next_call_at__lte=at) & ~Q(stage__in=_OVER)),
        new=Count("pk", filter=Q(stage=Stage.NEW)),
        qualified=Count("pk", filter=Q(stage=Stage.QUALIFIED)),
        no_show=Count("pk", filter=Q(stage=Stage.NO_SHOW)),
        waiting=Count("pk", filter=Q(stage__in=(Stage.APPOINTMENT_SET, Stage.HANDED_OFF))),
    )
