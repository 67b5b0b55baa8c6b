"""How a run ends: what was planned is called off, what waits is dropped, and the story says why."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from handoff.errors import Refused
from handoff.locks import lock_lead
from handoff.models import Handoff, RecoveryClosing, RecoveryRun
from handoff.models.recovery import Because
from leads.models import Lead
from leads.timeline import record
from leads.todo import finish_tasks
from notifications.owing import drop_waiting
from notifications.promises.endings import drop
from notifications.promises.timers import call_off
from teams.models import Membership

#: The kind of the deliveries to the client; they are owed for the handoff, where its other receipts are.
MESSAGE: Final = "recovery_message"
_MOOT: Final = "Not sent: the recovery had ended."


class NotRunning(Refused):
    """The run has ended already."""


def running_for(lead: Lead) -> RecoveryRun | None:
    """Return the run under way for this lead."""
    return RecoveryRun.objects.running().filter(lead=lead).select_related("lead", "handoff").first()


def stop_for(lead: Lead, *, because: Because, at: datetime, note: str = "", by: Membership | None = None) -> bool:
    """End the lead's run, if one is under way. Call it under the lead's lock."""
    run = running_for(lead)
    return run is not None and end_run(run, because=because, at=at, note=note, by=by)


@transaction.atomic
def stop_by_hand(*, handoff: Handoff, reason: str, actor: Membership, at: datetime) -> None:
    """End the run of a no-show because a person says so, and why. Raises NotRunning."""
    lock_lead(handoff.lead)
    run = RecoveryRun.objects.filter(handoff=handoff).select_related("lead", "handoff").first()
    if run is None or not end_run(run, because=Because.BY_HAND, at=at, note=reason, by=actor):
        raise NotRunning("There is no recovery under way here any more.")


def end_run(run: RecoveryRun, *, because: Because, at: datetime, note: str = "", by: Membership | None = None) -> bool:
    """End it; False if somebody else has. What a step owes that is firing this moment is waited for, and dropped too.

    A run that came to its end leaves its last message be: nothing has made that one moot.
    """
    call_off(about=run.about, at=at)  # before all else: a step that is firing holds its timer, and writes what follows
    running = RecoveryRun.objects.running().filter(pk=run.pk)
    if not running.update(ended_at=at, because=because, note=note[:300], ended_by=by):
        return False
    run.ended_at, run.because, run.note, run.ended_by = at, because, note[:300], by
    if because != Because.FINISHED:
        drop_waiting(about=run.handoff.about, kinds=[MESSAGE], at=at)
    drop(RecoveryClosing.objects.filter(run=run), at=at, answer=_MOOT)
    finish_tasks(key_prefix=f"{run.about}|", at=at)
    record(lead=run.lead, kind="recovery", summary=_words(run), actor=by, at=at, data={"recovery": run.pk})
    return True


def _words(run: RecoveryRun) -> str:
    if run.because == Because.FINISHED:
        return "No-show recovery went to its end without an answer"
    more = f" ({run.note})" if run.note else ""
    return f"No-show recovery stopped: {_WHY[Because(run.because)]}{more}"


_WHY: Final = {
    Because.REBOOKED: "booked again",
    Because.ANSWERED: "the client answered",
    Because.OPTED_OUT: "the client wants no more messages",
    Because.MOVED_ON: "the lead was moved on",
    Because.LOST: "the lead is lost",
    Because.MERGED: "the lead was merged into another",
    Because.CORRECTED: "they did come",
    Because.BY_HAND: "by hand",
    Because.ANOTHER: "another no-show begins its own",
}
