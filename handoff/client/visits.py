"""Somebody opens a client's page: the link is read, and everything about it that is the same on each of them.

Nobody signs in here, so no cookie gives any right, and none is set: there is nothing that another site could use. Under
no-referrer browsers send "Origin: null", which the CSRF check would refuse. The signed link is the whole authority, and
what is changed asks for a second, signed step besides (``handoff.client.steps``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from handoff import words
from handoff.client.links import NoLink, OldLink, read_link, token_for
from handoff.client.standing import Standing, standing_of
from handoff.models import Handoff
from handoff.views.outcome import for_anyone_with_the_link
from notifications.models.deliveries import Audience

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a client: which link, how things stand, and when."""

    token: str
    standing: Standing
    at: datetime

    @property
    def handoff(self) -> Handoff:
        """The handoff that the page is about."""
        return self.standing.handoff

    def context(self) -> dict[str, Any]:
        """Return what every page of it draws."""
        handoff, meeting = self.handoff, self.handoff.appointment
        return {
            "visit": self,
            "handoff": handoff,
            "token": self.token,
            "what": words.meeting_of(handoff),
            "when": words.moment_for(handoff, meeting.starts_at, Audience.CLIENT) if meeting else "",
        }


def for_client(*methods: str, is_kept: bool = False) -> Callable[[View], View]:
    """Let a view be opened by a client's link: it gets a Visit in the token's place.

    A link whose lead has a newer handoff leads to that one's page. ``is_kept``: browsers may keep the answer.
    """
    keeping: Callable[[View], View] = _as_it_is if is_kept else never_cache

    def decorate(view: View) -> View:
        @csrf_exempt
        @login_not_required
        @keeping
        @require_http_methods(methods)
        @for_anyone_with_the_link
        @wraps(view)
        def page(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
            at = timezone.now()
            try:
                handoff = read_link(token, at=at)
            except (NoLink, OldLink) as bad:
                return no_good(request, is_old=isinstance(bad, OldLink))
            if request.method == "POST" and not ratelimit.consume(request, action="client_change", key=about(handoff)):
                return too_often(request)
            standing = standing_of(handoff, at=at)
            if standing.newer:
                return redirect(page_of(standing.newer, done="stale" if request.method == "POST" else ""))
            return view(request, Visit(token, standing, at), **kwargs)

        return page

    return decorate


def _as_it_is(view: View) -> View:
    return view


def about(handoff: Handoff) -> str:
    """What the limits of one client's link are counted by."""
    return f"client|{handoff.pk}"


def no_good(request: HttpRequest, *, is_old: bool) -> HttpResponse:
    """Say that the link opens nothing, and nothing more."""
    return render(request, "handoff/client/no_link.html", {"is_old": is_old}, status=410 if is_old else 404)


def too_often(request: HttpRequest) -> HttpResponse:
    """Ask for a little patience."""
    response = render(request, "handoff/client/too_often.html", status=429)
    response["Retry-After"] = "600"
    return response


def page_of(handoff: Handoff, *, done: str = "") -> str:
    """Return the path of the client's page, which says what was just done."""
    path = reverse("handoff:client-appointment", args=[token_for(handoff)])
    return f"{path}?done={done}" if done else path


def back(visit: Visit, *, done: str = "") -> HttpResponse:
    """Go to the page as it stands now: whoever reloads or goes back sends nothing twice."""
    return redirect(page_of(visit.handoff, done=done))
