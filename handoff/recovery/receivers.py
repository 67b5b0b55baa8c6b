"""What begins and stops a recovery. All of it happens in the announcer's transaction, under the lead's lock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.dispatch import receiver

from handoff.models import FormerOutcome, Handoff, Outcome, RecoveryRun
from handoff.models.outcomes import Showed
from handoff.models.recovery import Because
from handoff.phrases import local_moment
from handoff.recovery import running
from handoff.recovery.stopping import end_run, stop_for
from handoff.signals import handoff_opened, outcome_recorded
from leads.models import Call, Lead, StageChange
from leads.signals import call_taken_back, client_answered, leads_merged, opted_out, stage_changed
from leads.states import Heard, Stage, Via
from leads.timeline import record

#: A client who answered, and books some weeks later, came back because somebody stayed in touch.
RECOVERED_WITHIN: Final = timedelta(days=30)
#: These open a handoff, and so stop a run as booked again; the others of PLAYED_IN leave it be.
_BOOKING: Final = (Stage.APPOINTMENT_SET, Stage.HANDED_OFF)
#: Whom somebody met has come after all: a corrected outcome moves them so.
_WHY: Final = {Stage.LOST: Because.LOST, Stage.MET: Because.CORRECTED}


@receiver(outcome_recorded, dispatch_uid="recovery.follow_outcome")
def follow_outcome(*, handoff: Handoff, outcome: Outcome, was: FormerOutcome | None, at: datetime, **_: Any) -> None:
    """Begin with a no-show; stop when it turns out to be none. What else is corrected is no new no-show."""
    if outcome.showed == Showed.NO:
        if was is None or was.showed != Showed.NO:
            running.start(handoff=handoff, at=at)
        return
    for run in RecoveryRun.objects.running().filter(handoff=handoff).select_related("lead", "handoff"):
        end_run(run, because=Because.CORRECTED, at=at)


@receiver(handoff_opened, dispatch_uid="recovery.stop_when_rebooked")
def stop_when_rebooked(*, handoff: Handoff, at: datetime, **_: Any) -> None:
    """Stop when they have a new appointment, and count the no-show as recovered. Most leads have missed nothing."""
    runs = RecoveryRun.objects.filter(lead=handoff.lead_id, rebooked_as=None)
    if not runs.exists():
        return
    stop_for(handoff.lead, because=Because.REBOOKED, at=at)
    lately = runs.filter(ended_at__gte=at - RECOVERED_WITHIN)
    run = lately.exclude(because__in=(Because.CORRECTED, Because.ANOTHER)).order_by("-started_at").first()
    if run is None:
        return
    RecoveryRun.objects.filter(pk=run.pk).update(rebooked_as=handoff)
    change = handoff.stage_change
    by_link = change is not None and change.via == Via.LINK
    when = f" for {local_moment(handoff.appointment.starts_at, handoff.lead.zone)}" if handoff.appointment else ""
    words = f"No-show recovered: {'booked by the client from the link' if by_link else 'booked again'}{when}"
    record(lead=handoff.lead, kind="recovery", summary=words, at=at, data={"recovery": run.pk, "handoff": handoff.pk})


@receiver(client_answered, dispatch_uid="recovery.stop_when_answered")
def stop_when_answered(*, lead: Lead, how: Heard, at: datetime, **_: Any) -> None:
    """Stop when they pick up, text or write: from here on it is a conversation."""
    stop_for(lead, because=Because.ANSWERED, at=at, note=how.label.lower())


@receiver(call_taken_back, dispatch_uid="recovery.go_on_without_answer")
def go_on_without_answer(*, lead: Lead, call: Call, at: datetime, **_: Any) -> None:
    """There was no answer: what it stopped goes on. Raises Refused where no step is left."""
    running.go_on_without_answer(lead=lead, stopped_at=call.at, at=at)


@receiver(opted_out, dispatch_uid="recovery.stop_when_unwanted")
def stop_when_unwanted(*, lead: Lead, at: datetime, **_: Any) -> None:
    """Stop when they ask for no more."""
    stop_for(lead, because=Because.OPTED_OUT, at=at)


@receiver(stage_changed, dispatch_uid="recovery.stop_when_moved_on")
def stop_when_moved_on(*, change: StageChange, **_: Any) -> None:
    """Stop when somebody moves the lead to where nobody is to be brought back."""
    to = Stage(change.to)
    if to in running.PLAYED_IN or to in _BOOKING:
        return
    stop_for(change.lead, because=_WHY.get(to, Because.MOVED_ON), at=change.at, by=change.actor)


@receiver(leads_merged, dispatch_uid="recovery.stop_when_merged")
def stop_when_merged(*, survivor: Lead, other: Lead, at: datetime, **_: Any) -> None:
    """Stop for the lead that is no more; what its runs came to is the survivor's."""
    stop_for(other, because=Because.MERGED, at=at)
    RecoveryRun.objects.filter(lead=other).update(lead=survivor)
