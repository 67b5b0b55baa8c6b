"""Calendars are read on a timer from a real server: how often, what is kept of them, and what comes between."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from handoff.busy.feeds import read_now, remove_feed
from handoff.busy.reading import _fetched, _note_found
from handoff.busy.times import BusyTimes
from handoff.errors import Unbookable
from handoff.models import BusyFeed, BusySpan, FeedReading
from handoff.slots import check_bookable
from handoff.tests.busy.reading import HOUR, QUARTER, offered, read, spans
from handoff.tests.calendar_files import calendar, event
from handoff.tests.factories import MINUTES, NOW, SLOT
from notifications.promises.audit import findings
from notifications.promises.claims import claim_due
from notifications.promises.drains import drain
from notifications.promises.endings import mark_done
from notifications.promises.owed import State

pytestmark = pytest.mark.django_db


def test_what_stands_in_the_calendar_is_busy_here(ana, feed, calendar_peer):
    calendar_peer.body = calendar(event(SLOT), event(SLOT + 3 * HOUR, more="TRANSP:TRANSPARENT"))

    read(feed)

    assert spans(feed) == [(SLOT, SLOT + HOUR)]
    assert (feed.read_at, feed.failures, feed.problem) == (NOW, 0, "")
    starts = [slot.starts_at for slot in offered(ana)]
    assert SLOT not in starts
    assert SLOT + HOUR in starts
    assert SLOT + 3 * HOUR in starts
    with pytest.raises(Unbookable, match="Ana Example has something on their own calendar then"):
        check_bookable(agent=ana, starts_at=SLOT, minutes=MINUTES, at=NOW)


def test_no_word_of_an_event_is_kept_and_the_address_is_unreadable(feed, calendar_peer):
    calendar_peer.body = calendar(event(SLOT, more="LOCATION:Dentist at the secret place"))
    read(feed)

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(f::text, '|') FROM handoff_busyfeed f")
        rows = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(s::text, '|') FROM handoff_busyspan s")
        rows += cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(r::text, '|') FROM handoff_feedreading r")
        rows += cursor.fetchone()[0]
    assert "Dentist" not in rows
    assert "a1b2c3" not in rows
    assert feed.name == f"127.0.0.1:{calendar_peer.server.port} …b2c3"
    assert BusyFeed.objects.get().url == calendar_peer.url


def test_it_is_read_again_a_quarter_of_an_hour_later(feed, calendar_peer):
    read(feed)

    reading = FeedReading.objects.get()
    assert reading.state == State.WAITING
    assert NOW + 0.8 * QUARTER <= reading.due_at <= NOW + 1.2 * QUARTER
    assert reading.due_at.replace(microsecond=0) == feed.next_at
    calendar_peer.body = calendar(event(SLOT))
    assert drain(FeedReading, at=NOW + 2 * QUARTER) == 1
    assert spans(feed) == [(SLOT, SLOT + HOUR)]


def test_an_unchanged_calendar_is_only_asked_whether_it_has_changed(feed, calendar_peer):
    calendar_peer.body, calendar_peer.etag = calendar(event(SLOT)), '"v1"'
    read(feed)

    read(feed, at=NOW + QUARTER)

    assert calendar_peer.requests[-1]["If-None-Match"] == '"v1"'
    assert feed.read_at == NOW + QUARTER
    assert feed.laid_out_at == NOW
    assert spans(feed) == [(SLOT, SLOT + HOUR)]


def test_an_unchanged_calendar_is_laid_out_anew_twice_a_day_so_that_series_go_on(feed, calendar_peer):
    calendar_peer.etag = '"v1"'
    calendar_peer.body = calendar(event(SLOT, more="RRULE:FREQ=DAILY"))
    read(feed)
    last = spans(feed)[-1]

    read(feed, at=NOW + timedelta(days=1))

    assert "If-None-Match" not in calendar_peer.requests[-1]
    assert spans(feed)[-1][0] == last[0] + timedelta(days=1)


def test_a_server_that_stamps_each_answer_has_changed_nothing(feed, calendar_peer):
    calendar_peer.body = calendar(event(SLOT, more="DTSTAMP:20261123T000000Z"))
    read(feed)
    calendar_peer.body = calendar(event(SLOT, more="DTSTAMP:20261123T001500Z"))

    read(feed, at=NOW + QUARTER)

    assert (feed.laid_out_at, feed.read_at) == (NOW, NOW + QUARTER)


def test_another_zone_of_the_owner_reads_whole_days_anew(feed, calendar_peer, ana):
    calendar_peer.body, calendar_peer.etag = calendar("UID:a\nDTSTART;VALUE=DATE:20261126"), '"v1"'
    read(feed)
    ana.user.zone = "Asia/Tokyo"
    ana.user.save()

    read(feed, at=NOW + QUARTER)

    assert spans(feed)[0][0] == datetime.fromisoformat("2026-11-25T15:00:00Z")


def test_reading_at_once_moves_the_reading_forward_and_only_once(feed, calendar_peer):
    read(feed)
    at = NOW + timedelta(minutes=2)

    assert read_now(feed=feed, at=at)
    assert not read_now(feed=feed, at=at)
    assert drain(FeedReading, at=at) == 1
    assert len(calendar_peer.requests) == 2


def test_a_feed_removed_between_fetching_and_keeping_stays_removed(feed, calendar_peer):
    calendar_peer.body = calendar(event(SLOT))
    [owed] = claim_due(FeedReading, at=NOW)
    page, before = _fetched(feed, NOW), BusyFeed.objects.get(pk=feed.pk)
    remove_feed(feed=feed, at=NOW)

    assert _note_found(before, page, BusyTimes(spans=[(0, 60)]), NOW) == "The calendar was removed meanwhile."
    assert mark_done(owed, fence=owed.fence, at=NOW, answer="") is False
    assert not BusySpan.objects.exists()


def test_a_reading_that_keeps_dying_is_put_off_and_comes_again(feed):
    FeedReading.objects.update(crashes=5)

    drain(FeedReading, at=NOW)

    reading = FeedReading.objects.get()
    assert reading.state == State.WAITING
    assert reading.due_at >= NOW + 6 * HOUR
    assert reading.crashes == 0


def test_the_auditor_finds_nothing_forgotten_between_two_readings(feed, calendar_peer):
    read(feed)

    assert [each for each in findings(at=NOW + timedelta(minutes=5)) if "Feed" in each] == []
