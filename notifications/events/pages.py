"""What an open page asks for: a ticket for the stream, and while there is no stream, what it missed."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications.events.frames import frames_since, last_before, whole
from notifications.events.tickets import ticket_for
from notifications.pushing import KEPT_FOR
from teams.access import any_member
from teams.http import TeamRequest


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
    (found,) = frames_since([(request.membership.pk, after)])
    newest = max([after, *(each["id"] for each in found)])
    return JsonResponse({"membership": request.membership.pk, "frames": found, "after": newest})


def _known(request: TeamRequest) -> int:
    """Return the last frame that the page knows: ``after``, or by how many seconds old it is (``age``)."""
    if "after" in request.GET:
        return whole(request.GET["after"])
    age = timedelta(seconds=whole(request.GET.get("age", ""), most=int(KEPT_FOR.total_seconds())))
    return last_before(request.membership.pk, timezone.now() - age)
