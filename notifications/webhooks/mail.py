"""Mails that a mail provider posts as they came. The secret address is the whole authority; no answer goes to anybody.

Taken are a mail as the body (message/rfc822), and a form with the raw mail in a field, as SendGrid's Inbound Parse
(``email``, with “POST the raw, full MIME message” on) and Mailgun's routes (``body-mime``) post it.
"""

from __future__ import annotations

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.mail_in import keeping
from notifications.models import MailIn
from teams import connections
from teams.mailbox import mailbox_at

log = structlog.get_logger(__name__)

SOURCE = "webhook"
LARGEST = 25_000_000  # bytes; providers pass on no more
PIECE = 65_536
FIELDS = ("email", "body-mime", "message", "raw")
TYPES = ("message/rfc822", "application/octet-stream")
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


# The secret in the address takes the place of the CSRF token and of the login.
@csrf_exempt
@login_not_required
@require_POST
def mail_in(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the mail, answer; what it says is done from what was kept. One that was kept before changes nothing."""
    connection = mailbox_at(key)
    if connection is None:
        raise Http404
    if not connection.is_enabled:
        return _answer("Paused by the team: try again later.", 503)
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > LARGEST:
        return _answer("This mail is too large: 25 MB are the most.", 413)
    try:
        raw = _mail(request)
    except RequestDataTooBig:
        return _answer("This mail is too large for a form field: post it as a file, or as message/rfc822.", 413)
    except (MultiPartParserError, UnreadablePostError, SuspiciousOperation, UnicodeError, ValueError):
        raw = b""
    if not raw.strip():
        return _answer("There is no mail: post it as message/rfc822, or in a field named email or body-mime.", 400)
    at = timezone.now()
    if kept := keeping.keep(connection, raw, source=SOURCE, at=at):
        connections.note_working(connection, at=at)
        _apply(kept)
    return _answer("Kept.", 200)


def _mail(request: HttpRequest) -> bytes:
    """Return as much of the mail as is read of any; what comes after that is attachments."""
    if request.content_type in TYPES:
        raw = request.read(keeping.MOST)
        for _ in range(LARGEST // PIECE):  # heard to its end: whoever is cut off would post it again
            if not request.read(PIECE):
                break
        return raw
    if request.content_type not in FORMS:
        return b""
    for name in FIELDS:
        if name in request.FILES:
            return bytes(request.FILES[name].read(keeping.MOST))  # type: ignore[union-attr]  # one file a field
        if name in request.POST:
            return str(request.POST[name]).encode("utf-8", "surrogateescape")
    return b""


def _apply(kept: MailIn) -> None:
    """Do at once what it says. What goes wrong is done by the sweep: the provider would not ask again."""
    try:
        keeping.apply(kept.pk, at=timezone.now())
    except Error:
        log.exception("mail_in_not_applied", mail=kept.pk)


def _answer(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
