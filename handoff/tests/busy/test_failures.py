"""A calendar that cannot be read: it is tried again, told, and closes nothing."""

from __future__ import annotations

import pytest
from werkzeug import Response

from handoff.tests.busy.reading import HOUR, QUARTER, read, spans
from handoff.tests.calendar_files import calendar, event
from handoff.tests.factories import NOW, SLOT
from leads.models import Task
from notifications.models import Delivery, InboxItem

pytestmark = pytest.mark.django_db


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
