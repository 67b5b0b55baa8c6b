"""Slack: a team's bot token with a channel, or an incoming webhook; and, with a token, messages to one person."""

from __future__ import annotations

from typing import Any

from notifications import outbound
from notifications.channels.connected import keep_for_the_demo, raise_for_status, send_by, time_for
from notifications.channels.slack_api import call, open_direct, refusal
from notifications.channels.slack_cards import card
from notifications.channels.vocabulary import ChannelError, Receipt
from notifications.messages import Message
from notifications.models import Delivery
from notifications.models.deliveries import Topic
from notifications.slack_people import mention_of
from teams.models import SlackConnection
from teams.slack import what_to_do

WEBHOOK_HOSTS = frozenset({"hooks.slack.com"})
DEMO_CHANNEL = "#handoffs"


class SlackChannel:
    """Posts to the team's channel, or to the demo's when the team has none of its own; to one person, where named."""

    label = "Slack"

    def send(self, delivery: Delivery) -> Receipt:
        """Post the card. Raises ChannelError."""
        connection: SlackConnection = getattr(delivery.team, "slack", None) or SlackConnection(is_enabled=False)
        if delivery.recipient_id:
            return self._send_to_one(delivery, connection)
        message = Message.from_json(delivery.message)
        known = mention_of(delivery.team_id, message.concerns) if message.concerns else ""
        payload = card(message, mention=known, answers_to=answers_to(connection))
        channel = channel_for(connection, delivery.topic)
        return send_by(
            delivery,
            post=lambda: self._post(connection, payload, channel),
            draw=lambda: keep_for_the_demo(delivery, where=channel or DEMO_CHANNEL, payload=payload),
        )

    def _send_to_one(self, delivery: Delivery, connection: SlackConnection) -> Receipt:
        """Write to a member alone. What Slack refuses of that says nothing of the team's channel."""
        is_drawn = not connection.is_ready
        within = time_for(delivery) / 2  # two calls
        team = delivery.team_id if is_drawn else answers_to(connection)
        payload = card(Message.from_json(delivery.message), answers_to=team, is_direct=True)
        try:
            return send_by(
                delivery,
                post=lambda: _post_to(
                    connection, open_direct(connection, _user_of(delivery), within=within), payload, within=within
                ),
                draw=lambda: keep_for_the_demo(delivery, where=f"@{delivery.recipient_name}", payload=payload),
            )
        except ChannelError as problem:
            if not problem.permanent:
                raise
            words = f"{what_to_do(str(problem))}." if problem.needs_reconnect else str(problem)
            raise ChannelError(words, permanent=True) from problem

    def _post(self, connection: SlackConnection, payload: dict[str, Any], channel: str) -> Receipt:
        if connection.token and channel:
            return _post_to(connection, channel, payload)
        return _read_webhook(outbound.post_json(connection.webhook_url, payload, hosts=WEBHOOK_HOSTS))


def answers_to(connection: SlackConnection) -> int | None:
    """Return the team that hears what is pressed in messages of this connection; None if none does."""
    return connection.team_id if connection.hears_buttons else None


def channel_for(connection: SlackConnection, topic: str) -> str:
    """Return the channel of a topic: its own where the team has one, else the main one."""
    own = {Topic.HOT: connection.hot_channel, Topic.STUCK: connection.stuck_channel}
    return own.get(Topic(topic), "") or connection.channel


def _user_of(delivery: Delivery) -> str:
    user = mention_of(delivery.team_id, delivery.recipient_id or 0)
    if not user:
        raise ChannelError("Slack knows nobody by this member's address.", permanent=True)
    return user


def _post_to(
    connection: SlackConnection, channel: str, payload: dict[str, Any], *, within: float = outbound.TOTAL_LIMIT
) -> Receipt:
    said = {"channel": channel, "unfurl_links": False, **payload}
    body = call(connection, "chat.postMessage", said, within=within)
    return Receipt(answer="ok", provider_ref=f"{body.get('channel', '')} {body.get('ts', '')}"[:200])


def _read_webhook(answer: outbound.Answer) -> Receipt:
    """A webhook answers in plain text, and with a status."""
    raise_for_status(answer)
    said = answer.text.strip()
    if answer.status == 200 and said == "ok":
        return Receipt(answer="ok")
    if 300 <= answer.status < 400:
        raise ChannelError(f"{answer.status}, a redirect: not followed.", permanent=True, needs_reconnect=True)
    raise refusal(said[:100] or f"status {answer.status}", answer)
