"""Reading the inbox: what a person has seen stays seen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings

from notifications.models import InboxItem
from teams.models import Membership


def mark_read(*, item: InboxItem, at: datetime) -> None:
    """Note when an item was first opened."""
    if InboxItem.objects.unread().filter(pk=item.pk).update(read_at=at):
        item.read_at = at


def mark_all_read(*, membership: Membership, at: datetime) -> int:
    """Note all of a person's items as seen. Returns how many were not before."""
    return InboxItem.objects.visible_to(membership).unread().update(read_at=at)


def mark_read_about(*, membership: Membership, about: str, at: datetime) -> int:
    """Note as seen what a person was told of one thing, since they are looking at the thing itself."""
    return InboxItem.objects.visible_to(membership).unread().filter(about=about).update(read_at=at)


def settle(*, about: str, kinds: Collection[str], at: datetime) -> int:
    """Note as seen what nobody need look at any more. Returns how many items it was."""
    return InboxItem.objects.unread().filter(about=about, kind__in=kinds).update(read_at=at)


def path_of(link: str) -> str:
    """Return a link as a path inside Baton, or nothing if it leads elsewhere."""
    path = link.removeprefix(settings.BASE_URL)
    return path if path.startswith("/") and not path.startswith("//") and len(path) <= 200 else ""
