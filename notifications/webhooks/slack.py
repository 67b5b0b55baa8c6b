"""What people press and send in Slack. Slack's signature over the raw body is the whole authority.

https://docs.slack.dev/authentication/verifying-requests-from-slack: signed within five minutes, answered within three
seconds. A button opens its sheet at once, for what opens it lives three seconds; all else that is told to Slack is
owed, and what was answered is done in the request, which needs no network.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from slack_sdk.signature import SignatureVerifier

from notifications.slack_hearing import Heard, hear
from teams.models import SlackConnection

LARGEST = 500_000  # bytes; a modal comes back with all that it offered
TEAM = re.compile(r"([0-9]{1,18})/")


@csrf_exempt  # the signature takes the place of the token and of the login
@login_not_required
@require_POST
def interactions(request: HttpRequest) -> HttpResponse:
    """Verify, do what was pressed or sent, and answer at once. What is not signed by the team's own app is refused."""
    payload = _payload(request)
    said = _words_of(payload)
    connection = _connection_of(said)
    signature = request.headers.get("X-Slack-Signature", "")
    if connection is None or not _is_signed(connection, request, signature):
        return HttpResponse("This is not signed by Slack.", status=403, content_type="text/plain")
    at = timezone.now()
    SlackConnection.objects.filter(pk=connection.pk).update(heard_at=at)
    mark = hashlib.sha256(signature.encode()).hexdigest()[:32]
    answer = hear(Heard(connection, payload, said.partition("/")[2], mark), at=at)
    return JsonResponse(answer) if answer else HttpResponse(status=200)


def _payload(request: HttpRequest) -> dict[str, Any]:
    """Return what was sent, as it came and not trusted yet; empty for what is not of Slack's shape."""
    body = request.body
    if len(body) > LARGEST:
        return {}
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=5, errors="strict")
        payload = json.loads(fields["payload"][0])
    except (UnicodeError, ValueError, KeyError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def _words_of(payload: Mapping[str, Any]) -> str:
    """Return what the button or the sheet says: our own words, with the team before them."""
    if payload.get("type") == "view_submission":
        view = payload.get("view")
        said = view.get("private_metadata") if isinstance(view, dict) else ""
    else:
        actions = payload.get("actions")
        first = actions[0] if isinstance(actions, list) and actions else None
        said = first.get("value") if isinstance(first, dict) else ""
    return said if isinstance(said, str) else ""


def _connection_of(said: str) -> SlackConnection | None:
    named = TEAM.match(said)
    if named is None:
        return None
    connections = SlackConnection.objects.select_related("team__policy").exclude(token="").exclude(signing_secret="")
    return connections.filter(pk=int(named[1])).first()


def _is_signed(connection: SlackConnection, request: HttpRequest, signature: str) -> bool:
    stamp = request.headers.get("X-Slack-Request-Timestamp", "")
    if not re.fullmatch(r"[0-9]{1,12}", stamp):
        return False
    verifier = SignatureVerifier(connection.signing_secret)
    return verifier.is_valid(body=request.body, timestamp=stamp, signature=signature)
