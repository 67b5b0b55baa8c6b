"""The calendars that a person names: added, read on request, taken away."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from handoff.busy.telling import answered
from handoff.models import BusyFeed, FeedReading
from notifications.outbound import Forbidden, check_address
from notifications.promises import doorbell
from notifications.promises.owed import State
from teams.models import User

MOST_FEEDS = 5
LONGEST_ADDRESS = 2000
#: How calendar programs write it. What is fetched is the same address over HTTPS.
SCHEMES = ("webcal://", "webcals://")


_BETWEEN = re.compile(r"[/?&=.%-]")


class FeedRefused(ValueError):
    """This address cannot be a feed; the text says what would be one."""


def plain_address(typed: str) -> str:
    """Return the address to fetch. Raises FeedRefused with what to do; asks nobody."""
    address = typed.strip()
    for scheme in SCHEMES:
        if address.lower().startswith(scheme):
            address = f"https://{address[len(scheme) :]}"
    if len(address) > LONGEST_ADDRESS or any(not sign.isprintable() or sign.isspace() for sign in address):
        raise FeedRefused("This is not an address. Copy the whole secret address, and nothing besides.")
    try:
        check_address(address, hosts=None)
    except Forbidden as refusal:
        if re.match(r"https://\w", address, re.IGNORECASE):
            raise FeedRefused("Paste an address without a user name, a password or a port in it.") from refusal
        raise FeedRefused("Paste an address that begins with https:// or webcal://.") from refusal
    if address.partition("?")[0].lower().endswith((".html", ".htm")):
        raise FeedRefused("This is the address of a web page. Use the one that ends in .ics instead.")
    return address


@transaction.atomic
def add_feed(*, person: User, address: str, at: datetime) -> BusyFeed:
    """Take a calendar's secret address, to be read at once and from then on. Raises FeedRefused."""
    url = plain_address(address)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # two who add at once take turns
    mark = salted_hmac("handoff.busy.feeds", url, algorithm="sha256").hexdigest()
    theirs = BusyFeed.objects.filter(person=person)
    if theirs.filter(url_mark=mark).exists():
        raise FeedRefused("This calendar is on your list already.")
    if theirs.count() >= MOST_FEEDS:
        raise FeedRefused(f"{MOST_FEEDS} calendars are the most. Remove one first.")
    host = url.partition("://")[2].partition("/")[0].partition("?")[0]
    feed = BusyFeed.objects.create(
        person=person,
        url=url,
        url_mark=mark,
        host=host.rpartition("@")[2][:253],
        ending=max(_BETWEEN.split(url.partition("://")[2].partition("/")[2]), key=len)[-4:],
        created_at=at,
        next_at=at,
    )
    FeedReading.objects.create(key=feed.about, about=feed.about, feed=feed, due_at=at)
    doorbell.ring()
    return feed


@transaction.atomic
def read_now(*, feed: BusyFeed, at: datetime) -> bool:
    """Have the feed read at once. False if it is being read right now, or waits for just that."""
    waiting = FeedReading.objects.filter(feed=feed, state=State.WAITING, lease_until=None, due_at__gt=at)
    if not waiting.update(due_at=at):
        return False
    BusyFeed.objects.filter(pk=feed.pk).update(next_at=at)
    doorbell.ring()
    return True


@transaction.atomic
def remove_feed(*, feed: BusyFeed, at: datetime) -> None:
    """Forget the address and all that was read there."""
    answered(feed, at=at)
    feed.delete()
