"""Calendars as their makers write them, and a server that gives them out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from leads.tests.factories import NOW

BEGINS, ENDS = int((NOW - timedelta(days=1)).timestamp()), int((NOW + timedelta(days=120)).timestamp())
CHICAGO = "America/Chicago"

#: As Outlook defines a zone under a name of its own, which no list knows.
OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def calendar(*events: str, zones: str = "") -> bytes:
    """A file with these events, each given as its lines."""
    blocks = [f"BEGIN:VEVENT\nSUMMARY:Dentist at the secret place\n{event.strip()}\nEND:VEVENT" for event in events]
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *([zones] if zones else []), *blocks, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n").encode()


def event(starts_at: datetime, *, minutes: int = 60, uid: str = "one@example.com", more: str = "") -> str:
    """An event in UTC."""
    starts, ends = starts_at.astimezone(UTC), (starts_at + timedelta(minutes=minutes)).astimezone(UTC)
    lines = f"UID:{uid}\nDTSTART:{starts:%Y%m%dT%H%M%SZ}\nDTEND:{ends:%Y%m%dT%H%M%SZ}"
    return f"{lines}\n{more}" if more else lines


class CalendarPeer:
    """A calendar server: gives out ``body``, knows ETags when told to, and answers otherwise on request."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.body = calendar()
        self.etag = ""
        self.answers: list[Response] = []
        self.requests: list[dict[str, str]] = []
        server.expect_request("/privatea1b2c3/basic.ics").respond_with_handler(self.answer)

    @property
    def url(self) -> str:
        """The secret address."""
        return self.server.url_for("/privatea1b2c3/basic.ics")

    def answer(self, request: Request) -> Response:
        """Answer as calendar servers do."""
        self.requests.append(dict(request.headers))
        if self.answers:
            return self.answers.pop(0)
        if self.etag and request.headers.get("If-None-Match") == self.etag:
            return Response(status=304)
        headers = {"ETag": self.etag} if self.etag else {}
        return Response(self.body, content_type="text/calendar", headers=headers)


@pytest.fixture
def calendar_peer():
    """A calendar server on a free port."""
    server = HTTPServer(host="127.0.0.1", port=0, threaded=True)
    server.start()
    yield CalendarPeer(server)
    server.clear()
    if server.is_running():
        server.stop()
