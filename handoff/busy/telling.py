"""Who hears that a calendar cannot be read: its owner, on their list, in the app and by mail; once for each failing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from handoff.models import BusyFeed
from handoff.phrases import local_moment
from handoff.words.pieces import absolute
from leads.todo import add_task, finish_tasks
from notifications.messages import Message
from notifications.models.deliveries import Audience
from notifications.owing import owe_member
from teams.models import Membership

UNREAD = "calendar_unread"


def tell_unread(feed: BusyFeed, *, at: datetime) -> None:
    """Tell the owner, in each team where they are an agent, why their calendar is not read and what helps."""
    since = feed.failing_since or at
    link = reverse("handoff:calendar")
    title = f"Your calendar at {feed.host} cannot be read"
    for membership in _places_of(feed):
        last = f"It was last read {local_moment(feed.read_at, membership.user.zone)}." if feed.read_at else ""
        parts = (feed.problem, last, "Until it is read again, nobody here knows what you add.")
        detail = " ".join(part for part in parts if part)
        add_task(
            key=f"{feed.about}|{UNREAD}|m{membership.pk}|{since:%Y%m%d%H%M%S}",
            assignee=membership,
            title=title,
            kind=UNREAD,
            detail=detail,
            link=link,
            at=at,
            due_at=at,
        )
        owe_member(
            membership,
            kind=UNREAD,
            about=feed.about,
            audience=Audience.AGENT,
            message=Message(title=title, lead_in=detail, link=absolute(link), link_label="Look at your calendars"),
            at=at,
            revision=int(since.timestamp()),
        )


def answered(feed: BusyFeed, *, at: datetime) -> None:
    """Ask no longer: it is read again, or gone."""
    finish_tasks(key_prefix=f"{feed.about}|{UNREAD}|", at=at)


def _places_of(feed: BusyFeed) -> Iterable[Membership]:
    return (
        Membership.objects.active().agents().filter(user=feed.person_id).select_related("user", "team").order_by("pk")
    )
