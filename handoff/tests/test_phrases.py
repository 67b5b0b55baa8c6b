"""How money, times and contact details are written and said."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.phrases import (
    local_moment,
    money,
    money_range,
    one_line,
    spoken_email,
    spoken_moment,
    spoken_phone,
)

WINTER = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Chicago", "Tue, Nov 24, 3:30 PM CST"),
        ("America/Los_Angeles", "Tue, Nov 24, 1:30 PM PST"),
        ("America/Sao_Paulo", "Tue, Nov 24, 6:30 PM GMT-03"),
        ("Asia/Kolkata", "Wed, Nov 25, 3:00 AM IST"),
    ],
)
def test_a_moment_names_its_zone(zone, words):
    assert local_moment(WINTER, zone) == words


def test_the_two_half_past_ones_of_an_autumn_night_differ_by_their_zone():
    first, second = (local_moment(datetime(2026, 11, 1, hour, 30, tzinfo=UTC), "America/Chicago") for hour in (6, 7))

    assert (first, second) == ("Sun, Nov 1, 1:30 AM CDT", "Sun, Nov 1, 1:30 AM CST")


def test_a_moment_is_spoken_in_full():
    assert spoken_moment(WINTER, "America/Chicago") == "Tuesday, November 24 at 3:30 PM"


def test_numbers_and_addresses_are_read_back_so_that_they_can_be_heard():
    assert spoken_phone("+15125550123") == "5 1 2, 5 5 5, 0 1 2 3"
    assert spoken_phone("+442079460123") == "4 4 2 0 7 9 4 6 0 1 2 3"
    assert spoken_email("dana_m.example-1@example.com") == "dana underscore m dot example dash 1 at example dot com"


def test_money_is_written_as_people_say_it():
    assert money(450_000, "USD") == "$450k"
    assert money(1_250_000, "SEK") == "SEK 1.25M"
    assert money_range(380_000, 450_000, "USD") == "$380k-$450k"
    assert money_range(None, 450_000, "EUR") == "up to €450k"
    assert money_range(380_000, None, "USD") == "from $380k"
    assert money_range(None, None, "USD") == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Dana\r\nBEGIN:VALARM", "Dana BEGIN:VALARM"),
        ("Visit evil.example.com now", "Visit evil example com now"),
        ("https://evil.example.com", "https evil example com"),
        ("<b>Dana</b>", "b Dana b"),
        ("a\u202eb\x00c", "ab c"),
        ("J. R. Smith", "J. R. Smith"),
        ("\u0646\u062f\u0627\u200c\u0645", "\u0646\u062f\u0627\u200c\u0645"),  # a joiner is part of a name
    ],
)
def test_a_strangers_text_becomes_one_harmless_line(text, line):
    assert one_line(text) == line


@given(st.text(max_size=300))
def test_whatever_a_stranger_writes_it_is_one_bounded_line_without_a_link(text):
    line = one_line(text, limit=80)

    assert len(line) <= 80
    assert len(line.splitlines()) <= 1
    assert not set(line) & set("<>@/\\{}[]\x00\r\n")
