"""Invites as calendars read them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from notifications.invites import Attendee, Invite, render_ics
from notifications.tests.said import an_invite

HOSTILE = [
    "<!channel>",
    "Dana\r\nATTENDEE:mailto:spy@example.com",
    "Dana\x00Example",
    'Dana; "the boss", Example: \\n',
    "👩‍👩‍👧‍👦 Dana 🏡",
    "דנה לדוגמה",
    "\u202eelpmaxE anaD",
    "x" * 500,
    "",
]


def event(ics):
    (found,) = Calendar.from_ical(ics).walk("VEVENT")
    return found


def test_an_invite_says_when_where_and_who():
    read = event(render_ics(an_invite()))

    assert read.decoded("dtstart") == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert read.decoded("dtend") == datetime(2026, 11, 24, 15, 45, tzinfo=UTC)
    assert read["location"] == "Casey calls you"
    assert str(read["organizer"]) == "mailto:baton@example.com"
    assert read["organizer"].params["CN"] == "Invented Realty"
    assert str(read["attendee"]) == "mailto:dana@example.com"
    assert read["attendee"].params["RSVP"] == "TRUE"


def test_the_same_invite_gives_the_same_bytes():
    assert render_ics(an_invite()) == render_ics(Invite.from_json(an_invite().as_json()))


@pytest.mark.parametrize(("method", "status"), [("REQUEST", "CONFIRMED"), ("CANCEL", "CANCELLED")])
def test_the_method_and_the_status_agree(method, status):
    ics = render_ics(an_invite(method=method, sequence=3))

    assert Calendar.from_ical(ics)["method"] == method
    assert event(ics)["status"] == status
    assert event(ics)["sequence"] == 3


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_its_field(text):
    invite = an_invite(
        summary=text, description=text, location=text, organizer_name=text,
        attendees=(Attendee("dana@example.com", text),),
    )  # fmt: skip

    ics = render_ics(Invite.from_json(invite.as_json()))

    read = event(ics)
    assert str(read["attendee"]) == "mailto:dana@example.com", "one attendee, as asked"
    assert ics.count(b"\r\nATTENDEE") == 1
    assert b"\x00" not in ics


def check_shape(ics):
    assert ics.endswith(b"END:VCALENDAR\r\n")
    lines = ics.split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert max(len(line) for line in lines) <= 75
    ics.decode()


@given(text=st.text(max_size=300))
def test_any_text_gives_lines_of_75_octets_that_parse_back(text):
    invite = an_invite(summary=f"Call {text}", attendees=(Attendee("dana@example.com", text),), description=text)

    ics = render_ics(Invite.from_json(invite.as_json()))

    check_shape(ics)
    assert str(event(ics)["summary"]) == " ".join(invite.as_json()["summary"].split())


def test_the_recipient_is_an_attendee_exactly_once():
    invite = an_invite().naming(email="DANA@example.com", name="Dana").naming(email="lee@example.com", name="Lee")

    assert [attendee.email for attendee in invite.attendees] == ["dana@example.com", "lee@example.com"]
