"""Time off as the agent's own calendar on the wall has it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from teams.models import TimeOff
from teams.tests.factories import agent
from teams.time_off import Away, TimeOffRefused, add_time_off, ahead, change_time_off, words
from teams.zones import NoSuchTime

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
MONDAY, WEDNESDAY = date(2026, 11, 30), date(2026, 12, 2)
CHICAGO = "America/Chicago"


def noted(member, first=MONDAY, last=WEDNESDAY, **times):
    return add_time_off(membership=member, away=Away(first, last, **times), at=NOW)


def test_whole_days_go_from_midnight_to_the_midnight_after_in_the_agents_zone():
    starts_at, ends_at = Away(MONDAY, WEDNESDAY).span(zone_name=CHICAGO)

    assert starts_at == datetime(2026, 11, 30, 6, tzinfo=UTC)
    assert ends_at == datetime(2026, 12, 3, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (CHICAGO, date(2027, 3, 14), 23),
        (CHICAGO, date(2027, 11, 7), 25),
        (CHICAGO, date(2027, 7, 1), 24),
        ("America/Phoenix", date(2027, 3, 14), 24),
        ("America/Havana", date(2027, 3, 14), 23),  # the clocks go forward over midnight: the day begins at one
        ("America/Havana", date(2027, 11, 7), 25),  # midnight comes twice: the day begins with the first
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone, day, hours):
    starts_at, ends_at = Away(day, day).span(zone_name=zone)

    assert ends_at - starts_at == timedelta(hours=hours)


@pytest.mark.parametrize("zone", [CHICAGO, "America/Havana", "Asia/Kathmandu"])
@pytest.mark.parametrize("first", [date(2027, 3, 14), date(2027, 11, 7), date(2027, 3, 13), MONDAY])
@pytest.mark.parametrize(("leaves", "returns"), [(None, None), (time(15), None), (None, time(9)), (time(4), time(23))])
def test_what_is_read_back_is_what_was_entered(zone, first, leaves, returns):
    away = Away(first, first + timedelta(days=1), leaves, returns)
    starts_at, ends_at = away.span(zone_name=zone)

    assert Away.of(TimeOff(starts_at=starts_at, ends_at=ends_at), zone_name=zone) == away


def test_an_hour_that_comes_twice_is_all_of_it_time_off():
    day = date(2027, 11, 7)
    starts_at, ends_at = Away(day, day, time(1, 30), time(1, 30)).span(zone_name=CHICAGO)

    assert (starts_at.hour, ends_at.hour) == (6, 7)


def test_a_time_that_the_clocks_skip_is_none():
    day = date(2027, 3, 14)
    with pytest.raises(NoSuchTime, match="does not exist in America/Chicago"):
        Away(day, day, time(2, 30)).span(zone_name=CHICAGO)


@pytest.mark.parametrize(
    "away", [Away(WEDNESDAY, MONDAY), Away(MONDAY, MONDAY, time(9), time(9)), Away(MONDAY, MONDAY, time(9), time(8))]
)
def test_it_ends_after_it_begins(away):
    with pytest.raises(TimeOffRefused, match="must end after it begins"):
        away.span(zone_name=CHICAGO)


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (Away(MONDAY, MONDAY), "Mon, Nov 30, all day"),
        (Away(MONDAY, WEDNESDAY), "Mon, Nov 30 to Wed, Dec 2"),
        (Away(MONDAY, MONDAY, time(9), time(12)), "Mon, Nov 30, 9:00 AM CST to 12:00 PM CST"),
        (Away(MONDAY, MONDAY, None, time(12)), "Mon, Nov 30, until 12:00 PM CST"),
        (Away(MONDAY, MONDAY, time(15)), "Mon, Nov 30, from 3:00 PM CST"),
        (Away(MONDAY, WEDNESDAY, time(15)), "Mon, Nov 30, 3:00 PM CST to Wed, Dec 2"),
        (Away(MONDAY, WEDNESDAY, None, time(12)), "Mon, Nov 30 to Wed, Dec 2, 12:00 PM CST"),
    ],
)
def test_it_is_said_as_people_say_it(away, said):
    starts_at, ends_at = away.span(zone_name=CHICAGO)

    assert words(TimeOff(starts_at=starts_at, ends_at=ends_at), zone_name=CHICAGO) == said


@pytest.mark.django_db
class TestEntries:
    def test_two_never_overlap_and_the_refusal_names_the_other(self):
        ana = agent()
        noted(ana)
        with pytest.raises(TimeOffRefused, match=r"already: Mon, Nov 30 to Wed, Dec 2\. Change or remove that entry"):
            noted(ana, WEDNESDAY, WEDNESDAY, leaves=time(23))
        assert TimeOff.objects.count() == 1

    def test_they_may_touch_and_another_agents_do_not_count(self):
        ana = agent()
        noted(ana)
        noted(ana, WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=1))
        noted(agent(ana.team))
        assert TimeOff.objects.count() == 3

    def test_a_change_does_not_overlap_with_itself_but_with_others(self):
        ana = agent()
        first, _ = noted(ana), noted(ana, date(2026, 12, 10), date(2026, 12, 10))

        change_time_off(time_off=first, away=Away(MONDAY, date(2026, 12, 9)), note="Boat", at=NOW)
        with pytest.raises(TimeOffRefused, match="already: Thu, Dec 10, all day"):
            change_time_off(time_off=first, away=Away(MONDAY, date(2026, 12, 10)), at=NOW)

        first.refresh_from_db()
        assert first.note == "Boat"
        assert words(first, zone_name=CHICAGO) == "Mon, Nov 30 to Wed, Dec 9"

    def test_what_is_over_is_not_noted_and_not_listed(self):
        ana = agent()
        with pytest.raises(TimeOffRefused, match="over already"):
            noted(ana, date(2026, 11, 22), date(2026, 11, 22))
        entry = noted(ana)
        assert list(ahead(ana, at=entry.ends_at - timedelta(seconds=1))) == [entry]
        assert not ahead(ana, at=entry.ends_at).exists()

    def test_whoever_is_back_early_says_so(self):
        ana = agent()
        entry = noted(ana)
        on_wednesday = datetime(2026, 12, 2, 18, tzinfo=UTC)

        change_time_off(time_off=entry, away=Away(MONDAY, date(2026, 12, 1)), at=on_wednesday)

        assert not ahead(ana, at=on_wednesday).exists()

    def test_what_somebody_removed_meanwhile_cannot_be_changed(self):
        entry = noted(agent())
        TimeOff.objects.all().delete()
        with pytest.raises(TimeOffRefused, match="removed this time off meanwhile"):
            change_time_off(time_off=entry, away=Away(MONDAY, MONDAY), at=NOW)
        assert not TimeOff.objects.exists()
