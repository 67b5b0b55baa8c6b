"""What a calendar replies for its owner (iTIP, RFC 5546, 3.2.3): a hint, since anybody can write such a mail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message

from notifications.mail_in.parts import parts_of, text_in
from notifications.wording import one_line

CALENDARS = frozenset({"text/calendar", "application/ics"})
#: The answers that say something (RFC 5545, 3.2.12); to delegate is to ask somebody else.
PARTSTATS = frozenset({"ACCEPTED", "TENTATIVE", "DECLINED"})
LARGEST = 200_000  # characters; a reply has a few hundred
HIGHEST = 2**31 - 1
MOST_PARAMS = 20


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """One attendee's answer to one version of one event. ``stamped_at`` orders answers to the same version."""

    uid: str
    sequence: int
    attendee: str  # an address, lower-case
    partstat: str  # one of PARTSTATS
    stamped_at: datetime | None


def reply_in(mail: Message) -> CalendarReply | None:
    """Return the calendar's reply that a mail carries; None if it carries none that can be read."""
    for part in parts_of(mail):
        if part.get_content_type() in CALENDARS and (found := read_reply(text_in(part)[:LARGEST])):
            return found
    return None


def read_reply(text: str) -> CalendarReply | None:
    """Read a calendar's text; None if it is no reply, or tells not who answers what."""
    method = inside = ""
    found: dict[str, str] = {}
    answers: list[tuple[str, str]] = []
    for name, params, value in _lines(text):
        if name in {"BEGIN", "END"}:
            inside = value.upper() if name == "BEGIN" else "VCALENDAR"
        elif name == "METHOD":
            method = value.upper()
        elif inside == "VEVENT" and name == "ATTENDEE":
            answers.append((params.get("PARTSTAT", "").upper(), _address(value)))
        elif inside == "VEVENT":
            found.setdefault(name, value)
    uid = one_line(found.get("UID", ""), 200)
    answer = next(((partstat, who) for partstat, who in answers if partstat in PARTSTATS and who), None)
    if method != "REPLY" or not uid or answer is None:
        return None
    sequence = found.get("SEQUENCE", "0").strip()
    return CalendarReply(
        uid=uid,
        sequence=min(int(sequence[:12]), HIGHEST) if sequence.isascii() and sequence.isdecimal() else 0,
        attendee=answer[1],
        partstat=answer[0],
        stamped_at=_moment(found.get("DTSTAMP", "")),
    )


def _lines(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Give each content line, unfolded (RFC 5545, 3.1): its name, its parameters, its value."""
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        named, _, value = _parted(line, ":")
        name, _, rest = _parted(named, ";")
        params = []
        while rest:
            param, _, rest = _parted(rest, ";")
            params.append(param)
            if len(params) > MOST_PARAMS:
                break
        yield name.strip().upper(), dict(_params(params)), value.strip()


def _parted(line: str, at: str) -> tuple[str, str, str]:
    """Part a line at the first such sign that is not inside quotes."""
    is_quoted = False
    for position, sign in enumerate(line):
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == at and not is_quoted:
            return line[:position], at, line[position + 1 :]
    return line, "", ""


def _params(params: Iterable[str]) -> Iterator[tuple[str, str]]:
    for param in params:
        name, _, value = param.partition("=")
        yield name.strip().upper(), value.strip().strip('"')


def _address(value: str) -> str:
    address = re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE)
    return one_line(address, 254).lower() if "@" in address else ""


def _moment(value: str) -> datetime | None:
    try:
        return datetime.strptime(value.strip(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
