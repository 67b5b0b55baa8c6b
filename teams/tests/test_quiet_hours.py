"""Nobody is called before eight or from nine in the evening on, by their own clock."""

from datetime import UTC, datetime

import pytest

from teams.quiet_hours import is_quiet, quiet_until, quiet_zones

CHICAGO, HONOLULU = "America/Chicago", "Pacific/Honolulu"
MONDAY_10 = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # in Chicago; 6:00 in Honolulu


@pytest.mark.parametrize(
    ("utc", "quiet"),
    [("13:59:59", True), ("14:00", False), ("23:59", False)],
)
def test_the_morning_begins_at_eight_there(utc, quiet):
    at = datetime.fromisoformat(f"2026-11-23T{utc}+00:00")

    assert is_quiet(CHICAGO, at=at) is quiet


@pytest.mark.parametrize(("utc", "quiet"), [("02:59:59", False), ("03:00", True)])
def test_the_evening_ends_at_nine_there(utc, quiet):
    at = datetime.fromisoformat(f"2026-11-24T{utc}+00:00")

    assert is_quiet(CHICAGO, at=at) is quiet


def test_who_may_be_reached_now_may_be_reached_now():
    assert quiet_until(CHICAGO, at=MONDAY_10) == MONDAY_10


def test_before_eight_it_is_this_morning():
    assert quiet_until(HONOLULU, at=MONDAY_10) == datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def test_after_nine_it_is_tomorrow_morning():
    late = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)  # Monday 22:30 in Chicago

    assert quiet_until(CHICAGO, at=late) == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_the_morning_after_the_clocks_change_is_eight_by_the_new_clock():
    late = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)  # Saturday 22:00 in Chicago, still CDT

    assert quiet_until(CHICAGO, at=late) == datetime(2026, 11, 1, 14, 0, tzinfo=UTC)


def test_the_zones_in_which_it_is_quiet_are_those_where_nobody_may_be_called():
    found = quiet_zones(at=MONDAY_10)

    assert HONOLULU in found
    assert CHICAGO not in found
    assert 100 < len(found) < 500
