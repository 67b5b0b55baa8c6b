"""Which team a request acts in."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from teams.models import Membership
from teams.origin import note_member
from teams.sessions import SEEN, STAMP_EVERY, stamp
from teams.signed_in import places_of

CURRENT = "membership_id"  # the session's key for the team that was chosen last


class CurrentTeamMiddleware:
    """Set ``request.membership``, the chosen place or else the first one, and ``request.memberships``, all of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        memberships = places_of(request.user) if request.user.is_authenticated else []
        request.memberships = memberships  # type: ignore[attr-defined]
        request.membership = current = _current(request, memberships)  # type: ignore[attr-defined]
        note_member(current)
        return self.get_response(request)


class SessionStampMiddleware:
    """Note every few minutes that a session is in use, and from where."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.session.get(SEEN)
        now = timezone.now()
        if seen is not None and now.timestamp() - seen >= STAMP_EVERY.total_seconds():
            request.session[SEEN] = now.timestamp()
            ip = get_adapter().get_client_ip(request)
            stamp(session_key=request.session.session_key or "", ip=ip, at=now)
        return self.get_response(request)


def _current(request: HttpRequest, memberships: list[Membership]) -> Membership | None:
    if not memberships:
        return None
    chosen = request.session.get(CURRENT)
    return next((each for each in memberships if each.pk == chosen), memberships[0])
