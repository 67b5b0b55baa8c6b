"""What a wall clock means, on the nights when clocks change too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.zones import NoSuchTime, local_to_utc


def test_a_time_that_clocks_jump_over_is_refused():
    with pytest.raises(NoSuchTime, match="does not exist in America/Chicago"):
        local_to_utc(datetime(2027, 3, 14, 2, 30), zone_name="America/Chicago")  # noqa: DTZ001


def test_a_time_that_comes_twice_is_the_first_unless_the_second_is_asked_for():
    twice = datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001
    first = local_to_utc(twice, zone_name="America/Chicago")
    second = local_to_utc(twice, zone_name="America/Chicago", fold=1)
    assert first == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert second - first == timedelta(hours=1)


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["America/New_York", "America/Phoenix", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.sampled_from([0, 1]),
)
def test_a_moment_shows_the_clock_it_was_made_from(local, zone_name, fold):
    try:
        moment = local_to_utc(local, zone_name=zone_name, fold=fold)
    except NoSuchTime:
        return
    assert moment.astimezone(ZoneInfo(zone_name)).replace(tzinfo=None, fold=0) == local
