"""Calendars are added by their address, and removed."""

from __future__ import annotations

import pytest
from werkzeug import Response

from handoff.busy.feeds import FeedRefused, add_feed, plain_address, remove_feed
from handoff.models import BusySpan, FeedReading
from handoff.tests.busy.reading import HOUR, QUARTER, offered, read
from handoff.tests.calendar_files import calendar, event
from handoff.tests.factories import NOW, SLOT
from leads.models import Task
from teams.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


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
