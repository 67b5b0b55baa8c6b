"""Calendar invites: plain data in, the bytes of an iCalendar object out (RFC 5545, RFC 5546)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Any, Literal

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from notifications.wording import many_lines, one_line

PRODUCT = "-//Baton//Handoffs//EN"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who is asked to come."""

    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Invite:
    """One state of an appointment. The UID lasts for its life; SEQUENCE rises when time, place or agent change.

    Times are aware. ``stamped_at`` is when this state came to be, so that a resend carries the same DTSTAMP.
    """

    uid: str
    sequence: int
    method: Literal["REQUEST", "CANCEL", "PUBLISH"]
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    location: str
    organizer_name: str
    attendees: tuple[Attendee, ...]
    #: The installation's own where it is empty. One appointment keeps one for life, or calendars take it for another.
    organizer_email: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain data that PostgreSQL can store, whatever the texts held."""
        return {
            **asdict(self),
            "stamped_at": self.stamped_at.astimezone(UTC).isoformat(),
            "starts_at": self.starts_at.astimezone(UTC).isoformat(),
            "ends_at": self.ends_at.astimezone(UTC).isoformat(),
            "summary": one_line(self.summary),
            "description": many_lines(self.description),
            "location": one_line(self.location),
            "organizer_name": one_line(self.organizer_name),
            "attendees": [{"email": one_line(each.email), "name": one_line(each.name)} for each in self.attendees],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Invite:
        """Return the invite that ``as_json`` wrote."""
        return cls(
            **{
                **data,
                "stamped_at": datetime.fromisoformat(data["stamped_at"]),
                "starts_at": datetime.fromisoformat(data["starts_at"]),
                "ends_at": datetime.fromisoformat(data["ends_at"]),
                "attendees": tuple(Attendee(**attendee) for attendee in data["attendees"]),
            }
        )

    def naming(self, *, email: str, name: str) -> Invite:
        """Return this invite with that address among the attendees: calendars ignore one that is not for them."""
        if any(attendee.email.lower() == email.lower() for attendee in self.attendees):
            return self
        return replace(self, attendees=(*self.attendees, Attendee(email=email, name=name)))


def render_ics(invite: Invite) -> bytes:
    """Return the iCalendar object: UTC times, CRLF, lines of at most 75 octets. The same invite gives the same bytes.

    The organizer's address is the installation's or the team's, so that a new agent does not break the client's event.
    """
    event = _event(invite)
    event.add("organizer", _organizer(invite), encode=False)
    for attendee in invite.attendees:
        event.add("attendee", _attendee(attendee), encode=False)
    calendar = _calendar()
    calendar.add("method", invite.method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def render_feed(name: str, entries: Iterable[Invite]) -> bytes:
    """Return a calendar to subscribe to. It invites nobody: it has no method, no organizer and no attendees."""
    calendar = _calendar()
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("refresh-interval", timedelta(minutes=15), parameters={"value": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    return calendar


def _event(invite: Invite) -> Event:
    event = Event()
    event.add("uid", one_line(invite.uid))
    event.add("sequence", invite.sequence)
    event.add("dtstamp", _in_whole_seconds(invite.stamped_at))
    event.add("dtstart", _in_whole_seconds(invite.starts_at))
    event.add("dtend", _in_whole_seconds(invite.ends_at))
    event.add("summary", one_line(invite.summary))
    event.add("status", "CANCELLED" if invite.method == "CANCEL" else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if invite.method == "CANCEL" else "OPAQUE")
    if invite.description:
        event.add("description", many_lines(invite.description))
    if invite.location:
        event.add("location", one_line(invite.location))
    return event


def _organizer(invite: Invite) -> vCalAddress:
    email = invite.organizer_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    address = vCalAddress(f"mailto:{_parameter(email)}")
    address.params["CN"] = vText(_parameter(invite.organizer_name))
    return address


def _attendee(attendee: Attendee) -> vCalAddress:
    address = vCalAddress(f"mailto:{_parameter(attendee.email)}")
    address.params["CN"] = vText(_parameter(attendee.name or attendee.email))
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText("NEEDS-ACTION")
    address.params["RSVP"] = vText("TRUE")
    return address


def _parameter(text: str) -> str:
    """Return text that a parameter can hold: it has no way to write a double quote (RFC 5545, 3.2)."""
    return one_line(text).replace('"', "'")


def _in_whole_seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
