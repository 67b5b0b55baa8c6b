"""A client who is reached another way while their handoff is open: an address corrected, or texts agreed to.

What the agent was told stays as it was told.
"""

from __future__ import annotations

from datetime import datetime

from handoff.locks import lock_lead
from handoff.models import Handoff
from handoff.reaching import client_address, client_number, mails_to_client
from handoff.telling import tell_readdressed
from handoff.triggers import handoff_under_way
from leads.models import Lead
from leads.timeline import record
from notifications.promises.endings import write_off
from teams.models import Membership


def use_address(*, lead: Lead, address: str, actor: Membership | None, at: datetime) -> None:
    """Write to the client at this address from now on, and nowhere else; empty if they have none.

    What has not reached another address is written off, so nobody can try it again. Once the meeting has begun the
    client is told nothing more, so nothing is owed to the new address.
    """
    locked = lock_lead(lead)
    handoff = handoff_under_way(locked)
    if handoff is None or client_address(handoff).lower() == address.lower():
        return
    handoff.lead, handoff.team = locked, locked.team
    _write_off_others(handoff, address, at)
    if handoff.appointment and handoff.appointment.starts_at <= at:
        return
    terms = {**handoff.facts.get("terms", {}), "client_email": address}
    handoff.facts = {**handoff.facts, "terms": terms}
    handoff.revision += 1
    handoff.save(update_fields=["facts", "revision"])
    record(
        lead=locked,
        kind="readdressed",
        summary=f"The client is mailed at {address} now" if address else "The client is not mailed any more",
        actor=actor,
        at=at,
        data={"handoff": handoff.pk},
    )
    tell_readdressed(handoff, at=at)


def use_texts(*, lead: Lead, number: str, at: datetime) -> None:
    """Text the client their invite, now that they agreed to it: until then it was somebody's call to make."""
    locked = lock_lead(lead)
    handoff = handoff_under_way(locked)
    if handoff is None or client_address(handoff) or client_number(handoff) != number:
        return
    handoff.lead, handoff.team = locked, locked.team
    if handoff.appointment and handoff.appointment.starts_at <= at:
        return
    handoff.revision += 1
    handoff.save(update_fields=["revision"])
    tell_readdressed(handoff, at=at)


def _write_off_others(handoff: Handoff, address: str, at: datetime) -> None:
    why = f"the client's address is {address} now" if address else "the client has no address"
    write_off(mails_to_client(handoff).exclude(address__iexact=address), at=at, answer=f"Not sent: {why}.")
