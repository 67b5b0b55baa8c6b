"""Which method fits a lead best, and why, in one line. The software recommends; the ISA may decide otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handoff.known import Known, known_of
from handoff.states import Method
from leads.answers import missing_letters
from leads.models import Lead
from leads.models.lpmama import Lpmama, Mortgage, OtherAgent, Side, Timeframe
from teams.models import Membership

#: How a lead pays when nothing stands between them and an offer.
ABLE_TO_PAY = (Mortgage.PRE_APPROVED, Mortgage.CASH)
UNQUALIFIED = {
    Mortgage.APPLIED: "mortgage applied for, not approved yet",
    Mortgage.NOT_YET: "no mortgage yet",
}


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, and why. True of the moment ``at`` only: who is on call changes."""

    method: Method
    reason: str
    is_qualified: bool
    is_ready_now: bool
    is_hot: bool
    at: datetime


def advise(lead: Lead, *, at: datetime, on_call: Membership | None = None) -> Advice:
    """Recommend a method. Ready now, qualified and an agent on call: transfer them live; otherwise an appointment.

    Handing over without a talk and without a time stays a choice, and is never advised.
    """
    return advise_on(known_of(lead), at=at, on_call=on_call)


def advise_on(known: Known, *, at: datetime, on_call: Membership | None, rang_out: bool = False) -> Advice:
    """Do the same for a lead that has been loaded. ``rang_out``: a moment ago nobody took the call."""
    obstacle = why_not_qualified(known.lpmama)
    is_ready_now = known.lpmama.timeframe == Timeframe.NOW
    is_hot = not obstacle and is_ready_now
    method, reason = Method.SCHEDULED, ""
    if obstacle:
        reason = f"Set an appointment: {obstacle}."
    elif not is_ready_now:
        reason = f"Set an appointment: {_how_soon(known.lpmama)}."
    elif on_call is None:
        reason = "Ready now and qualified, but nobody is on call and free: take the soonest slot."
    elif rang_out:
        reason = "Ready now and qualified, but nobody took the call a moment ago: take the soonest slot."
    else:
        method, reason = Method.LIVE, f"Ready now and qualified, and {on_call.user.name} is on call."
    return Advice(
        method=method, reason=reason, is_qualified=not obstacle, is_ready_now=is_ready_now, is_hot=is_hot, at=at
    )


def why_not_qualified(lpmama: Lpmama) -> str:
    """Why not, in a few words; empty when all is answered, no agent is signed, and the money is there or not needed."""
    if lpmama.other_agent == OtherAgent.EXCLUSIVE:
        return "signed with another agent"
    if gaps := missing_letters(lpmama):
        return f"{gaps[0].letter.label.lower()} is not known yet"
    if lpmama.side == Side.SELL or lpmama.mortgage in ABLE_TO_PAY:
        return ""
    return UNQUALIFIED.get(Mortgage(lpmama.mortgage), "how they pay is not known yet")


def _how_soon(lpmama: Lpmama) -> str:
    if lpmama.timeframe == Timeframe.UNKNOWN:
        return "they would not say how soon"
    if lpmama.timeframe == Timeframe.MONTHS_12_PLUS:
        return "not ready for over a year"
    return f"ready in {Timeframe(lpmama.timeframe).label}"
