"""What every page knows of the reader's inbox."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest

from notifications.models import InboxItem

MOST_SHOWN = 100  # beyond that nobody counts, and neither does the database


def inbox(request: HttpRequest) -> dict[str, Any]:
    """Give ``inbox_unread``: asked for by one query, and only if a template shows it."""
    membership = getattr(request, "membership", None)

    @cache
    def inbox_unread() -> int:
        if membership is None:
            return 0
        unread = InboxItem.objects.visible_to(membership).unread()
        return unread.order_by()[:MOST_SHOWN].count()

    return {"inbox_unread": inbox_unread}
