"""What every page knows of the person and the team."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from teams.second_factor import is_owed


def team(request: HttpRequest) -> dict[str, Any]:
    """Give templates the current place, all places of this person, and whether mails go to the demo outbox."""
    return {
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
        "owes_second_factor": lambda: is_owed(getattr(request, "membership", None)),  # asked only where it is shown
        "demo_outbox": settings.DEMO_OUTBOX,
    }
