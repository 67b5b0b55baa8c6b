"""What every page knows of the live transfer that its reader has asked for."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest

from handoff.models import LiveTransfer
from handoff.queries.transfers import transfer_of


def transfer(request: HttpRequest) -> dict[str, Any]:
    """Give ``under_way``: one query, only where a template shows it, none for who asks for no transfers."""
    membership = getattr(request, "membership", None)

    @cache
    def under_way() -> LiveTransfer | None:
        return transfer_of(membership) if membership and not membership.is_agent else None

    return {"under_way": under_way}
