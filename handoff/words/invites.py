"""The calendar invite of an appointment, for agent and client (RFC 5545, RFC 5546).

Each gets an invite of their own, with the same UID and SEQUENCE: what the agent's says of the lead is not the client's
to read, and no word of the lead's stands in the client's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from handoff.client.links import client_link
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.phrases import one_line
from handoff.words.pieces import brief_link, client_name, known_for, lead_name, meeting_of, phone_of, presented
from notifications.invites import Attendee, Invite
from notifications.models.deliveries import Audience

#: Those whose invite says nothing of the lead.
OUTSIDE = (Audience.CLIENT, Audience.GUEST)


def invite_for(
    handoff: Handoff,
    *,
    audience: Audience,
    at: datetime,
    method: Literal["REQUEST", "CANCEL", "PUBLISH"] = "REQUEST",
    attendees: Sequence[Attendee] | None = None,
) -> Invite:
    """Return the invite, or its cancellation, that this reader gets; ``at`` becomes its DTSTAMP.

    ``attendees``: by default agent and client; whoever is out gets a CANCEL that names them alone.
    """
    appointment = handoff.appointment
    if appointment is None:
        raise ValueError("Without a time there is nothing to invite to.")
    return Invite(
        uid=appointment.uid,
        sequence=appointment.sequence,
        method=method,
        stamped_at=at,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        summary=_summary(handoff, audience),
        description=_description(handoff, audience),
        location=_location(handoff, appointment),
        organizer_name=handoff.team.name,
        attendees=tuple(attendees if attendees is not None else attendees_of(handoff, audience)),
    )


def attendees_of(handoff: Handoff, audience: Audience) -> tuple[Attendee, ...]:
    """Agent and client, if they have an address. The agent sees who else is asked; the client need not be told."""
    client = client_attendee(handoff)
    others = guests_of(handoff) if audience == Audience.AGENT else ()
    return (agent_attendee(handoff), *((client,) if client else ()), *others)


def guests_of(handoff: Handoff) -> tuple[Attendee, ...]:
    """Who is asked besides the client, as the handoff's terms have them; their names are the household's own text."""
    terms = handoff.facts.get("terms", {})
    client = str(terms.get("client_email", "")).lower()
    return tuple(
        Attendee(email=guest["email"], name=one_line(guest["name"], limit=80))
        for guest in terms.get("guests", ())
        if guest["email"].lower() != client  # corrected to theirs since: they are asked as the client
    )


def agent_attendee(handoff: Handoff) -> Attendee:
    """The agent as calendars know them."""
    return Attendee(email=handoff.agent.user.email, name=handoff.agent.user.name)


def client_attendee(handoff: Handoff) -> Attendee | None:
    """The client as calendars know them, at the address that was read back; their name is their own text."""
    unread = handoff.facts.get("lead", {}).get("email", "")
    email = handoff.facts.get("terms", {}).get("client_email", unread)
    return Attendee(email=email, name=client_name(handoff)) if email else None


def _summary(handoff: Handoff, audience: Audience) -> str:
    if audience in OUTSIDE:
        return f"{meeting_of(handoff)} with {handoff.agent.user.name}, {handoff.team.name}"
    return f"{meeting_of(handoff)} with {lead_name(handoff)}"


def _description(handoff: Handoff, audience: Audience) -> str:
    if audience in OUTSIDE:
        who = f"With {presented(handoff)}. {known_for(handoff)}".rstrip()
        if audience == Audience.CLIENT:
            return f"{who}\nConfirm it, choose another time or cancel: {client_link(handoff)}"
        return f"{who}\nAnother time suits you better? Reply to the mail that brought this invite."
    call = f"Phone: {phone_of(handoff)}\n" if phone_of(handoff) else ""
    return f"{call}Brief: {brief_link(handoff)}"


def _location(handoff: Handoff, appointment: Appointment) -> str:
    if appointment.how == How.CALL:
        return f"Phone: {handoff.agent.user.first_name} calls"
    return " ".join(appointment.place.split()) or str(How(appointment.how).label)
