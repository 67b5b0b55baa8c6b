"""A member's appointments as a feed: the page that makes its secret address, and the feed itself."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from handoff import agenda
from teams.access import any_member
from teams.http import TeamRequest

#: Calendar programs ask every few minutes at most; one address gets so many answers in ten minutes.
ANSWERS, WITHIN = 60, 600


@require_safe
@any_member
def agenda_settings(request: TeamRequest) -> HttpResponse:
    """Tell whether one's appointments are given out, and how."""
    return _page(request)


def _page(request: TeamRequest, *, address: str = "") -> HttpResponse:
    context = {"link": agenda.link_of(request.membership), "address": address, "zone": request.user.zone}
    response = render(request, "handoff/agenda.html", context)
    if address:
        response["Cache-Control"] = "no-store"
    return response


@require_POST
@any_member
@sensitive_variables("secret")
def new_link(request: TeamRequest) -> HttpResponse:
    """Make a new address and show it, this once. The one before gives nothing out any more."""
    secret = agenda.new_link(membership=request.membership, at=timezone.now())
    return _page(request, address=f"{settings.BASE_URL.rstrip('/')}{reverse('handoff:agenda-feed', args=[secret])}")


@require_POST
@any_member
def end_link(request: TeamRequest) -> HttpResponse:
    """Give one's appointments out no more."""
    if agenda.end_link(membership=request.membership):
        messages.success(request, "The address gives nothing out any more.")
    return redirect("handoff:agenda")


# A calendar program cannot sign in: the secret in the address is the whole authority.
@login_not_required
@require_safe
@sensitive_variables("secret")
def agenda_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Give the appointments to a calendar program. Changes nothing."""
    membership = agenda.whose(secret)
    if membership is None:
        return HttpResponse("There is no such calendar.", status=404, content_type="text/plain; charset=utf-8")
    key = f"agenda|{membership.pk}"
    if cache.add(key, 1, WITHIN) is False and cache.incr(key) > ANSWERS:
        busy = HttpResponse("Too often: ask again in ten minutes.", status=429, content_type="text/plain")
        busy["Retry-After"] = str(WITHIN)
        return busy
    body = agenda.agenda(membership, at=timezone.now())
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response: HttpResponse
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="baton.ics"'
    response["ETag"], response["Cache-Control"] = etag, "private, max-age=300"
    response["X-Robots-Tag"], response["Referrer-Policy"] = "noindex", "no-referrer"
    return response
