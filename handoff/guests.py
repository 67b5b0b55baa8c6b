"""Who comes besides the client: those who decide with them, asked to the handoff's appointment as attendees.

Each gets an invite of their own that names the agent and themselves alone. Whom we have asked stands among the
handoff's terms, so that later changes of the household can be told from what was said before.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db.models import Q

from handoff import words
from handoff.models import Handoff
from leads.models import DecisionMaker, Lead
from notifications.invites import Attendee
from notifications.messages import Message
from notifications.models.deliveries import Audience
from notifications.owing import deliveries_about, owe_person
from notifications.promises import endings
from notifications.promises.owed import State

GUESTS = "guests_changed"
CLIENT_SEQUENCE = "client_sequence"


def wanted_guests(lead: Lead, *, client_email: str, agent_email: str) -> list[dict[str, str]]:
    """Return who is to be asked now: the lead's decision makers with an address that is nobody's who comes anyway."""
    taken = {client_email.lower(), agent_email.lower()}
    people = DecisionMaker.objects.filter(lead=lead).exclude(email="")
    return [{"name": each.name, "email": each.email} for each in people if each.email.lower() not in taken]


def set_guests(handoff: Handoff) -> None:
    """Write whom we ask now among the handoff's terms. The caller saves ``facts``."""
    terms = handoff.facts.get("terms", {})
    found = wanted_guests(
        handoff.lead, client_email=terms.get("client_email", ""), agent_email=handoff.agent.user.email
    )
    handoff.facts = {**handoff.facts, "terms": {**terms, "guests": found}}


def leave_client_at(handoff: Handoff) -> None:
    """Note which SEQUENCE the client was told: theirs need not rise with the others'. The caller saves ``facts``."""
    terms = handoff.facts.get("terms", {})
    if handoff.appointment is not None:
        told = {CLIENT_SEQUENCE: handoff.appointment.sequence, **terms}
        handoff.facts = {**handoff.facts, "terms": told}


def everybody_is_told(handoff: Handoff) -> None:
    """Forget that the client was left behind: this change is told to them too. The caller saves ``facts``."""
    terms = {name: value for name, value in handoff.facts.get("terms", {}).items() if name != CLIENT_SEQUENCE}
    handoff.facts = {**handoff.facts, "terms": terms}


def tell_guests(
    handoff: Handoff, kind: str, message: Message, *, at: datetime, method: Literal["REQUEST", "CANCEL"] = "REQUEST"
) -> None:
    """Owe each guest this, with an invite to the time or its cancellation; nothing where there is no time."""
    if handoff.appointment is not None:
        for guest in words.guests_of(handoff):
            tell_guest(handoff, guest, kind, message, at=at, method=method)


def tell_guest(
    handoff: Handoff,
    guest: Attendee,
    kind: str,
    message: Message,
    *,
    at: datetime,
    method: Literal["REQUEST", "CANCEL"],
) -> None:
    """Owe one guest this."""
    attendees = (guest,) if method == "CANCEL" else (words.agent_attendee(handoff), guest)
    owe_person(
        team=handoff.team,
        email=guest.email,
        name=guest.name,
        kind=kind,
        about=handoff.about,
        message=message,
        at=at,
        audience=Audience.GUEST,
        revision=handoff.revision,
        invite=words.invite_for(handoff, audience=Audience.GUEST, method=method, attendees=attendees, at=at),
        responsible=handoff.setter,
    )


def call_back_unheard(handoff: Handoff, guest: Attendee, *, at: datetime) -> bool:
    """Do not send what still waits for somebody who need not come. True if nothing had gone out to them yet."""
    told = deliveries_about(handoff.about).filter(audience=Audience.GUEST, address__iexact=guest.email)
    endings.drop(told, at=at, answer="Not sent: they need not come any more.")
    return not told.filter(Q(state=State.DONE) | Q(lease_until__isnull=False)).exists()
