"""The agent's report: did they show, was it a good lead, what happens next. It closes the handoff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Unpack

from django.db import transaction

from handoff import due, words
from handoff.asked import settle_questions
from handoff.errors import Refused
from handoff.locks import lock_lead
from handoff.models import Appointment, Handoff, Outcome
from handoff.models.outcomes import NextStep, Reason, Showed
from handoff.ownership import owe_owner, who_gets_it_back
from handoff.phrases import local_moment
from handoff.reports import Report, Said, checked
from handoff.routing.credits import credit_for_outcome
from handoff.signals import outcome_recorded
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.telling import nudge_soon
from handoff.timing import call_off_timers
from leads.ownership import give_lead
from leads.stages import change_stage
from leads.states import MOVES, Stage, Via
from leads.timeline import record
from leads.todo import add_task, finish_tasks
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import drop_waiting, owe_member
from teams.models import Membership

#: Who is to be given another time is called while it is fresh.
CALL_WITHIN: Final = timedelta(hours=1)
REBOOK_CALL: Final = "rebook_call"
#: What becomes of the appointment.
BECOMES: Final = {
    Showed.YES: AppointmentStatus.HELD,
    Showed.NO: AppointmentStatus.NO_SHOW,
    Showed.MOVED: AppointmentStatus.CANCELLED,
}
STAGE_OF_STEP: Final[Mapping[str, Stage]] = {NextStep.SIGNED: Stage.SIGNED, NextStep.NURTURE: Stage.NURTURE}


class OutcomeRefused(Refused):
    """This outcome cannot be recorded, or not now, or not by this person."""


class AlreadyReported(OutcomeRefused):
    """There is one already, and it stands."""


class NotYet(OutcomeRefused):
    """The appointment has not begun."""


class NotOpen(OutcomeRefused):
    """The handoff was cancelled or taken back."""


class NotYours(OutcomeRefused):
    """Only the agent who has the lead, and the team lead, may say how it went."""


@transaction.atomic
def record_outcome(*, handoff: Handoff, actor: Membership, via: Via, at: datetime, **answers: Unpack[Said]) -> Outcome:
    """Close the handoff with what came of it: appointment, stage, owner, timers and tasks follow.

    Of two people reporting at once the first is heard; the second gets AlreadyReported. *Moved* is for a meeting that
    has no new time yet; with one, ``handoff.postponing`` goes on with the handoff. Raises InvalidOutcome, NotYet,
    NotOpen, NotYours.
    """
    report = checked(answers)
    lock_lead(handoff.lead)
    current = Handoff.objects.select_related("lead__team", "appointment", "agent__user", "setter__user", "team").get(
        pk=handoff.pk
    )
    check_may_report(current, actor, at=at)
    call_off_timers(current, at=at)
    _close(current, report, at=at)
    handoff.status, handoff.closed_at = current.status, current.closed_at = HandoffStatus.REPORTED, at

    outcome = Outcome.objects.create(
        **report.fields(currency=current.team.currency),
        handoff=current,
        recorded_by=actor,
        recorded_at=at,
        is_on_time=at <= current.outcome_due_at,
        via=via,
    )
    _tell_the_story(current, outcome, actor=actor, at=at)
    move_lead(current, report, actor=actor, via=via, at=at)
    _call_off_asking(current, at=at)
    settle_questions(current, words.outcome_known(current, outcome), at=at)
    if report.showed != Showed.YES:
        give_back(current, report, at=at)
    _tell_setter(current, outcome, actor=actor, at=at)
    outcome_recorded.send(sender=Outcome, handoff=current, outcome=outcome, was=None, actor=actor, at=at)
    return outcome


def check_may_report(handoff: Handoff, actor: Membership, *, at: datetime) -> None:
    """Raise NotYours, AlreadyReported, NotOpen or NotYet unless this member can report this handoff now."""
    if actor.team_id != handoff.team_id or not (actor.pk == handoff.agent_id or actor.is_lead):
        raise NotYours("Only the agent who has this lead, or the team lead, can report how it went.")
    if handoff.status == HandoffStatus.REPORTED:
        raise AlreadyReported("This outcome is reported already.")
    if handoff.status != HandoffStatus.OPEN:
        raise NotOpen("This handoff was called off, so there is nothing to report.")
    if handoff.appointment and at < handoff.appointment.starts_at:
        starts = local_moment(handoff.appointment.starts_at, actor.user.zone)
        raise NotYet(f"The appointment has not begun: it starts {starts}.")


def _close(handoff: Handoff, report: Report, *, at: datetime) -> None:
    """Both by compare-and-swap: whoever comes second finds nothing to change."""
    open_one = Handoff.objects.filter(pk=handoff.pk, status=HandoffStatus.OPEN)
    credit = credit_for_outcome(report.showed)
    if not open_one.update(status=HandoffStatus.REPORTED, closed_at=at, credit=credit):
        raise AlreadyReported("Somebody else has just reported or called off this handoff.")
    if handoff.appointment is None:
        return
    became: dict[str, str] = {"status": BECOMES[report.showed]}
    if report.showed == Showed.MOVED:
        became["cancel_reason"] = "They agreed on another time"
    booked = Appointment.objects.filter(pk=handoff.appointment.pk, status=AppointmentStatus.BOOKED)
    if not booked.update(**became):
        raise NotOpen("This appointment was called off, so there is nothing to report.")
    handoff.appointment.status = BECOMES[report.showed]


def move_lead(handoff: Handoff, report: Report, *, actor: Membership, via: Via, at: datetime) -> None:
    """Move the lead as far as the table of moves allows: if somebody has moved it on since, that stands."""
    lead = handoff.lead
    for stage in stages_after(report):
        if stage in MOVES[Stage(lead.stage)]:
            change_stage(lead=lead, to=stage, actor=actor, via=via, at=at, data={"handoff": handoff.pk})


def stages_after(report: Report) -> list[Stage]:
    """Return where this outcome takes a lead, step by step: the stage that was named, else what the next step means."""
    first = {Showed.YES: Stage.MET, Showed.NO: Stage.NO_SHOW, Showed.MOVED: Stage.QUALIFIED}[report.showed]
    named = Stage(report.stage) if report.stage else STAGE_OF_STEP.get(report.next_step)
    if report.showed == Showed.NO and not report.stage:
        named = None  # a no-show is called before it is put away
    return [first] if named in {None, first} else [first, named]


def _call_off_asking(handoff: Handoff, *, at: datetime) -> None:
    drop_waiting(about=handoff.about, kinds=due.QUESTIONS, at=at)
    finish_tasks(key_prefix=f"{handoff.about}|", at=at)


def give_back(handoff: Handoff, report: Report, *, at: datetime) -> None:
    """Whom nobody met is never left to drift: the lead is the setter's again, who is asked to call.

    After a no-show the play asks (``handoff.recovery``).
    """
    back_to = who_gets_it_back(handoff)
    # Owed besides, as the last word: a promise to the agent that is being kept this very moment finds itself replaced.
    owe_owner(handoff, to=back_to, at=at)
    nudge_soon(handoff)
    if report.showed == Showed.NO:
        give_lead(lead=handoff.lead, to=back_to, at=at, summary=f"No-show: back to {back_to.user.name}")
        return
    give_lead(lead=handoff.lead, to=back_to, at=at, summary=f"Moved, without a new time: back to {back_to.user.name}")
    met = handoff.appointment.starts_at if handoff.appointment else handoff.opened_at
    was_to_meet = f"Was to meet {handoff.agent.user.name}, {local_moment(met, back_to.user.zone)}"
    add_task(
        key=f"{handoff.about}|{REBOOK_CALL}|r{handoff.revision}",
        assignee=back_to,
        title=f"Set a new time with {handoff.lead.name}: they asked to move",
        kind=REBOOK_CALL,
        at=at,
        due_at=at + CALL_WITHIN,
        lead=handoff.lead,
        detail=f"{was_to_meet}; they agreed on another time and set none. {report.note}".strip(),
        is_urgent=True,
    )


def _tell_the_story(handoff: Handoff, outcome: Outcome, *, actor: Membership, at: datetime) -> None:
    details = [str(Reason(outcome.reason).label)] if outcome.reason else []
    details += [str(NextStep(outcome.next_step).label)] if outcome.next_step else []
    record(
        lead=handoff.lead,
        kind="outcome",
        summary=". ".join([f"{actor.user.name} reported: {words.verdict(outcome)}", *details]),
        actor=actor,
        at=at,
        data={"handoff": handoff.pk, "showed": outcome.showed, "is_good": outcome.is_good, "reason": outcome.reason},
    )


def _tell_setter(handoff: Handoff, outcome: Outcome, *, actor: Membership, at: datetime) -> None:
    if handoff.setter_id == actor.pk:
        return
    owe_member(
        handoff.setter,
        kind="outcome_reported",
        about=handoff.about,
        audience=Audience.ISA,
        message=words.outcome_reported(handoff, outcome),
        at=at,
        revision=handoff.revision,
        email=False,
        group=Group.OUTCOMES,
    )
