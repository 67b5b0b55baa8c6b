"""What an open page asks for: a ticket for the stream, and while there is no stream, what it missed."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications.events.frames import frames_since, last_before
from notifications.events.tickets import ticket_for
from teams.access import any_member
from teams.http import TeamRequest

BIGGEST = 2**63 - 1  # what the column holds
LONGEST = timedelta(hours=1)  # older rows are cleared away


@require_safe
@never_cache
@any_member
def ticket(request: TeamRequest) -> JsonResponse:
    """Where the stream is, how to get in, and from which frame on this page is behind."""
    key = request.session.session_key or ""
    return JsonResponse(
        {
            "membership": request.membership.pk,
            "url": settings.EVENTS_STREAM_URL,
            "ticket": ticket_for(membership_id=request.membership.pk, session_key=key),
            "after": _known(request),
        }
    )


@require_safe
@never_cache
@any_member
def since(request: TeamRequest) -> JsonResponse:
    """The frames since the last one that the page knows."""
    after = _known(request)
    found = frames_since(request.membership.pk, after)
    newest = max([after, *(each["id"] for each in found)])
    return JsonResponse({"membership": request.membership.pk, "frames": found, "after": newest})


def _known(request: TeamRequest) -> int:
    """Return the last frame that the page knows: ``after``, or by how many seconds old it is (``age``)."""
    if "after" in request.GET:
        return _whole(request, "after", most=BIGGEST)
    age = timedelta(seconds=_whole(request, "age", most=int(LONGEST.total_seconds())))
    return last_before(request.membership.pk, timezone.now() - age)


def _whole(request: HttpRequest, name: str, *, most: int) -> int:
    """Return a number of the query, 0 if it is none."""
    text = request.GET.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 20 else 0
