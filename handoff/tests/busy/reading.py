"""Calendars read by the sweep, and what is offered beside them."""

from __future__ import annotations

from datetime import timedelta

from handoff.models import FeedReading
from handoff.slots import free_slots
from handoff.tests.factories import MINUTES, NOW, SLOT
from notifications.promises.drains import drain

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


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
