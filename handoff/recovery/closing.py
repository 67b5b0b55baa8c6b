"""The end of a run: nobody answered, so the lead goes to nurture."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from handoff.locks import lock_lead
from handoff.models import RecoveryClosing, RecoveryRun
from handoff.models.recovery import Because, StepKind
from handoff.recovery.stopping import end_run
from leads.models import Lead
from leads.stages import change_stage
from leads.states import MOVES, Stage, Via
from notifications.promises import doorbell
from notifications.promises.registry import register


def owe_closing(run: RecoveryRun, *, at: datetime) -> None:
    """Owe that the run comes to its end."""
    RecoveryClosing.objects.bulk_create(
        [
            RecoveryClosing(
                key=f"{run.about}|closing", about=run.about, run=run, due_at=at, responsible=run.handoff.setter
            )
        ],
        ignore_conflicts=True,
    )
    doorbell.ring()


def close_run(owed: RecoveryClosing) -> str:
    """Keep the promise: end the run, and move the lead as the play says, if the table of moves allows it.

    Harmless twice: a run ends once. It ends before the lead moves, so that the move does not stop it.
    """
    at = owed.started_at or owed.due_at  # the claim's own time: nothing in here reads a clock
    with transaction.atomic():
        lead = lock_lead(Lead(pk=RecoveryRun.objects.values_list("lead", flat=True).get(pk=owed.run_id)))
        run = RecoveryRun.objects.select_related("lead", "handoff").get(pk=owed.run_id)
        if run.ended_at is not None or not end_run(run, because=Because.FINISHED, at=at):
            return "The recovery had ended before."
        moves = run.steps.filter(kind=StepKind.NURTURE, moves=True).exists()
        if not moves or Stage.NURTURE not in MOVES[Stage(lead.stage)]:
            return "The recovery has ended; the stage stays."
        change_stage(lead=lead, to=Stage.NURTURE, actor=None, via=Via.SYSTEM, at=at, data={"recovery": run.pk})
    return "The recovery has ended, and the lead is in nurture."


register(RecoveryClosing, close_run)
