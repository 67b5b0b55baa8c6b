"""Slack's Web API: one call, and what its answer means. Errors: https://docs.slack.dev/apis/web-api."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from notifications import outbound
from notifications.channels.connected import raise_for_status
from notifications.channels.vocabulary import ChannelError
from teams.models import SlackConnection

HOSTS = frozenset({"slack.com"})

#: Said by Slack of itself or of our pace: worth another try.
PASSING = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "rollup_error",
    }
)
#: Said of this one message: the connection is fine.
ABOUT_THE_MESSAGE = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_too_long",
        "no_text",
        "invalid_payload",
        "msg_blocks_too_long",
        "too_many_attachments",
        "duplicate_message_not_found",
    }
)


def call(
    connection: SlackConnection, method: str, said: Mapping[str, Any], *, within: float = outbound.TOTAL_LIMIT
) -> dict[str, Any]:
    """Call a method as the team's bot, in so many seconds. Raises ChannelError, outbound.Forbidden or Unreachable."""
    url = f"{settings.SLACK_API_URL.rstrip('/')}/{method}"
    key = {"Authorization": f"Bearer {connection.token}"}
    return _read(outbound.post_json(url, said, hosts=HOSTS, headers=key, within=within))


def open_direct(connection: SlackConnection, user: str, *, within: float = outbound.TOTAL_LIMIT) -> str:
    """Return the channel in which the bot writes to this person alone (scope im:write)."""
    channel = call(connection, "conversations.open", {"users": user}, within=within).get("channel")
    found = str(channel.get("id", "")) if isinstance(channel, dict) else ""
    if not found:
        raise ChannelError("Slack opened no direct message.", permanent=True)
    return found


def refusal(error: str, answer: outbound.Answer) -> ChannelError:
    """Return what this word of Slack's means for the message and for the connection."""
    if error in PASSING:
        is_throttled = error in {"ratelimited", "rate_limited"}
        return ChannelError(error, retry_after=answer.retry_after, is_throttled=is_throttled)
    return ChannelError(error, permanent=True, needs_reconnect=error not in ABOUT_THE_MESSAGE)


def _read(answer: outbound.Answer) -> dict[str, Any]:
    """The Web API answers 200 to nearly everything, and says in the body whether it worked."""
    raise_for_status(answer)
    try:
        body = json.loads(answer.text)
    except ValueError:
        body = None
    if answer.status != 200 or not isinstance(body, dict):
        raise ChannelError(f"{answer.status}, not an answer of Slack's.", permanent=300 <= answer.status < 500)
    if body.get("ok") is True:
        return body
    raise refusal(str(body.get("error") or "unknown_error"), answer)
