"""A run of the play: it begins with a no-show, and each of its steps is a timer that fires once.

The timers are the run's own (``recovery/12``), since those of the handoff end with it. Their handler takes no lock of
a lead (see ``handoff.locks``); what needs one, the end, is a promise (``closing``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from handoff.models import Handoff, RecoveryRun, RecoveryStep
from handoff.models.recovery import Because, StepKind, StepResult
from handoff.ownership import who_gets_it_back
from handoff.phrases import local_moment
from handoff.recovery.closing import owe_closing
from handoff.recovery.play import play_of
from handoff.recovery.steps import Step
from handoff.recovery.stopping import stop_for
from handoff.recovery.telling import write_to_client
from handoff.recovery.times import due_at
from handoff.states import HandoffStatus
from leads.models import Lead, Task
from leads.stages import Refused
from leads.states import Stage
from leads.timeline import record
from leads.todo import add_task, finish_tasks
from notifications.models import Timer
from notifications.promises.timers import on_timer, set_timer
from teams.models import Membership
from teams.quiet_hours import is_quiet, quiet_until

STEP: Final = "recovery_step"
#: Stages in which somebody still tries to bring the client back.
PLAYED_IN: Final = (Stage.NO_SHOW, Stage.CONTACTING)
#: A no-show is called while it is fresh; later calls have the day.
CALL_WITHIN: Final = timedelta(hours=1)
LATER_CALL_WITHIN: Final = timedelta(hours=6)
_CALL_TITLES: Final = {
    "no_show_call": "Call {name} today: did not show",
    "no_show_last": "Call {name} one last time after the no-show",
}
_CALL_TITLE: Final = "Call {name} again after the no-show"


def start(*, handoff: Handoff, at: datetime) -> RecoveryRun | None:
    """Begin the play for a no-show, under the lead's lock. None where it would make no sense, or has no steps.

    A run that ended because the outcome was corrected goes on where it was when that is corrected once more.
    """
    lead = Lead.objects.select_related("team").get(pk=handoff.lead_id)
    is_elsewhere = Handoff.objects.filter(lead=lead, status=HandoffStatus.OPEN).exists()
    if is_elsewhere or Stage(lead.stage) not in PLAYED_IN:
        return None
    before = RecoveryRun.objects.filter(handoff=handoff).first()
    if before is not None:
        return _go_on(before, at=at)
    play = play_of(lead.team)
    if not play.is_on:
        return None
    stop_for(lead, because=Because.ANOTHER, at=at)  # of two no-shows the newer one is spoken of
    run = RecoveryRun.objects.create(team=lead.team, lead=lead, handoff=handoff, version=play.version, started_at=at)
    steps = [_frozen(step, run, lead, at=at) for step in play.steps if step.is_on or step.is_end]
    for step in RecoveryStep.objects.bulk_create(steps):
        _set_timer(run, step)
    calls = sum(step.kind == StepKind.CALL for step in steps)
    planned = f"{calls} call{'' if calls == 1 else 's'} planned, until {local_moment(steps[-1].due_at, lead.zone)}"
    data = {"recovery": run.pk, "handoff": handoff.pk}
    record(lead=lead, kind="recovery", summary=f"No-show recovery begins: {planned}", at=at, data=data)
    return run


def _frozen(step: Step, run: RecoveryRun, lead: Lead, *, at: datetime) -> RecoveryStep:
    return RecoveryStep(
        run=run,
        name=step.name,
        kind=step.kind,
        day=step.day,
        way=step.way,
        title=step.title,
        text=step.text,
        short=step.short,
        script=step.script,
        moves=step.is_end and step.is_on,
        due_at=due_at(step, zone_name=lead.zone, started_at=at),
    )


def _go_on(run: RecoveryRun, *, at: datetime) -> RecoveryRun | None:
    if run.because != Because.CORRECTED:
        return None
    stop_for(run.lead, because=Because.ANOTHER, at=at)
    _resume(run, at=at)
    return run


def go_on_without_answer(*, lead: Lead, stopped_at: datetime, at: datetime) -> None:
    """Go on with the run that an answer stopped at that moment, since there was none. Call it under the lead's lock.

    Raises Refused where every step was taken: the end that was owed then is dropped for good.
    """
    ended = RecoveryRun.objects.filter(lead=lead, because=Because.ANSWERED, ended_at=stopped_at)
    run = ended.select_related("lead").first()
    if run is None:
        return
    if not run.steps.filter(taken_at=None).exists():
        raise Refused("This call ended the no-show recovery at its last step, and that cannot be taken back.")
    _resume(run, at=at)
    Task.objects.filter(key__startswith=f"{run.about}|", done_at=stopped_at).update(done_at=None)


def _resume(run: RecoveryRun, *, at: datetime) -> None:
    RecoveryRun.objects.filter(pk=run.pk).update(ended_at=None, because="", note="", ended_by=None)
    for step in run.steps.filter(taken_at=None):
        _set_timer(run, step)
    record(lead=run.lead, kind="recovery", summary="No-show recovery goes on", at=at, data={"recovery": run.pk})


def _set_timer(run: RecoveryRun, step: RecoveryStep) -> None:
    set_timer(key=f"{run.about}|{step.pk}", kind=STEP, about=run.about, due_at=step.due_at)


@on_timer(STEP)
def take_step(timer: Timer, *, at: datetime) -> None:
    """Do what is due: write, ask for a call, or bring the run to its end."""
    step = RecoveryStep.objects.select_related(
        "run__lead__owner__user", "run__team", "run__handoff__agent__user", "run__handoff__agent__profile",
        "run__handoff__setter__user", "run__handoff__appointment", "run__handoff__team", "run__handoff__lead",
    ).get(pk=int(timer.key.partition("|")[2]))  # fmt: skip
    run = step.run
    if run.ended_at is not None:
        return
    if step.kind != StepKind.NURTURE and not _is_superseded(step, at=at) and is_quiet(run.lead.zone, at=at):
        step.due_at = quiet_until(run.lead.zone, at=at)
        step.save(update_fields=["due_at"])
        _set_timer(run, step)
        return
    step.taken_at, step.result = at, _take(step, at=at)
    step.save(update_fields=["taken_at", "result"])


def _take(step: RecoveryStep, *, at: datetime) -> StepResult:
    if step.kind == StepKind.NURTURE:
        owe_closing(step.run, at=at)
        return StepResult.DONE
    if _is_superseded(step, at=at):
        return StepResult.SKIPPED
    if step.kind == StepKind.CALL:
        _ask_for_call(step, at=at)
        return StepResult.DONE
    return write_to_client(step, at=at)


def _is_superseded(step: RecoveryStep, *, at: datetime) -> bool:
    """Whether a later step of its kind is due as well, as after an outage: one message is sent, one call asked for.

    Nobody is asked to call a lead who goes to nurture this minute.
    """
    is_later = Q(due_at__gt=step.due_at) | Q(due_at=step.due_at, pk__gt=step.pk)
    kinds = [step.kind, StepKind.NURTURE] if step.kind == StepKind.CALL else [step.kind]
    return step.run.steps.filter(is_later, kind__in=kinds, due_at__lte=at).exists()


def _ask_for_call(step: RecoveryStep, *, at: datetime) -> None:
    """Ask the ISA; an earlier call that nobody made is this one now."""
    run, handoff = step.run, step.run.handoff
    caller = _who_calls(run)
    met = handoff.appointment.starts_at if handoff.appointment else handoff.opened_at
    finish_tasks(key_prefix=f"{run.about}|", at=at)
    add_task(
        key=f"{run.about}|{step.pk}",
        assignee=caller,
        lead=run.lead,
        kind="no_show_call",
        title=_CALL_TITLES.get(step.script, _CALL_TITLE).format(name=run.lead.name),
        detail=f"Was to meet {handoff.agent.user.name}, {local_moment(met, caller.user.zone)}. Offer a new time.",
        script=step.script,
        is_urgent=step.day == 0,
        at=at,
        due_at=at + (CALL_WITHIN if step.day == 0 else LATER_CALL_WITHIN),
    )


def _who_calls(run: RecoveryRun) -> Membership:
    """Whoever has the lead by now, if they make calls; else who set the appointment."""
    owner = run.lead.owner
    return owner if owner and owner.ended_at is None and not owner.is_agent else who_gets_it_back(run.handoff)
