"""Links that work without signing in: signed, for one purpose, one person and one state of one handoff, and expiring.

Reading a link changes nothing: mail scanners press every link they see.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from handoff.models import Handoff
from handoff.states import HandoffStatus
from teams.models import Membership

#: The salt is the purpose: a token signed for anything else is not even a signature here.
OUTCOME_SALT = "handoff.links.outcome"
COVER_SALT = "handoff.links.cover"
#: An outcome is welcome late, but a link in an old mailbox must end some day.
LIFE_AFTER_DUE = timedelta(days=14)


class BadReason(StrEnum):
    """Why a link is no good."""

    FORGED = "forged"
    EXPIRED = "expired"
    CHANGED = "changed"
    REASSIGNED = "reassigned"
    REPORTED = "reported"
    CLOSED = "closed"


SENTENCES = {
    BadReason.FORGED: "This link is not complete. Open it from the mail again, or sign in.",
    BadReason.EXPIRED: "This link has expired. Sign in to report the outcome.",
    BadReason.CHANGED: "The appointment has changed since this mail. Use the link of the newest one, or sign in.",
    BadReason.REASSIGNED: "This lead is with somebody else now, so there is nothing to report.",
    BadReason.REPORTED: "This outcome is reported already. Thank you.",
    BadReason.CLOSED: "This handoff was called off, so there is nothing to report.",
}


#: What reads differently where the link was to say that one cannot come.
COVER_SENTENCES = {
    BadReason.EXPIRED: "The appointment has begun. Call the client, and report how it went afterwards.",
    BadReason.REASSIGNED: "This lead is with somebody else now, so there is nothing to say.",
    BadReason.REPORTED: "This appointment is over: its outcome is reported.",
    BadReason.CLOSED: "This appointment was called off, so there is nothing to say.",
}


class BadLink(Exception):
    """The link cannot be used; ``reason`` is the machine's word for why, ``str`` the person's."""

    def __init__(self, reason: BadReason, *, salt: str = OUTCOME_SALT) -> None:
        self.reason = reason
        said = COVER_SENTENCES if salt == COVER_SALT else SENTENCES
        super().__init__(said.get(reason, SENTENCES[reason]))


def outcome_link(handoff: Handoff, membership: Membership) -> str:
    """Return the absolute address at which this agent reports this handoff without signing in."""
    until = handoff.outcome_due_at + LIFE_AFTER_DUE
    return _link("handoff:outcome-link", handoff, membership, until=until, salt=OUTCOME_SALT)


def cover_link(handoff: Handoff, membership: Membership) -> str:
    """Return the absolute address at which this agent says that they cannot make it, until the meeting begins.

    Empty without an appointment.
    """
    if handoff.appointment is None:
        return ""
    return _link("handoff:cant-link", handoff, membership, until=handoff.appointment.starts_at, salt=COVER_SALT)


def _link(route: str, handoff: Handoff, membership: Membership, *, until: datetime, salt: str) -> str:
    claim = {"h": handoff.pk, "m": membership.pk, "r": handoff.revision, "x": int(until.timestamp())}
    path = reverse(route, args=[signing.Signer(salt=salt).sign_object(claim)])
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def read_outcome_link(token: str, *, at: datetime) -> tuple[Handoff, Membership]:
    """Return what the link is for. Raises BadLink, and then tells nothing about the handoff but why."""
    return _read(token, at=at, salt=OUTCOME_SALT)


def read_cover_link(token: str, *, at: datetime) -> tuple[Handoff, Membership]:
    """Do the same for a link that says “I can't make it”."""
    return _read(token, at=at, salt=COVER_SALT)


def _read(token: str, *, at: datetime, salt: str) -> tuple[Handoff, Membership]:
    claim = _claim(token, salt)
    if at.timestamp() > claim["x"]:
        raise BadLink(BadReason.EXPIRED, salt=salt)
    handoff = (
        Handoff.objects.select_related("team", "lead", "agent__user", "setter__user", "appointment")
        .filter(pk=claim["h"])
        .first()
    )
    if handoff is None:
        raise BadLink(BadReason.FORGED)
    if handoff.status == HandoffStatus.REPORTED:
        raise BadLink(BadReason.REPORTED, salt=salt)
    if handoff.status != HandoffStatus.OPEN:
        raise BadLink(BadReason.CLOSED, salt=salt)
    agent = handoff.agent
    if agent.pk != claim["m"] or agent.ended_at or not agent.user.is_active:
        raise BadLink(BadReason.REASSIGNED, salt=salt)
    if handoff.revision != claim["r"]:
        raise BadLink(BadReason.CHANGED, salt=salt)
    return handoff, agent


def _claim(token: str, salt: str) -> dict[str, Any]:
    try:
        claim = signing.Signer(salt=salt).unsign_object(token)
    except (signing.BadSignature, ValueError, UnicodeError) as error:
        raise BadLink(BadReason.FORGED) from error
    if not isinstance(claim, dict) or {"h", "m", "r", "x"} - set(claim):
        raise BadLink(BadReason.FORGED)
    return claim
