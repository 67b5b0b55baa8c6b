"""How a handoff ends before anybody reported on it: its timers, its appointment, and the lead that goes back."""

from __future__ import annotations

from datetime import datetime

from handoff.models import Handoff
from handoff.ownership import owe_owner, who_gets_it_back
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.timing import call_off_timers
from leads.stages import change_stage
from leads.states import MOVES, Stage, Via
from teams.models import Membership


def end(handoff: Handoff, status: HandoffStatus, reason: str, *, credit: str, at: datetime) -> None:
    """End it before it was reported, with its appointment. ``credit``: see ``handoff.routing.credits``."""
    call_off_timers(handoff, at=at)
    handoff.status, handoff.closed_at, handoff.close_reason = status, at, reason[:300]
    handoff.credit = credit
    handoff.revision += 1
    handoff.save(update_fields=["status", "closed_at", "close_reason", "credit", "revision"])
    if appointment := handoff.appointment:
        appointment.status, appointment.cancel_reason = AppointmentStatus.CANCELLED, reason[:300]
        appointment.sequence += 1
        appointment.save(update_fields=["status", "cancel_reason", "sequence"])


def give_back(handoff: Handoff, *, actor: Membership | None, at: datetime) -> None:
    """Make the lead the setter's again, and Qualified if it still is where the handoff had put it."""
    owe_owner(handoff, to=who_gets_it_back(handoff), at=at)
    if Stage.QUALIFIED in MOVES[Stage(handoff.lead.stage)]:
        change_stage(
            lead=handoff.lead, to=Stage.QUALIFIED, actor=actor, via=Via.SYSTEM, at=at, data={"handoff": handoff.pk}
        )
