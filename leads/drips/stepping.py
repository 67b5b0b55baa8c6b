"""A mail of a drip comes due: it is owed, once, and the next one is planned. Nothing here locks a lead."""

from __future__ import annotations

from datetime import datetime

from leads.contacts import primary_email
from leads.drips.planning import STEP, due_after, key_of, plan
from leads.drips.stopping import stop
from leads.drips.words import message_for
from leads.models import DripMail, DripStep, Enrolment
from leads.models.drips import DripState, Why
from leads.timeline import record
from notifications.bulk import owe_bulk, why_not
from notifications.models import Delivery, Timer
from notifications.promises.timers import on_timer

KIND = "drip"


@on_timer(STEP)
def step_due(timer: Timer, *, at: datetime) -> None:
    """Owe the mail that is due, and plan the next. What was removed meanwhile makes room for the one after it."""
    enrolment = _running(timer)
    step = enrolment.next_step if enrolment else None
    if enrolment is None or step is None or timer.key != key_of(enrolment, step):
        return
    if step.removed_at is not None:
        _go_on(enrolment, after=step, at=at)
        return
    lead = enrolment.lead
    if why_not(lead.team, primary_email(lead)):
        stop(Enrolment.objects.filter(pk=enrolment.pk), why=Why.UNSENDABLE, at=at)
        return
    _owe(enrolment, step, at=at)
    _go_on(enrolment, after=step, at=at)


def _running(timer: Timer) -> Enrolment | None:
    pk = int(timer.about.partition("/")[2])
    known = Enrolment.objects.running().select_related(
        "sequence", "next_step", "by", "lead__team", "lead__isa__user", "lead__lpmama"
    )
    return (
        known.prefetch_related("lead__emails", "lead__lpmama__areas")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=pk)
        .first()
    )


def _owe(enrolment: Enrolment, step: DripStep, *, at: datetime) -> None:
    lead, message = enrolment.lead, message_for(step, enrolment.lead)
    owe_bulk(
        team=lead.team,
        address=primary_email(lead),
        zone=lead.zone,
        name=lead.name,
        kind=KIND,
        about=enrolment.about,
        message=message,
        at=at,
        revision=step.pk,
        responsible=lead.isa or enrolment.by,
    )
    delivery = Delivery.objects.filter(about=enrolment.about).latest("pk")
    DripMail.objects.create(enrolment=enrolment, step=step, delivery=delivery, owed_at=at)
    enrolment.last_step = step
    enrolment.save(update_fields=["last_step"])
    words = f"Drip “{enrolment.sequence.name}”: “{message.title}” is on its way"
    record(lead=lead, kind="drip", summary=words, at=at, data={"enrolment": enrolment.pk, "delivery": delivery.pk})


def _go_on(enrolment: Enrolment, *, after: DripStep, at: datetime) -> None:
    """Plan the mail after this one, as the sequence is now; without one the drip is finished."""
    step = (
        DripStep.objects.filter(sequence=enrolment.sequence_id, removed_at=None, after_days__gt=after.after_days)
        .exclude(mails__enrolment=enrolment)
        .first()
    )
    if step is not None:
        due_at = due_after(after, step, enrolment=enrolment, zone_name=enrolment.lead.zone, at=at)
        plan(enrolment, step, due_at=due_at)
        return
    enrolment.state, enrolment.ended_at = DripState.FINISHED, at
    enrolment.next_step = enrolment.next_at = None
    enrolment.save(update_fields=["state", "ended_at", "next_step", "next_at"])
    record(lead=enrolment.lead, kind="drip", summary=f"Drip “{enrolment.sequence.name}” is through", at=at)
