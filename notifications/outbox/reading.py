"""A kept mail, taken apart for looking at: its heads, its text, its HTML, its invite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from icalendar import Calendar

from notifications.models import OutboxMail


@dataclass(frozen=True, slots=True)
class ShownInvite:
    """An invite as a calendar would show it. Times are aware."""

    method: str
    sequence: int
    uid: str
    summary: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    organizer: str
    attendees: tuple[str, ...]
    raw: bytes

    @property
    def is_cancel(self) -> bool:
        """Whether the meeting is called off."""
        return self.method == "CANCEL"


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail's parts. ``html`` is empty for mails of text alone."""

    heads: tuple[tuple[str, str], ...]
    text: str
    html: str
    invite: ShownInvite | None


HEADS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID")


def read(mail: OutboxMail) -> ShownMail:
    """Return the mail's parts."""
    message = message_from_bytes(bytes(mail.raw), EmailMessage, policy=default)
    heads = tuple((name, str(message[name])) for name in HEADS if message[name])
    return ShownMail(heads, _body(message, "plain"), _body(message, "html"), _invite(message))


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _invite(message: EmailMessage) -> ShownInvite | None:
    for part in message.walk():
        if part.get_content_type() in {"text/calendar", "application/ics"} and part.is_attachment():
            raw = part.get_payload(decode=True)
            if isinstance(raw, bytes):
                return _shown(raw)
    return None


def _shown(raw: bytes) -> ShownInvite:
    calendar: Any = Calendar.from_ical(raw)
    (event,) = calendar.walk("VEVENT")
    attendees = event.get("attendee", [])
    return ShownInvite(
        method=str(calendar["method"]),
        sequence=int(event["sequence"]),
        uid=str(event["uid"]),
        summary=str(event["summary"]),
        description=str(event.get("description", "")),
        location=str(event.get("location", "")),
        starts_at=event.decoded("dtstart"),
        ends_at=event.decoded("dtend"),
        stamped_at=event.decoded("dtstamp"),
        organizer=_named(event["organizer"]),
        attendees=tuple(_named(each) for each in (attendees if isinstance(attendees, list) else [attendees])),
        raw=raw,
    )


def _named(address: Any) -> str:
    email = str(address).removeprefix("mailto:")
    name = str(address.params.get("CN", ""))
    return f"{name} <{email}>" if name and name != email else email
