"""The client's link: signed, for one handoff, expiring, ended by the team. Short, since each character of a text costs.

It leads to what stands when it is opened: moved, the new time; cancelled, only that; booked anew, the new appointment.
"""

from __future__ import annotations

import string
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.urls import reverse

from handoff.models import Handoff
from handoff.states import AppointmentStatus

#: The salt is the purpose: a token signed for anything else is not even a signature here.
SALT = "handoff.client.appointment"
#: People look up what was agreed for a while after they met.
LIFE_AFTER = timedelta(days=2)
#: Those who did not meet may still choose a time: as long as the team goes on asking them, and a while more.
LIFE_UNMET = timedelta(days=30)

_MET = (AppointmentStatus.BOOKED, AppointmentStatus.HELD)
_DIGITS = string.digits + string.ascii_lowercase
#: Says that a version follows. Links from before there were versions name their appointment, and when they expire.
_VERSION = "v"


class NoLink(Exception):
    """The link is not one of ours, or what it was for is gone."""


class OldLink(Exception):
    """The link has expired, or the team has ended it."""


def client_link(handoff: Handoff) -> str:
    """Return the absolute address at which the client sees the appointment, confirms, moves or cancels it."""
    return _absolute("handoff:client-appointment", handoff)


def rebook_link(handoff: Handoff) -> str:
    """Return the absolute address at which the client chooses a time after the one of this handoff came to nothing.

    Used already, it leads to the appointment that there is.
    """
    return _absolute("handoff:client-times", handoff)


def token_for(handoff: Handoff) -> str:
    """Return the signed part of the address."""
    claim = f"{_in36(handoff.pk)}.{_VERSION}{_in36(handoff.link_version)}"
    return signing.Signer(salt=SALT, sep="~").sign(claim)


def read_link(token: str, *, at: datetime) -> Handoff:
    """Return the handoff that the link is for. Raises NoLink or OldLink, which tell nothing of it."""
    try:
        number, _, rest = signing.Signer(salt=SALT, sep="~").unsign(token).partition(".")
        pk, is_versioned = int(number, 36), rest.startswith(_VERSION)
        said = int(rest.removeprefix(_VERSION), 36)
    except (signing.BadSignature, ValueError, UnicodeError):
        raise NoLink from None
    found = Handoff.objects.select_related(
        "team__policy",
        "lead__team__policy",
        "agent__user",
        "agent__profile",
        "agent__team",
        "setter__user",
        "appointment",
    )
    handoff = found.filter(Q(pk=pk) if is_versioned else Q(appointment=pk)).first()
    if handoff is None:
        raise NoLink
    version = said if is_versioned else 0
    if (
        version != handoff.link_version
        or expires_at(handoff) <= at
        or not (is_versioned or at.timestamp() <= said * 60)
    ):
        raise OldLink
    return handoff


def expires_at(handoff: Handoff) -> datetime:
    """Return when the link stops: counted from the appointment as it is now, so that a later time keeps it alive."""
    appointment = handoff.appointment
    if appointment is None:
        return handoff.opened_at + LIFE_UNMET
    return appointment.ends_at + (LIFE_AFTER if appointment.status in _MET else LIFE_UNMET)


def _absolute(route: str, handoff: Handoff) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{reverse(route, args=[token_for(handoff)])}"


def _in36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
