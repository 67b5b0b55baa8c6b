"""What every page knows of the live transfer that its reader has asked for, or talks in."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from handoff.live.talking import Talk, talk_of
from handoff.models import LiveTransfer
from handoff.queries.transfers import transfer_of


def transfer(request: HttpRequest) -> dict[str, Any]:
    """Give ``under_way`` to who can ask for a transfer, and ``talking`` to agents: a query each, where it is shown.

    It is looked up for every page, since whoever asked may have gone on at another browser.
    """
    membership = getattr(request, "membership", None)

    @cache
    def under_way() -> LiveTransfer | None:
        return None if membership is None or membership.is_agent else transfer_of(membership)

    @cache
    def talking() -> Talk | None:
        return talk_of(membership, at=timezone.now()) if membership and membership.is_agent else None

    return {"under_way": under_way, "talking": talking}
