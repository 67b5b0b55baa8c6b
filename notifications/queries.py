"""Page-ready reads of the inbox and the demo outbox. Pages follow a key, so the last is as quick as the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Exists
from django.db.models.expressions import Combinable

from notifications.models import InboxItem, OutboxCard, OutboxMail
from teams.models import Membership

PAGE = 30


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, newest first, and the key before which older ones lie."""

    rows: Sequence[Row]
    older: str = ""


def inbox_page(membership: Membership, *, before: str = "", is_unread: bool = False) -> Page[InboxItem]:
    """Return a person's items, newest first. ``before`` is the ``older`` of the page above."""
    items = InboxItem.objects.visible_to(membership).order_by("-pk")
    if is_unread:
        items = items.unread()
    if before.isdecimal():
        items = items.filter(pk__lt=before[:18])
    found = list(items[: PAGE + 1])
    return Page(found[:PAGE], older=str(found[PAGE - 1].pk) if len(found) > PAGE else "")


def unread_about(membership: Membership, about: Combinable) -> Exists:
    """Return whether a person has been told something of each row that they have not opened, for a query of rows."""
    return Exists(InboxItem.objects.visible_to(membership).unread().filter(about=about))


def outbox_page(membership: Membership, *, kind: str = "", before: str = "") -> Page[OutboxMail | OutboxCard]:
    """Return what would have left the building, newest first: the team's mails and cards."""
    mails = OutboxMail.objects.visible_to(membership).defer("raw").order_by("-sent_at")
    cards = OutboxCard.objects.filter(team_id=membership.team_id).order_by("-sent_at")
    if moment := _moment(before):
        mails, cards = mails.filter(sent_at__lt=moment), cards.filter(sent_at__lt=moment)
    found: list[OutboxMail | OutboxCard] = []
    if kind in {"", "mail"}:
        found += mails[: PAGE + 1]
    if kind != "mail":
        found += (cards.filter(kind=kind) if kind else cards)[: PAGE + 1]
    found.sort(key=lambda row: row.sent_at, reverse=True)
    return Page(found[:PAGE], older=found[PAGE - 1].sent_at.isoformat() if len(found) > PAGE else "")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
