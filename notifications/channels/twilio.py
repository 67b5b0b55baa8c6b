"""Twilio's REST call for one text, and the proof that a text that comes in is theirs.

https://www.twilio.com/docs/messaging/api/message-resource, errors: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from notifications import outbound
from notifications.channels.connected import raise_for_status
from notifications.channels.vocabulary import ChannelError, OptedOut, Receipt
from teams.models import TextsConnection

HOSTS = frozenset({"api.twilio.com"})

OPTED_OUT = 21610
#: Of our pace: worth another try after a rest.
TOO_FAST = frozenset({20429, 14107, 21611, 30022, 63018})
#: Of the account or of the number that we send from: a team lead has to mend it.
OF_THE_CONNECTION = frozenset(
    {20003, 20005, 20006, 20404, 21212, 21603, 21606, 21659, 21660, 21701, 21703, 21705, 30032, 30034}
)


class Twilio:
    """Sends by a team's own account."""

    def send(self, connection: TextsConnection, *, to: str, body: str, within: float) -> Receipt:
        """Hand the text over. Raises ChannelError, OptedOut, outbound.Forbidden or outbound.Unreachable."""
        url = f"{settings.TWILIO_API_URL.rstrip('/')}/Accounts/{connection.account}/Messages.json"
        by = "MessagingServiceSid" if connection.sender.startswith("MG") else "From"
        fields = {"To": to, by: connection.sender, "Body": body}
        login = (connection.account, connection.token)
        return _read(outbound.post_form(url, fields, hosts=HOSTS, login=login, within=within))


def _read(answer: outbound.Answer) -> Receipt:
    said = _json(answer.text)
    code = said.get("code")
    if code in TOO_FAST:
        raise ChannelError(f"{code} too fast.", retry_after=answer.retry_after, is_throttled=True)
    raise_for_status(answer)
    if answer.status == 201 and said.get("sid"):
        parts = str(said.get("num_segments") or "1")
        told = f"Accepted by Twilio ({said.get('status', 'queued')}), {parts} segment{'' if parts == '1' else 's'}."
        return Receipt(answer=f"{told} Whether it arrived is not known.", provider_ref=str(said["sid"])[:200])
    words = f"{code or answer.status} {said.get('message', '')}".strip()[:200]
    if code == OPTED_OUT:
        raise OptedOut(words)
    is_ours = code in OF_THE_CONNECTION or answer.status in {401, 403} or 300 <= answer.status < 400
    if 200 <= answer.status < 300:
        raise ChannelError(f"{answer.status}, not an answer of Twilio's.")
    raise ChannelError(words, permanent=True, needs_reconnect=is_ours)


def _json(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def signature(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """Return X-Twilio-Signature of a form: of the public address and every field, sorted, name and value joined.

    https://www.twilio.com/docs/usage/security
    """
    told = url + "".join(f"{name}{value}" for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), told.encode(), hashlib.sha1).digest()).decode()


def is_theirs(*, token: str, url: str, fields: Iterable[tuple[str, str]], signed: str) -> bool:
    """Whether Twilio signed this. Compared in constant time."""
    return bool(token) and hmac.compare_digest(signature(token, url, fields).encode(), signed.encode())
