"""Drips that go on: what stopped them had not happened."""

from __future__ import annotations

from datetime import datetime

from leads.drips.enrolling import STAGES
from leads.drips.planning import due_after, first_due, plan
from leads.models import DripMail, DripStep, Enrolment, Lead
from leads.models.drips import DripState, Why
from leads.timeline import record


def resume_for(*, lead: Lead, stopped_at: datetime, at: datetime) -> None:
    """Let what an answer stopped at that moment go on where it was. One query where nothing was stopped.

    A drip that was switched off meanwhile, or has no mail left, stays as it is, and so does one that was begun anew.
    """
    if lead.stage not in STAGES:
        return
    stopped = Enrolment.objects.filter(lead=lead, state=DripState.STOPPED, why=Why.REPLIED, ended_at=stopped_at)
    for enrolment in stopped.filter(sequence__is_on=True).select_related("sequence", "last_step", "lead"):
        running = Enrolment.objects.running().filter(lead=lead, sequence=enrolment.sequence_id)
        step = _next_step(enrolment)
        if step is None or running.exists():
            continue
        enrolment.state, enrolment.why, enrolment.ended_at, enrolment.remark = DripState.RUNNING, "", None, ""
        enrolment.ended_by = None
        enrolment.save(update_fields=["state", "why", "ended_at", "remark", "ended_by"])
        plan(enrolment, step, due_at=_due_at(enrolment, step))
        words = f"Drip “{enrolment.sequence.name}” goes on"
        record(lead=lead, kind="drip", summary=words, at=at, data={"enrolment": enrolment.pk})


def _next_step(enrolment: Enrolment) -> DripStep | None:
    steps = DripStep.objects.filter(sequence=enrolment.sequence_id, removed_at=None).exclude(mails__enrolment=enrolment)
    if enrolment.last_step is not None:
        steps = steps.filter(after_days__gt=enrolment.last_step.after_days)
    return steps.first()


def _due_at(enrolment: Enrolment, step: DripStep) -> datetime:
    """When it would have gone out: so long after the last mail, or else after the enrolment."""
    zone, last = enrolment.lead.zone, enrolment.last_step
    sent = DripMail.objects.filter(enrolment=enrolment, step=last).first() if last else None
    if last is None or sent is None:
        return first_due(step, zone_name=zone, at=enrolment.started_at)
    return due_after(last, step, enrolment=enrolment, zone_name=zone, at=sent.owed_at)
