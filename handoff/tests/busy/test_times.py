"""What a calendar file says of when its owner is busy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handoff.busy.apart import read_apart
from handoff.busy.calendar_file import NotACalendar
from handoff.busy.stretches import MOST, stretches
from handoff.busy.times import busy_times
from handoff.clock import moment
from handoff.tests.calendar_files import BEGINS, CHICAGO, ENDS, OWN_ZONE, calendar
from leads.tests.factories import NOW

HOUR = 3600


def found(*events, zones="", home=CHICAGO, ours=()):
    return busy_times(calendar(*events, zones=zones), home=home, begins=BEGINS, ends=ENDS, ours=ours)


def times(*events, **details):
    """The stretches as their UTC beginnings and hours."""
    spans = sorted(found(*events, **details).spans)
    return [(f"{moment(begins):%m-%d %H:%M}", (ends - begins) / HOUR) for begins, ends in spans]


def test_an_event_takes_its_time():
    assert times("UID:a\nDTSTART:20261124T160000Z\nDTEND:20261124T170000Z") == [("11-24 16:00", 1)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("DTSTART;TZID=America/New_York:20261124T100000\nDTEND;TZID=America/New_York:20261124T110000", "11-24 15:00"),
        ("DTSTART;TZID=Eastern Standard Time:20261124T100000\nDURATION:PT1H", "11-24 15:00"),
        ('DTSTART;TZID="America/New_York":20261124T100000\nDURATION:PT60M', "11-24 15:00"),
        ("DTSTART;TZID=/example.org/20260101_1/America/New_York:20261124T100000\nDURATION:PT1H", "11-24 15:00"),
        ("DTSTART;TZID=Customized Time Zone:20261124T100000\nDURATION:PT1H", "11-24 15:00"),
        ("DTSTART:20261124T090000\nDURATION:PT1H", "11-24 15:00"),  # floating: the owner's clock
        ("DTSTART;TZID=Mars/Olympus:20261124T090000\nDURATION:PT1H", "11-24 15:00"),
        ("DTSTART;TZID=:20261124T090000\nDURATION:PT1H", "11-24 15:00"),
        ('DTSTART;X-NOTE="a:b;c":20261124T150000Z\nDURATION:PT1H', "11-24 15:00"),
        ("dtstart:20261124T150000Z\nduration:PT1H", "11-24 15:00"),
    ],
)
@pytest.mark.parametrize("repeats", ["", "\nRRULE:FREQ=DAILY;COUNT=1"])
def test_each_way_to_name_a_zone_is_understood(lines, expected, repeats):
    assert times(f"UID:a\n{lines}{repeats}", zones=OWN_ZONE) == [(expected, 1)]


def test_a_zone_that_nobody_knows_is_told():
    assert found("UID:a\nDTSTART;TZID=Mars/Olympus:20261124T090000\nDURATION:PT1H").unknown_zones == ["Mars/Olympus"]


def test_a_whole_day_is_that_day_of_its_owner():
    assert times("UID:a\nDTSTART;VALUE=DATE:20261126\nDTEND;VALUE=DATE:20261128") == [("11-26 06:00", 48)]
    assert times("UID:a\nDTSTART;VALUE=DATE:20261126") == [("11-26 06:00", 24)]
    assert times("UID:a\nDTSTART;VALUE=DATE:20261126", home="Asia/Tokyo") == [("11-25 15:00", 24)]


def test_a_whole_day_on_which_clocks_change_is_as_long_as_it_is():
    assert times("UID:a\nDTSTART;VALUE=DATE:20270314") == [("03-14 06:00", 23)]


@pytest.mark.parametrize(
    "free",
    [
        "TRANSP:TRANSPARENT",
        "STATUS:CANCELLED",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",
    ],
)
@pytest.mark.parametrize("repeats", ["", "\nRRULE:FREQ=DAILY;COUNT=3"])
def test_what_does_not_block_there_does_not_block_here(free, repeats):
    assert times(f"UID:a\nDTSTART:20261124T160000Z\nDURATION:PT1H\n{free}{repeats}") == []


@pytest.mark.parametrize(
    "busy",
    ["TRANSP:OPAQUE", "STATUS:TENTATIVE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"],
)
def test_what_is_only_likely_blocks(busy):
    assert times(f"UID:a\nDTSTART:20261124T160000Z\nDURATION:PT1H\n{busy}") == [("11-24 16:00", 1)]


def test_a_series_comes_round_by_the_clock_of_its_zone():
    weekly = "UID:a\nDTSTART;TZID=America/Chicago:20260106T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"
    shown = times(weekly)

    assert shown[0] == ("11-24 16:00", 1)
    assert shown[-1] == ("03-23 15:00", 1)  # summer time by then
    assert len(shown) == 18


def test_a_series_without_this_day_with_that_one_moved_and_one_called_off():
    series = (
        "UID:a\nDTSTART:20261124T160000Z\nDTEND:20261124T170000Z\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE:20261125T160000Z"
    )
    moved = "UID:a\nRECURRENCE-ID:20261126T160000Z\nDTSTART:20261126T200000Z\nDTEND:20261126T203000Z"
    off = "UID:a\nRECURRENCE-ID:20261127T160000Z\nDTSTART:20261127T160000Z\nDTEND:20261127T170000Z\nSTATUS:CANCELLED"

    assert times(series, moved, off) == [("11-24 16:00", 1), ("11-26 20:00", 0.5), ("11-28 16:00", 1)]


def test_further_days_of_an_event_count_too():
    assert times("UID:a\nDTSTART:20261124T160000Z\nDTEND:20261124T170000Z\nRDATE:20261201T160000Z") == [
        ("11-24 16:00", 1),
        ("12-01 16:00", 1),
    ]


def test_an_appointment_that_comes_back_through_the_calendar_does_not_block_itself():
    ours = "UID:2f1d@baton\nDTSTART:20261124T160000Z\nDURATION:PT1H"
    theirs = "UID:other@baton\nDTSTART:20261125T160000Z\nDURATION:PT1H"

    assert times(ours, theirs, ours=["2f1d@baton"]) == [("11-25 16:00", 1)]


def test_an_event_without_length_takes_no_time():
    assert times("UID:a\nDTSTART:20261124T160000Z", "UID:b\nDTSTART:20261124T160000Z\nDTEND:20261124T160000Z") == []


def test_what_is_outside_of_the_window_is_cut_off():
    long = found("UID:a\nDTSTART:20200101T000000Z\nDTEND:20300101T000000Z")

    assert long.spans == [(BEGINS, ENDS)]
    assert times("UID:a\nDTSTART:20250101T000000Z\nDURATION:PT1H") == []


def test_lines_folded_anywhere_are_one_line():
    folded = calendar("UID:a\nDTSTART:2026112\n 4T160000Z\nDURATI\n\tON:PT1H")

    assert busy_times(folded, home=CHICAGO, begins=BEGINS, ends=ENDS).events == 1


def test_an_alarm_within_an_event_says_nothing_of_its_time():
    alarm = "BEGIN:VALARM\nTRIGGER:-PT10M\nDTSTART:20270101T000000Z\nDURATION:PT5H\nEND:VALARM"

    assert times(f"UID:a\n{alarm}\nDTSTART:20261124T160000Z\nDURATION:PT1H") == [("11-24 16:00", 1)]


@pytest.mark.parametrize(
    "broken",
    [
        "UID:a",
        "UID:a\nDTSTART:yesterday",
        "UID:a\nDTSTART:20269924T160000Z\nDURATION:PT1H",
        "UID:a\nDTSTART:20261124T160000Z\nDURATION:an hour",
        "UID:a\nDTSTART:20261124T160000Z\nDURATION:PT1H\nRRULE:FREQ=SOMETIMES",
        "UID:a\nDTSTART:20261124T160000Z\nDURATION:P99999999999W",
        "UID:a\nDTSTART;VALUE=DATE:99991231\nRRULE:FREQ=DAILY;BYMONTH=x",
    ],
)
def test_what_cannot_be_read_costs_that_event_alone_and_is_counted(broken):
    said = found(broken, "UID:b\nDTSTART:20261124T160000Z\nDURATION:PT1H")

    assert len(said.spans) == 1
    assert said.unread == 1


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=2",
        "FREQ=DAILY;BYHOUR=1;BYMINUTE=1;BYSECOND=0,1,2",
        "FREQ=HOURLY;BYMINUTE=" + ",".join(str(n) for n in range(60)),
    ],
)
def test_what_repeats_every_moment_counts_as_busy_all_through_and_is_told(rule):
    said = found(f"UID:a\nDTSTART:20200101T000000Z\nDURATION:PT1S\nRRULE:{rule}")

    assert said.spans == [(BEGINS, ENDS)]
    assert said.throughout == 1


def test_what_repeats_every_second_ends_when_it_says():
    assert times("UID:a\nDTSTART:20261124T160000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;UNTIL=20261124T170000Z") == [
        ("11-24 16:00", 1)
    ]


def test_a_rule_that_never_comes_true_ends_all_the_same():
    assert times("UID:a\nDTSTART:20200101T100000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30") == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><html><title>Sign in</title></html>", "web page"),
        (b"", "nothing"),
        (b"\x89PNG\r\n\x1a\n", "not a calendar"),
        (b'{"error": "no"}', "not a calendar"),
        (calendar("UID:a\nDTSTART:20261124T160000Z\nDURATION:PT1H")[:-30], "breaks off"),
    ],
)
def test_what_is_no_calendar_is_named(body, words):
    with pytest.raises(NotACalendar, match=words):
        busy_times(body, home=CHICAGO, begins=BEGINS, ends=ENDS)


def apart(body):
    return read_apart(body, zone=CHICAGO, begins=NOW - timedelta(days=1), ends=NOW + timedelta(days=120), ours=())


def test_a_process_apart_reads_the_same():
    body = calendar("UID:a\nDTSTART:20261124T160000Z\nDTEND:20261124T170000Z")

    assert apart(body).spans == busy_times(body, home=CHICAGO, begins=BEGINS, ends=ENDS).spans
    with pytest.raises(NotACalendar, match="web page"):
        apart(b"<html>")


def test_a_hundred_thousand_events_are_read():
    first = datetime(2026, 11, 24, tzinfo=UTC)
    lines = (f"UID:{n}\nDTSTART:{first + timedelta(minutes=n):%Y%m%dT%H%M%SZ}\nDURATION:PT30S" for n in range(100_000))

    assert apart(calendar(*lines)).events == 100_000


def test_a_calendar_that_would_take_for_ever_is_given_up():
    endless = "DTSTART:00010101T000000Z\nDURATION:PT1M\nRRULE:FREQ=HOURLY"

    with pytest.raises(NotACalendar, match="too long"):
        apart(calendar(*(f"UID:{n}\n{endless}" for n in range(200))))


def test_more_series_than_anybody_has_are_refused():
    weekly = "DTSTART:20261124T160000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"

    with pytest.raises(NotACalendar, match="repeating events"):
        apart(calendar(*(f"UID:{n}\n{weekly}" for n in range(4001))))


def test_stretches_are_few_and_short():
    every_other_minute = [(n * 120, n * 120 + 60) for n in range(80_000)]

    kept = stretches(every_other_minute)

    assert len(kept) <= MOST
    assert (kept[0][0], kept[-1][1]) == (0, 79_999 * 120 + 60)
    assert all(0 < ends - begins <= 86_400 for begins, ends in kept)


def test_stretches_that_touch_are_one():
    assert stretches([(0, 60), (60, 120), (30, 90), (200, 300)]) == [(0, 120), (200, 300)]
