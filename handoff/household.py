"""A household that changes while a handoff is open: who is in gets an invite, who is out a cancellation."""

from __future__ import annotations

from datetime import datetime

from handoff import words
from handoff.guests import GUESTS, call_back_unheard, leave_client_at, set_guests, tell_guest
from handoff.locks import lock_lead
from handoff.models import Handoff
from handoff.telling import nudge_soon, tell_agent
from handoff.triggers import handoff_under_way
from leads.models import Lead
from notifications.invites import Attendee


def follow_household(*, lead: Lead, at: datetime) -> None:
    """Ask to the appointment whoever decides with the lead now, and nobody else.

    SEQUENCE rises, so that who is asked again after a cancellation is believed by their calendar. The client's own
    invite never names the others, so it needs no update. Once the meeting has begun nobody is told anything.
    """
    locked = lock_lead(lead)
    handoff = handoff_under_way(locked)
    if handoff is None or handoff.appointment is None or handoff.appointment.starts_at <= at:
        return
    handoff.lead, handoff.team = locked, locked.team
    before = {guest.email.lower(): guest for guest in words.guests_of(handoff)}
    set_guests(handoff)
    now = {guest.email.lower(): guest for guest in words.guests_of(handoff)}
    if before.keys() == now.keys():
        return
    leave_client_at(handoff)
    handoff.revision += 1
    handoff.save(update_fields=["facts", "revision"])
    handoff.appointment.sequence += 1
    handoff.appointment.save(update_fields=["sequence"])
    _tell(handoff, before, now, at=at)


def _tell(handoff: Handoff, before: dict[str, Attendee], now: dict[str, Attendee], *, at: datetime) -> None:
    for address in before.keys() - now.keys():
        if call_back_unheard(handoff, before[address], at=at):
            continue  # who has heard of nothing need not hear that it is off
        message = words.guest_not_needed(handoff)
        tell_guest(handoff, before[address], GUESTS, message, at=at, method="CANCEL")
    for address in now.keys() - before.keys():
        tell_guest(handoff, now[address], GUESTS, words.guest_invited(handoff), at=at, method="REQUEST")
    tell_agent(handoff, GUESTS, words.guests_changed(handoff), at)
    nudge_soon(handoff)
