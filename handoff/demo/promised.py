"""What an ISA of the demo should not have said: one promise still to be settled, one that somebody stands by."""

from __future__ import annotations

from datetime import datetime

from handoff.overpromises.acknowledging import acknowledge
from handoff.overpromises.promises import promises_of
from leads.models import Lead
from leads.notes import add_note
from teams.models import Membership

TOO_MUCH = "Loves the lake. I told her we'll get her a 4.5 % rate for sure."
STOOD_BY = "Rents by the month. The builder will pay your closing costs, I said."


def promise(lead: Lead, *, isa: Membership, at: datetime) -> None:
    """Write down a promise that the gate will not let pass."""
    add_note(lead=lead, text=TOO_MUCH, author=isa, at=at)


def stand_by_one(lead: Lead, *, isa: Membership, at: datetime) -> None:
    """Write one down and say why it stays, so that the agent is warned."""
    add_note(lead=lead, text=STOOD_BY, author=isa, at=at)
    for each in promises_of(lead):
        reason = "The builder's offer of this month says so."
        acknowledge(lead=lead, promises=[each], mark=each.mark, reason=reason, by=isa, at=at)
