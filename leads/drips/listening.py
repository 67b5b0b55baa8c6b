"""What starts and stops drips by itself: a stage, a word of the client, a bounce, a merge."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from leads.drips.enrolling import STAGES, NotEnrolled, NotReady, enrol
from leads.drips.resuming import resume_for
from leads.drips.stopping import stop, stop_for
from leads.models import Call, DripSequence, Enrolment, Lead, StageChange
from leads.models.drips import Why
from leads.signals import call_taken_back, client_answered, leads_merged, opted_out, stage_changed
from leads.states import Stage
from leads.timeline import record
from notifications.models.mails import MailHow
from notifications.signals import mail_declined
from teams.models import Team

#: A handoff opens at these, and stops what runs itself: it keeps the receipt.
OPENS_A_HANDOFF = frozenset({Stage.APPOINTMENT_SET, Stage.HANDED_OFF})


@receiver(stage_changed, dispatch_uid="leads.drip_by_stage")
def follow_stage(*, change: StageChange, **_: Any) -> None:
    """Start what a stage starts, for who was never in it; stop everything where drips have no place."""
    if change.to in OPENS_A_HANDOFF:
        return
    if change.to not in STAGES:
        why = Why.LOST if change.to == Stage.LOST else Why.HANDED_OFF
        stop_for(lead=change.lead, why=why, at=change.at)
        return
    sequence = _started_by(change)
    if sequence is None:
        return
    try:
        enrol(lead=change.lead, sequence=sequence, actor=None, at=change.at)
    except (NotEnrolled, NotReady) as refusal:
        words = f"Drip “{sequence.name}” did not start: {refusal}"
        record(lead=change.lead, kind="drip", summary=words, at=change.at)


def _started_by(change: StageChange) -> DripSequence | None:
    sequences = DripSequence.objects.filter(team=change.lead.team_id, on_stage=change.to, is_on=True)
    return sequences.exclude(enrolments__lead=change.lead_id).select_related("team").first()


@receiver(client_answered, dispatch_uid="leads.drip_answered")
def stop_on_answer(*, lead: Lead, at: datetime, **_: Any) -> None:
    """Somebody who talks to us is talked to, by a person."""
    stop_for(lead=lead, why=Why.REPLIED, at=at)


@receiver(call_taken_back, dispatch_uid="leads.drip_goes_on")
def go_on_without_answer(*, lead: Lead, call: Call, at: datetime, **_: Any) -> None:
    """There was no answer: what it stopped goes on."""
    resume_for(lead=lead, stopped_at=call.at, at=at)


@receiver(opted_out, dispatch_uid="leads.drip_opted_out")
def stop_on_opting_out(*, lead: Lead, at: datetime, **_: Any) -> None:
    """They want nothing more that they did not ask for."""
    stop_for(lead=lead, why=Why.OPTED_OUT, at=at)


@receiver(mail_declined, dispatch_uid="leads.drip_bounced")
def stop_on_bounce(*, team: Team, address: str, how: MailHow, at: datetime, **_: Any) -> None:
    """Mail that comes back is not followed by more."""
    if how == MailHow.BOUNCED:
        theirs = Enrolment.objects.filter(
            sequence__team=team, lead__emails__address=address, lead__emails__is_primary=True
        )
        stop(theirs, why=Why.BOUNCED, at=at)


@receiver(leads_merged, dispatch_uid="leads.drip_merged")
def follow_merge(*, survivor: Lead, other: Lead, at: datetime, **_: Any) -> None:
    """The survivor keeps their own drips; those of the other end, and stand with the survivor."""
    stop_for(lead=other, why=Why.MERGED, at=at)
    Enrolment.objects.filter(lead=other).update(lead=survivor)
