"""Unsubscribing: one button for a person, one POST for a mail program. Whoever only opens the link changes nothing."""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.consent import mail_opt_out, may_mail
from notifications.models.mails import MailHow
from notifications.unsubscribe.links import NoLink, read_link


# The signed link takes the place of the CSRF token and of the login: mail programs send neither (RFC 8058, 3.2).
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask with one button; end it when that, or the button of a mail program, is pressed."""
    try:
        team, address = read_link(token)
    except NoLink:
        return _page(request, status=404, state="forged")
    context: dict[str, Any] = {"team": team, "address": address}
    if request.method != "POST":
        return _page(request, state="ask" if may_mail(team.pk, address) else "done", **context)
    how = _how(request)
    if how is None:  # a scanner that POSTs whatever it finds
        return _page(request, status=400, state="ask", **context)
    key = hashlib.sha256(token.encode()).hexdigest()
    if not ratelimit.consume(request, action="unsubscribe", key=key):
        return _page(request, status=429, state="slow", **context)
    mail_opt_out(team=team, address=address, how=how, at=timezone.now())
    return _page(request, state="done", **context)


def _how(request: HttpRequest) -> MailHow | None:
    """By which button it was pressed, if by one."""
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return MailHow.ONE_CLICK
    return MailHow.PAGE if request.POST.get("stop") == "yes" else None


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    response = render(request, "notifications/unsubscribe.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
