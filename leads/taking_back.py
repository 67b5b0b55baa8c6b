"""A call that was noted by mistake is taken back, and with it what it changed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from leads.contacts import make_primary
from leads.models import BeforeCall, Call, Lead, LeadPhone, Task
from leads.models.calls import CallResult
from leads.queries.calls import last_call_of
from leads.signals import call_taken_back
from leads.stages import Refused
from leads.timeline import record
from leads.todo import restore_task
from teams.models import Membership

#: A slip of the finger is noticed at once; later than that somebody may have built on it.
WITHIN = timedelta(minutes=10)


class TooLateToTakeBack(Refused):
    """The call stands: it was taken back before, too much time has gone by, or another was noted since."""


def keep_task(*, call: Call, task: Task) -> None:
    """Remember what asked for this call, as it is before the call settles it."""
    BeforeCall.objects.filter(call=call).update(task=task, task_due_at=task.due_at, task_is_urgent=task.is_urgent)


@transaction.atomic
def take_back(*, call: Call, actor: Membership, at: datetime) -> None:
    """Let a call not have been: its count, the next call, its task, and what an answer stopped are as before.

    The stage stays: a lead that became Contacting is moved by hand. Raises TooLateToTakeBack, or the Refused of
    whoever cannot go on with what the answer stopped.
    """
    lead = Lead.objects.select_for_update(of=("self",), no_key=True).select_related("team").get(pk=call.lead_id)
    before = BeforeCall.objects.filter(call=call, taken_back_at=None).first()
    if before is None or call.at < at - WITHIN:
        minutes = WITHIN.seconds // 60
        raise TooLateToTakeBack(f"A call can be taken back once, within {minutes} minutes. Note what is true instead.")
    if (last := last_call_of(lead)) is None or last.pk != call.pk:
        raise TooLateToTakeBack("Another call was noted since. Take that one back first.")
    BeforeCall.objects.filter(pk=before.pk).update(taken_back_at=at, taken_back_by=actor)
    _restore(lead, call, before)
    if call.result == CallResult.WRONG_NUMBER and LeadPhone.objects.filter(lead=lead, number=call.phone).exists():
        make_primary(lead=lead, phone=call.phone, actor=actor, at=at)
    words = f"Taken back, noted by mistake: {CallResult(call.result).label.lower()}"
    record(lead=lead, kind="call", summary=words, actor=actor, at=at, data={"call": call.pk, "taken_back": True})
    if call.result == CallResult.ANSWERED:
        call_taken_back.send(sender=Lead, lead=lead, call=call, at=at)


def _restore(lead: Lead, call: Call, before: BeforeCall) -> None:
    lead.unanswered_calls = before.unanswered_calls
    if lead.next_call_at == call.next_call_at:  # else somebody has planned another since
        lead.next_call_at = before.next_call_at
    lead.save(update_fields=["unanswered_calls", "next_call_at", "updated_at"])
    if before.task_id is not None and before.task_due_at is not None:
        restore_task(pk=before.task_id, due_at=before.task_due_at, is_urgent=before.task_is_urgent)
