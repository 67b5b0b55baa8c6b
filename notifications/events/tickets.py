"""Signing in to the stream: a ticket for one member in one browser, good for the minutes in which one connects.

The stream lies at another address than the pages, so their cookie does not get there; nor should it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.core import signing

SALT = "notifications.events"
GOOD_FOR = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who connects, and the sign-in by which they may: when that ends, so does the stream."""

    membership_id: int
    session_id: int


def ticket_for(*, membership_id: int, session_key: str) -> str:
    """Return a ticket, or nothing where nobody noted the sign-in: then there is no telling when it ends."""
    session = UserSession.objects.filter(session_key=session_key).values_list("pk", flat=True).first()
    return signing.dumps([membership_id, session], salt=SALT) if session else ""


def read(text: str) -> Ticket | None:
    """Return what the ticket says, or None if it is forged or too old."""
    try:
        membership_id, session_id = signing.loads(text, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Ticket(membership_id, session_id)
