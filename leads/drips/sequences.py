"""A team's sequences: written, edited and switched by its team leads. What is edited counts for mails yet to come."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from leads.drips.enrolling import STAGES, first_step
from leads.drips.stopping import stop
from leads.drips.words import check_subject, check_text
from leads.models import DripSequence, DripStep, Enrolment
from leads.models.drips import Why
from leads.stages import Refused
from leads.states import Stage
from teams.changes import note_change, set_fields
from teams.models import Membership, Team

PART = "drips"
MOST_STEPS = 30


class NameTaken(Refused):
    """The team has a drip of this name."""


class StageTaken(Refused):
    """Another drip starts at this stage, or none can."""


class DayTaken(Refused):
    """Another mail of this drip goes out that day."""


def add_sequence(*, team: Team, name: str, actor: Membership, at: datetime) -> DripSequence:
    """Begin a sequence, switched off and empty. Raises NameTaken."""
    try:
        with transaction.atomic():
            sequence = DripSequence.objects.create(team=team, name=name, created_at=at)
            note_change(actor=actor, part=PART, words=f"“{name}” added", at=at)
    except IntegrityError:
        raise NameTaken(f"There is a drip called “{name}” already: choose another name.") from None
    return sequence


def change_sequence(*, sequence: DripSequence, name: str, on_stage: str, actor: Membership, at: datetime) -> None:
    """Call it so, and start it at that stage (empty: at none). Raises NameTaken, StageTaken."""
    if on_stage and on_stage not in STAGES:
        raise StageTaken("A drip starts where no agent has the lead: choose another stage.")
    team = DripSequence.objects.filter(team=sequence.team_id).exclude(pk=sequence.pk)
    if team.filter(name__iexact=name).exists():
        raise NameTaken(f"There is a drip called “{name}” already: choose another name.")
    if on_stage and (other := team.filter(on_stage=on_stage).first()):
        raise StageTaken(f"“{other.name}” starts at {Stage(on_stage).label} already: change that one first.")
    with transaction.atomic():
        told = set_fields(sequence, {"name": name, "on_stage": on_stage})
        if told:
            note_change(actor=actor, part=PART, words=f"“{name}”: {told}", at=at)


@transaction.atomic
def switch_on(*, sequence: DripSequence, actor: Membership, at: datetime) -> None:
    """Let leads be enrolled. Raises enrolling.NotReady, which says what it lacks."""
    sequence.is_on = True
    try:
        first_step(sequence)
    except Refused:
        sequence.is_on = False
        raise
    sequence.save(update_fields=["is_on"])
    note_change(actor=actor, part=PART, words=f"“{sequence.name}” switched on", at=at)


@transaction.atomic
def switch_off(*, sequence: DripSequence, actor: Membership, at: datetime) -> int:
    """Stop it for everybody. Returns for how many leads it ran."""
    DripSequence.objects.select_for_update(no_key=True).get(pk=sequence.pk)  # who is being enrolled is there then
    sequence.is_on = False
    sequence.save(update_fields=["is_on"])
    stopped = stop(Enrolment.objects.filter(sequence=sequence), why=Why.SWITCHED_OFF, at=at, actor=actor)
    note_change(actor=actor, part=PART, words=f"“{sequence.name}” switched off for {len(stopped)} leads", at=at)
    return len(stopped)


def save_step(
    *, step: DripStep, after_days: int, hour: int, subject: str, text: str, actor: Membership, at: datetime
) -> DripStep:
    """Keep a mail, a new one (without a key) or an edited one. Raises BadWording, DayTaken."""
    check_subject(subject)
    check_text(text)
    there = DripStep.objects.filter(sequence=step.sequence_id, removed_at=None).exclude(pk=step.pk)
    if there.filter(after_days=after_days).exists():
        raise DayTaken(f"Another mail goes out on day {after_days}: choose another day.")
    is_new = not step.pk
    if is_new and there.count() >= MOST_STEPS:
        raise DayTaken(f"A drip has at most {MOST_STEPS} mails.")
    step.after_days, step.hour, step.subject, step.text = after_days, hour, subject, text
    with transaction.atomic():
        step.save()
        what = "added" if is_new else "changed"
        words = f"“{step.sequence.name}”: mail of day {after_days} {what}, “{subject}”"
        note_change(actor=actor, part=PART, words=words, at=at)
    return step


@transaction.atomic
def remove_step(*, step: DripStep, actor: Membership, at: datetime) -> None:
    """Send it to nobody any more; what it did stays in the figures."""
    if DripStep.objects.filter(pk=step.pk, removed_at=None).update(removed_at=at):
        words = f"“{step.sequence.name}”: mail of day {step.after_days} removed, “{step.subject}”"
        note_change(actor=actor, part=PART, words=words, at=at)
