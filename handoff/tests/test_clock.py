"""Wall clocks: days on which an hour is missing, and days on which one comes twice."""

# ruff: noqa: DTZ001 - wall clock times are naive on purpose

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.clock import instants_of, local_time_exists, pieces_of_day, seconds

ZONES = [
    "America/Chicago",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Atlantic/Azores",
    "Asia/Kathmandu",
]
#: Days around changes of the clock in these zones: at two, at midnight, back over midnight.
CHANGES = [
    date(2027, month, day) for month, day in [(3, 14), (11, 7), (3, 28), (10, 31), (4, 3), (4, 4), (10, 3), (9, 5)]
]
DAYS = st.one_of(
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.builds(lambda day, by: day + timedelta(days=by), st.sampled_from(CHANGES), st.integers(-1, 1)),
)


@pytest.mark.parametrize(
    ("zone", "missing"),
    [("America/Chicago", datetime(2027, 3, 14, 2, 30)), ("Europe/Berlin", datetime(2027, 3, 28, 2, 30))],
)
def test_a_time_in_the_hour_that_is_skipped_does_not_exist(zone, missing):
    assert instants_of(missing, zone) == []
    assert not local_time_exists(missing, zone)
    assert local_time_exists(missing + timedelta(hours=1), zone)


@pytest.mark.parametrize(
    ("zone", "twice", "first"),
    [
        ("America/Chicago", datetime(2027, 11, 7, 1, 30), datetime(2027, 11, 7, 6, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 10, 31, 2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_in_the_hour_that_comes_twice_is_two_instants(zone, twice, first):
    assert instants_of(twice, zone) == [first, first + timedelta(hours=1)]


def test_an_ordinary_time_is_one_instant():
    assert instants_of(datetime(2026, 11, 24, 10, 0), "America/Chicago") == [datetime(2026, 11, 24, 16, tzinfo=UTC)]


@given(
    st.sampled_from(ZONES),
    DAYS,
    st.integers(min_value=0, max_value=86_399),
)
def test_the_pieces_of_a_day_hold_exactly_the_instants_that_show_its_date(zone, day, second):
    local = datetime(day.year, day.month, day.day) + timedelta(seconds=second)

    from_pieces = {
        piece.midnight + second
        for piece in pieces_of_day(zone, day)
        if piece.begins <= piece.midnight + second < piece.ends
    }

    assert from_pieces == {seconds(instant) for instant in instants_of(local, zone)}


@given(st.sampled_from(ZONES), DAYS)
def test_the_pieces_of_a_day_reach_to_the_next_day(zone, day):
    today, tomorrow = pieces_of_day(zone, day), pieces_of_day(zone, day + timedelta(days=1))

    assert today[-1].ends == tomorrow[0].begins
    assert datetime.fromtimestamp(today[0].begins, ZoneInfo(zone)).date() == day
