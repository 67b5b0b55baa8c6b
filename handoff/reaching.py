"""How the client hears of what happens: by mail; without an address by text, if they agreed to texts; else we call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from django.db.models import Q, QuerySet

from handoff import words
from handoff.client.links import client_link
from handoff.models import Handoff
from handoff.states import AppointmentStatus
from notifications.invites import Attendee, Invite
from notifications.messages import Message
from notifications.models import Delivery
from notifications.models.deliveries import Audience
from notifications.organizing import organizer_for
from notifications.owing import deliveries_about, owe_person
from notifications.promises.owed import State
from notifications.texting import owe_text

Method = Literal["REQUEST", "CANCEL"]


def tell_client(handoff: Handoff, kind: str, message: Message, at: datetime, method: Method = "REQUEST") -> bool:
    """Owe the client a mail or a text of this. False if neither reaches them: then a person has to call."""
    if not client_address(handoff):
        return _text_client(handoff, kind, message, at)
    owe_person(
        team=handoff.team,
        email=client_address(handoff),
        name=words.client_name(handoff),
        kind=kind,
        about=handoff.about,
        message=message,
        at=at,
        revision=handoff.revision,
        invite=invite_of(handoff, Audience.CLIENT, at, method),
        responsible=handoff.setter,
    )
    return True


def client_address(handoff: Handoff) -> str:
    """Return where the client is mailed: the address last read back to them; nothing if none was."""
    return str(handoff.facts.get("terms", {}).get("client_email", ""))


def client_number(handoff: Handoff) -> str:
    """Return the number the client was handed over with, E.164; nothing if there was none."""
    return str(handoff.facts.get("lead", {}).get("phone", ""))


def mails_to_client(handoff: Handoff) -> QuerySet[Delivery]:
    """Return all that was ever owed to the client, whatever their address was."""
    return deliveries_about(handoff.about).filter(audience=Audience.CLIENT)


def has_heard(handoff: Handoff) -> bool:
    """Whether a message has reached the client, or is on its way out of our hands right now."""
    return mails_to_client(handoff).filter(Q(state=State.DONE) | Q(lease_until__isnull=False)).exists()


def invite_of(
    handoff: Handoff, audience: Audience, at: datetime, method: Method | None, only: Attendee | None = None
) -> Invite | None:
    """Return the invite, or its cancellation, of a handoff that has a time."""
    if handoff.appointment is None or method is None:
        return None
    attendees = (only,) if only else None
    invite = words.invite_for(handoff, audience=audience, method=method, attendees=attendees, at=at)
    organizer = organizer_for(handoff.team, about=handoff.about, uid=invite.uid)
    return replace(invite, organizer_email=organizer)


def _text_client(handoff: Handoff, kind: str, message: Message, at: datetime) -> bool:
    """Owe a text with a link to the time as it is then; one that cannot come before the meeting is none."""
    appointment = handoff.appointment
    if not client_number(handoff):
        return False
    is_on = appointment is not None and appointment.status == AppointmentStatus.BOOKED
    link = client_link(handoff) if appointment is not None else ""
    return owe_text(
        team=handoff.team,
        number=client_number(handoff),
        zone=handoff.lead.zone,
        name=words.client_name(handoff),
        kind=kind,
        about=handoff.about,
        message=replace(message, link=link, link_label="Your appointment", actions=()),
        at=at,
        revision=handoff.revision,
        responsible=handoff.setter,
        deadline_at=appointment.starts_at if is_on and appointment else None,
    )
