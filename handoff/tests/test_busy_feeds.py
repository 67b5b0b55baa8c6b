"""Feeds are added, read on a timer from a real server, and what goes wrong is told and closes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from werkzeug import Response

from handoff.appointments import move, reassign
from handoff.busy.feeds import FeedRefused, add_feed, plain_address, read_now, remove_feed
from handoff.busy.reading import _fetched, _note_found
from handoff.busy.times import BusyTimes
from handoff.errors import Unbookable
from handoff.models import BusyFeed, BusySpan, FeedReading
from handoff.slots import check_bookable, free_slots
from handoff.tests.calendar_files import calendar, event
from handoff.tests.factories import MINUTES, NOW, SLOT, busy_feed, busy_spans, open_handoff, ready
from leads.models import Task
from notifications.models import Delivery, InboxItem
from notifications.promises.audit import findings
from notifications.promises.claims import claim_due
from notifications.promises.drains import drain
from notifications.promises.endings import mark_done
from notifications.promises.owed import State
from teams.tests.factories import MembershipFactory, TeamFactory, agent

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


@pytest.fixture
def ana():
    return agent(user__name="Ana Example")


@pytest.fixture
def feed(ana, calendar_peer):
    return add_feed(person=ana.user, address=calendar_peer.url, at=NOW)


def read(feed, *, at=NOW):
    """Let the sweep come by; return the feed as it is then."""
    FeedReading.objects.filter(feed=feed).update(due_at=at)
    drain(FeedReading, at=at)
    feed.refresh_from_db()
    for name in ("read_at", "tried_at", "laid_out_at", "next_at"):  # the sweep's clock runs on meanwhile
        moment = getattr(feed, name)
        setattr(feed, name, moment and moment.replace(microsecond=0))
    return feed


def spans(feed):
    return list(feed.spans.order_by("starts_at").values_list("starts_at", "ends_at"))


def offered(to, *, at=NOW, **asked):
    day = {"start": SLOT - timedelta(hours=4), "end": SLOT + timedelta(hours=10), "minutes": MINUTES} | asked
    return free_slots(lead=None, team=to.team, at=at, agents=[to], **day)


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


@pytest.mark.parametrize(
    ("answer", "words", "is_final"),
    [
        (Response("<html>Sign in</html>", content_type="text/html"), "web page", True),
        (Response(status=404), "does not work any more (404)", True),
        (Response(status=410), "does not work any more (410)", True),
        (Response(status=401), "does not work any more (401)", True),
        (Response(status=403), "does not work any more (403)", True),
        (Response(status=503), "answered with an error (503)", False),
        (Response(status=304), "answered with an error (304)", False),
        (Response(status=302, headers={"Location": "http://10.0.0.1/a.ics"}), "public address", True),
        (Response(status=302, headers={"Location": "ftp://example.com/a.ics"}), "", True),
        (Response(b"x" * 10_000_001), "larger than 10 MB", True),
        (Response("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), "breaks off", True),
    ],
)
def test_a_failure_leaves_what_is_known_in_force(feed, calendar_peer, answer, words, is_final):
    calendar_peer.body = calendar(event(SLOT))
    read(feed)
    calendar_peer.answers = [answer]

    read(feed, at=NOW + QUARTER)

    assert words in feed.problem
    assert (feed.failures, feed.read_at, feed.tried_at) == (1, NOW, NOW + QUARTER)
    assert spans(feed) == [(SLOT, SLOT + HOUR)]
    assert Task.objects.filter(kind="calendar_unread").exists() == is_final
    assert calendar_peer.url not in feed.problem


def test_nobody_there_is_a_failure(feed, calendar_peer):
    calendar_peer.server.stop()

    read(feed)

    assert feed.problem == "The connection failed or was cut off."
    assert feed.read_at is None


def test_each_failure_waits_longer_but_never_for_ever(feed, calendar_peer):
    waits = []
    at = NOW
    for _ in range(8):
        calendar_peer.answers = [Response(status=500)]
        read(feed, at=at)
        waits.append((feed.next_at - at) / QUARTER)
        at = feed.next_at

    for wait, expected in zip(waits, [1, 2, 4, 8, 16, 24, 24, 24], strict=True):
        assert 0.8 * expected <= wait <= 1.2 * expected


def test_a_server_that_asks_for_time_gets_it(feed, calendar_peer):
    calendar_peer.answers = [Response(status=429, headers={"Retry-After": "7200"})]

    read(feed)

    assert feed.next_at - NOW >= 1.6 * HOUR


def test_the_third_failure_is_told_once_and_the_next_success_ends_it(ana, feed, calendar_peer):
    at = NOW
    for failures in range(1, 6):
        calendar_peer.answers = [Response(status=500)]
        at += HOUR
        read(feed, at=at)
        assert Task.objects.open().filter(kind="calendar_unread", assignee=ana).count() == (failures >= 3)

    task = Task.objects.get(kind="calendar_unread")
    assert "cannot be read" in task.title
    assert task.link == "/calendar/"
    assert InboxItem.objects.filter(membership=ana, kind="calendar_unread").count() == 1
    assert Delivery.objects.filter(recipient=ana, kind="calendar_unread").count() == 1

    read(feed, at=at + HOUR)

    assert feed.failures == 0
    assert not Task.objects.open().filter(kind="calendar_unread").exists()


def test_failing_again_later_is_told_again(feed, calendar_peer):
    for hours in (1, 3):
        calendar_peer.answers = [Response(status=404)]
        read(feed, at=NOW + hours * HOUR)
        read(feed, at=NOW + (hours + 1) * HOUR)

    assert Task.objects.filter(kind="calendar_unread").count() == 2


@pytest.mark.parametrize(
    ("age", "doubt"),
    [
        (timedelta(minutes=59), ""),
        (timedelta(hours=3, minutes=5), "Calendar last read 3 hours ago"),
        (timedelta(hours=25), "Calendar not read since Sun, Nov 22"),
    ],
)
def test_times_of_an_agent_whose_calendar_is_old_are_shown_with_a_doubt(ana, age, doubt):
    busy_spans(ana.user, (SLOT, SLOT + HOUR), feed=busy_feed(ana.user, read_at=NOW - age))
    busy_feed(ana.user)  # the older of two counts

    slots = offered(ana)

    assert slots
    assert SLOT not in [slot.starts_at for slot in slots]  # what was known stays in force
    assert all(slot.doubt.startswith(doubt) and bool(slot.doubt) == bool(doubt) for slot in slots)


def test_a_calendar_that_was_never_read_is_a_doubt_and_none_at_all_is_not(ana):
    assert {slot.doubt for slot in offered(ana)} == {""}
    busy_feed(ana.user, read_at=None)
    assert {slot.doubt for slot in offered(ana)} == {"Calendar not read yet"}


def test_a_person_is_busy_in_every_team_they_work_in(ana, feed, calendar_peer):
    elsewhere = agent(TeamFactory.create(), user=ana.user)
    calendar_peer.body = calendar(event(SLOT))

    read(feed)

    assert SLOT not in [slot.starts_at for slot in offered(elsewhere)]


def test_our_own_invite_on_the_agents_calendar_stands_in_no_ones_way(feed, calendar_peer, ana):
    handoff = open_handoff(ready(ana.team), to=ana)
    appointment = handoff.appointment
    calendar_peer.body = calendar(
        event(appointment.starts_at, minutes=45, uid=appointment.uid), event(SLOT + 2 * HOUR, uid="lunch@example.com")
    )
    read(feed)
    assert spans(feed) == [(SLOT + 2 * HOUR, SLOT + 3 * HOUR)]

    moved = move(appointment=appointment, starts_at=SLOT + timedelta(minutes=30), actor=handoff.setter, at=NOW)

    assert moved.starts_at == SLOT + timedelta(minutes=30)
    with pytest.raises(Unbookable, match="own calendar"):
        move(appointment=appointment, starts_at=SLOT + 2 * HOUR, actor=handoff.setter, at=NOW)


def test_an_invite_of_ours_that_was_given_to_somebody_else_blocks_nobody(feed, calendar_peer, ana):
    handoff = open_handoff(ready(ana.team), to=ana)
    reassign(handoff=handoff, agent=agent(ana.team), actor=handoff.setter, at=NOW)
    calendar_peer.body = calendar(event(SLOT, minutes=45, uid=handoff.appointment.uid))

    read(feed)

    assert spans(feed) == []
    assert SLOT in [slot.starts_at for slot in offered(ana)]


def test_an_agent_who_is_busy_by_their_own_calendar_is_not_given_a_meeting_then(ana):
    other = agent(ana.team)
    busy_spans(other.user, (SLOT, SLOT + HOUR))
    handoff = open_handoff(ready(ana.team), to=ana)

    with pytest.raises(Unbookable, match="own calendar"):
        reassign(handoff=handoff, agent=other, actor=handoff.setter, at=NOW)


@pytest.mark.parametrize("typed", ["webcal://p01.example.com/a.ics", " https://p01.example.com/a.ics "])
def test_an_address_is_taken_as_calendars_show_it(typed):
    assert plain_address(typed) == "https://p01.example.com/a.ics"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("http://calendars.example.com/a.ics", "begins with https"),
        ("calendars.example.com/a.ics", "begins with https"),
        ("https://user:pass@calendars.example.com/a.ics", "without a user name"),
        ("https://calendars.example.com:99/a.ics", "or a port"),
        ("https://calendars.example.com/calendar.html?x=1", "web page"),
        ("https://calendars.example.com/a b.ics", "not an address"),
        ("https://calendars.example.com/" + "a" * 2000, "not an address"),
        ("https://calendars.example.com/a\r\nHost: b", "not an address"),
        ("javascript:alert(1)", "begins with https"),
        ("file:///etc/passwd", "begins with https"),
        ("https://", "begins with https"),
    ],
)
def test_what_cannot_be_an_address_is_refused_with_what_would_be_one(typed, words, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False
    with pytest.raises(FeedRefused, match=words):
        plain_address(typed)


def test_the_same_calendar_twice_and_a_sixth_one_are_refused(ana):
    for number in range(5):
        add_feed(person=ana.user, address=f"https://calendars.example.com/{number}.ics", at=NOW)

    with pytest.raises(FeedRefused, match="on your list"):
        add_feed(person=ana.user, address="webcal://calendars.example.com/0.ics", at=NOW)
    with pytest.raises(FeedRefused, match="5 calendars"):
        add_feed(person=ana.user, address="https://calendars.example.com/6.ics", at=NOW)
    add_feed(person=MembershipFactory.create().user, address="https://calendars.example.com/0.ics", at=NOW)


def test_reading_at_once_moves_the_reading_forward_and_only_once(feed, calendar_peer):
    read(feed)
    at = NOW + timedelta(minutes=2)

    assert read_now(feed=feed, at=at)
    assert not read_now(feed=feed, at=at)
    assert drain(FeedReading, at=at) == 1
    assert len(calendar_peer.requests) == 2


def test_removing_a_feed_frees_its_times_and_ends_the_asking(ana, feed, calendar_peer):
    calendar_peer.body = calendar(event(SLOT))
    read(feed)
    calendar_peer.answers = [Response(status=404)]
    read(feed, at=NOW + QUARTER)

    remove_feed(feed=feed, at=NOW + HOUR)

    assert SLOT in [slot.starts_at for slot in offered(ana)]
    assert not BusySpan.objects.exists()
    assert not FeedReading.objects.exists()
    assert not Task.objects.open().filter(kind="calendar_unread").exists()


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


@pytest.mark.parametrize("number", [1, 20])
def test_own_calendars_cost_no_further_query(number, django_assert_num_queries):
    team = TeamFactory.create()
    agents = [agent(team) for _ in range(number)]
    for each in agents:
        busy_spans(each.user, (SLOT, SLOT + HOUR), (SLOT + 2 * HOUR, SLOT + 3 * HOUR))

    with django_assert_num_queries(3):
        found = free_slots(lead=None, team=team, start=NOW, end=NOW + timedelta(days=14), minutes=30, at=NOW)

    assert len({slot.agent.pk for slot in found}) == number
