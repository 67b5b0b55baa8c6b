"""What a text says, and what it costs."""

from __future__ import annotations

import pytest

from notifications.channels.segments import size_of
from notifications.channels.text_words import HOW_TO_STOP, MOST_SEGMENTS, harmless, text_of
from notifications.messages import Message
from notifications.tests.test_invites import HOSTILE

LINK = "https://baton.example.com/a/1a.t0~0123456789012345678901234567890123456789012"


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("[" * 80, "GSM-7", 1),
        ("[" * 81, "GSM-7", 2),
        ("ñ" * 160, "GSM-7", 1),
        ("ł", "UCS-2", 1),
        ("ł" * 70, "UCS-2", 1),
        ("ł" * 71, "UCS-2", 2),
        ("ł" * 135, "UCS-2", 3),
        ("🏠" * 35, "UCS-2", 1),
        ("🏠" * 36, "UCS-2", 2),
    ],
)
def test_segments_are_counted_as_carriers_count_them(text, encoding, segments):
    size = size_of(text)

    assert (size.encoding, size.segments) == (encoding, segments)


def test_a_text_says_who_writes_what_happened_where_to_look_and_how_to_end_it():
    said = text_of(Message(title="Your call with Ana: Tue, 9:00 AM", link=LINK), team_name="Example Realty")

    assert said == f"Example Realty: Your call with Ana: Tue, 9:00 AM. {LINK} {HOW_TO_STOP}"


def test_typographic_signs_do_not_double_the_price():
    said = text_of(Message(title="\u201cDana\u2019s\u201d call \u2014 9:00\u202fAM\u2026"), team_name="Example Realty")

    assert size_of(said).encoding == "GSM-7"


@pytest.mark.parametrize("title", [*HOSTILE, "a" * 5000, "ł" * 5000, "🏠" * 5000, "[" * 5000])
def test_whatever_the_title_is_the_text_is_bounded_and_its_link_is_whole(title):
    message = Message.from_json(Message(title=title, link=LINK).as_json())

    said = text_of(message, team_name=title)

    assert size_of(said).segments <= MOST_SEGMENTS
    assert said.endswith(f"{LINK} {HOW_TO_STOP}")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Dana https://evil.example/x", "Dana evil. example/x"),
        ("www.evil.example", "www. evil. example"),
        ("javascript://x", "x"),
        ("St. Mary, $1.2M, 9:00 a.m.", "St. Mary, $1.2M, 9:00 a. m."),
        ("Dana Example", "Dana Example"),
    ],
)
def test_no_phone_makes_a_link_of_peoples_words(text, safe):
    assert harmless(text) == safe
