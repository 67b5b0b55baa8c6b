"""Read a calendar file (RFC 5545): from text to the few properties that say when somebody is busy.

Runs in a process of its own (see ``apart``), so it knows neither Django nor the rest of Baton.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

#: What an event is read for. Titles, places, people and notes are never even looked at.
WANTED = frozenset(
    {
        "UID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "SEQUENCE",
        "STATUS",
        "TRANSP",
        "X-MICROSOFT-CDO-BUSYSTATUS",
    }
)
#: Of these an event may have several.
MANY = frozenset({"RDATE", "EXDATE", "RRULE"})
#: Outlook's word for how an event blocks: these do not. Tentative, busy and out of office do.
FREE_WORDS = frozenset({"FREE", "WORKINGELSEWHERE"})

_FOLD = re.compile(r"\r?\n[ \t]")


class NotACalendar(Exception):
    """What came is something else; the text says what it looks like."""


class Property(NamedTuple):
    """One line: its name, its parameters by name, its value."""

    name: str
    parameters: dict[str, str]
    value: str

    def line(self) -> str:
        """Write it down again."""
        said = "".join(f';{name}="{value}"' for name, value in self.parameters.items())
        return f"{self.name}{said}:{self.value}"


@dataclass(slots=True)
class Event:
    """One VEVENT, as far as it matters here."""

    single: dict[str, Property] = field(default_factory=dict)
    several: list[Property] = field(default_factory=list)

    def add(self, one: Property) -> None:
        """Take a property; of one that may stand once the first counts."""
        if one.name in MANY:
            self.several.append(one)
        else:
            self.single.setdefault(one.name, one)

    def word(self, name: str) -> str:
        """Return a value in capitals; empty when it is not there."""
        found = self.single.get(name)
        return found.value.strip().upper() if found else ""

    @property
    def uid(self) -> str:
        """What events of one series share."""
        found = self.single.get("UID")
        return found.value.strip() if found else ""

    @property
    def is_free(self) -> bool:
        """Whether the calendar's owner can be met meanwhile."""
        return (
            self.word("STATUS") == "CANCELLED"
            or self.word("TRANSP") == "TRANSPARENT"
            or self.word("X-MICROSOFT-CDO-BUSYSTATUS") in FREE_WORDS
        )

    @property
    def repeats(self) -> bool:
        """Whether it stands for more than one time."""
        return any(one.name in {"RRULE", "RDATE"} for one in self.several)

    @property
    def properties(self) -> list[Property]:
        """All of it."""
        return [*self.single.values(), *self.several]


@dataclass(slots=True)
class CalendarFile:
    """The events of a file, and the zones it defines itself, as they stand there."""

    events: list[Event] = field(default_factory=list)
    zones: dict[str, str] = field(default_factory=dict)


def read_file(body: bytes) -> CalendarFile:
    """Return the events. Raises NotACalendar for anything else, and for a file without its end."""
    text = body.decode("utf-8-sig", "replace").lstrip()
    if not text[:15].upper().startswith("BEGIN:VCALENDAR"):
        raise NotACalendar(_what_it_is(text))
    if not text.rstrip()[-13:].upper().endswith("END:VCALENDAR"):
        raise NotACalendar("The calendar breaks off before its end.")
    found = CalendarFile()
    lines = iter(_FOLD.sub("", text).splitlines())
    for line in lines:
        what = line.strip().upper()
        if what == "BEGIN:VEVENT":
            found.events.append(_event(lines))
        elif what == "BEGIN:VTIMEZONE":
            _zone(lines, found.zones)
    return found


def _what_it_is(text: str) -> str:
    start = text[:2000].lower()
    if "<html" in start or "<!doctype html" in start:
        return "This address leads to a web page, perhaps a sign-in, not to a calendar."
    return "What this address leads to is not a calendar." if text else "This address leads to nothing at all."


def _event(lines: Iterator[str]) -> Event:
    event, depth = Event(), 0
    for line in lines:
        start = line[:6].upper()
        if start == "BEGIN:":
            depth += 1  # an alarm within
        elif start[:4] == "END:":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0:
            name = re.split("[;:]", line[:40], maxsplit=1)[0].upper()
            if name in WANTED and (one := _property(name, line)):
                event.add(one)
    return event


def _property(name: str, line: str) -> Property | None:
    """Take a line apart at the first colon outside of quotes (RFC 5545, 3.1)."""
    parts, quoted, begins = [], False, len(name)
    for at in range(len(name), len(line)):
        sign = line[at]
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in ";:":
            if at > begins:
                parts.append(line[begins:at])
            begins = at + 1
            if sign == ":":
                pairs = (part.partition("=") for part in parts)
                named = {key.upper(): value.strip('"') for key, _, value in pairs}
                return Property(name, named, line[at + 1 :].strip())
    return None


def _zone(lines: Iterator[str], zones: dict[str, str]) -> None:
    kept, name = ["BEGIN:VTIMEZONE"], ""
    for line in lines:
        kept.append(line)
        if line[:5].upper() == "TZID:" and not name:
            name = line[5:].strip()
        if line.strip().upper() == "END:VTIMEZONE":
            break
    if name:
        zones[name] = "\r\n".join(kept)
