"""What every page knows of the person and the team."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from teams.presence import Standing, standing_of
from teams.second_factor import is_owed


def team(request: HttpRequest) -> dict[str, Any]:
    """Give templates the current place, all places of this person, and whether mails go to the demo outbox.

    ``standing``, how an agent stands on call, is asked for by one query, and only where a template shows it.
    """
    membership = getattr(request, "membership", None)

    @cache
    def standing() -> Standing | None:
        if membership is None or not membership.is_agent:
            return None
        return standing_of(membership, at=timezone.now())

    return {
        "membership": membership,
        "memberships": getattr(request, "memberships", []),
        "owes_second_factor": lambda: is_owed(membership),  # asked only where it is shown
        "standing": standing,
        "demo_outbox": settings.DEMO_OUTBOX,
    }
