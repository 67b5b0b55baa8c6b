"""Texts that people send to a team's number, as Twilio passes them on. Its signature is the whole authority."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications import inbound
from notifications.channels.twilio import is_theirs
from notifications.models import TextIn
from teams.models import TextsConnection

log = structlog.get_logger(__name__)

NUMBER = re.compile(r"\+[0-9]{5,15}")
MOST_FIELDS = 200
NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


# The signature over every field takes the place of the CSRF token and of the login.
@csrf_exempt
@login_not_required
@require_POST
def text_in(request: HttpRequest, key: str) -> HttpResponse:
    """Verify, keep, answer; what it says is done from what was kept. A text that was kept before changes nothing."""
    connection = TextsConnection.objects.select_related("team").filter(inbound_key=key).first()
    if connection is None or not connection.token:
        raise Http404
    fields = _fields(request)
    url = f"{settings.BASE_URL.rstrip('/')}{request.get_full_path()}"
    signed = request.headers.get("X-Twilio-Signature", "")
    if fields is None or not is_theirs(token=connection.token, url=url, fields=fields, signed=signed):
        return HttpResponse("This is not signed by Twilio.", status=403, content_type="text/plain")
    data = dict(fields)
    if not data.get("MessageSid") or not NUMBER.fullmatch(data.get("From", "")):
        return _twiml()  # a short code, or a chat app: nobody we could text back, nor whom anything is known of
    at = timezone.now()
    kept = inbound.keep(connection, source="twilio", data=data, at=at)
    if kept is None:
        return _twiml()
    _apply(kept)
    is_answered = bool(data.get("OptOutType"))  # then Twilio has replied by itself
    is_help = inbound.word_of(kept.body) == inbound.Word.HELP
    return _twiml(_help(connection) if is_help and not is_answered else "")


def _fields(request: HttpRequest) -> list[tuple[str, str]] | None:
    try:
        told = request.body.decode("utf-8")
        return parse_qsl(told, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except (UnicodeError, ValueError):
        return None


def _apply(kept: TextIn) -> None:
    """Do at once what it says: STOP is at once. What goes wrong is done by the sweep: Twilio would not ask again."""
    try:
        inbound.apply(kept.pk, at=timezone.now())
    except Error:
        log.exception("text_in_not_applied", text=kept.pk)


def _help(connection: TextsConnection) -> str:
    team = connection.team
    where = f" Write to {team.reply_to}." if team.reply_to else ""
    return f"{team.name}: texts about your appointment.{where} Reply STOP to end them. Msg & data rates may apply."


def _twiml(words: str = "") -> HttpResponse:
    said = f'<?xml version="1.0" encoding="UTF-8"?><Response><Message>{escape(words)}</Message></Response>'
    return HttpResponse(said if words else NOTHING, content_type="text/xml; charset=utf-8")
