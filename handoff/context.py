"""What every page knows of the live transfer that its reader has asked for."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest

from handoff.models import LiveTransfer
from handoff.queries.transfers import transfer_of
from teams.http import TeamRequest

#: Where a browser's session remembers as whom a transfer was asked for: without it no page has to look for one.
ASKED_AS = "asked_for_transfer_as"


def transfer(request: HttpRequest) -> dict[str, Any]:
    """Give ``under_way``: one query, only where a template shows it, none for who has asked for no transfer."""
    membership = getattr(request, "membership", None)

    @cache
    def under_way() -> LiveTransfer | None:
        if membership is None or request.session.get(ASKED_AS) != membership.pk:
            return None
        found = transfer_of(membership)
        if found is None:
            del request.session[ASKED_AS]
        return found

    return {"under_way": under_way}


def remember_transfer(request: TeamRequest) -> None:
    """Have the pages of this browser show the transfer that has just been asked for."""
    request.session[ASKED_AS] = request.membership.pk
