"""Where a team's Slack alerts go: a bot token with a channel, or an incoming webhook, never both."""

from datetime import datetime

from django.db import transaction

from teams import connections
from teams.changes import note_change
from teams.models import Membership, SlackConnection, Team
from teams.signals import slack_connected

#: What Slack says when it refuses for good, and what a team lead does about it.
WHAT_TO_DO = {
    "token_revoked": "Slack says this token was revoked: make a new one and save it",
    "token_expired": "Slack says this token has expired: make a new one and save it",
    "invalid_auth": "Slack does not know this token: copy it again and save it",
    "not_authed": "Slack does not know this token: copy it again and save it",
    "account_inactive": "Slack says the app or its workspace was removed: install it again and save its new token",
    "missing_scope": "The bot may not: give it the scopes chat:write and im:write, install it again and save its token",
    "channel_not_found": "Slack finds no such channel: check its name, or invite the bot if it is private",
    "not_in_channel": "The bot is not in the channel: invite it there",
    "is_archived": "The channel is archived: choose another and save it",
    "channel_is_archived": "The channel is archived: choose another and save it",
    "no_service": "Slack says this webhook was removed: make a new one and save it",
    "invalid_token": "Slack does not know this webhook: make a new one and save it",
}


def what_to_do(reason: str) -> str:
    """Say in words why Slack refused and what helps; Slack's own word where we know no better."""
    return WHAT_TO_DO.get(reason) or f"Slack said “{reason.rstrip('.')}”: check the connection and save it again"


def connection_of(team: Team) -> SlackConnection:
    """Return the team's connection, which may be empty."""
    return SlackConnection.objects.get_or_create(team=team)[0]


@transaction.atomic
def connect_by_token(  # a token, its channels, and who gave them
    *,
    connection: SlackConnection,
    token: str,
    channel: str,
    hot_channel: str = "",
    stuck_channel: str = "",
    signing_secret: str = "",
    actor: Membership,
    at: datetime,
) -> None:
    """Post as a bot: to ``channel``, and elsewhere what is hot or stuck. A new token starts unflagged.

    ``signing_secret``: by which we know that what people press comes from Slack; empty: buttons are links.
    """
    is_new = token != connection.token
    if signing_secret != connection.signing_secret:
        connection.signing_secret, connection.heard_at = signing_secret, None
    connection.token, connection.channel, connection.webhook_url = token, channel, ""
    connection.hot_channel, connection.stuck_channel = hot_channel, stuck_channel
    connections.begin_again(connection)
    more = "".join(f", {what} to {where}" for what, where in (("hot", hot_channel), ("stuck", stuck_channel)) if where)
    words = f"{'New token' if is_new else 'Same token'}, posting to {channel}{more}"
    note_change(actor=actor, part="slack", words=words, at=at)
    if is_new:
        slack_connected.send(sender=SlackConnection, connection=connection, actor=actor, at=at)


@transaction.atomic
def connect_by_webhook(*, connection: SlackConnection, url: str, actor: Membership, at: datetime) -> None:
    """Post through an incoming webhook, whose address is the secret; its channel was chosen at Slack."""
    _forget(connection)
    connection.webhook_url = url
    connections.begin_again(connection)
    note_change(actor=actor, part="slack", words="A webhook", at=at)
    slack_connected.send(sender=SlackConnection, connection=connection, actor=actor, at=at)


@transaction.atomic
def disconnect(*, connection: SlackConnection, actor: Membership, at: datetime) -> None:
    """Forget every secret of the connection."""
    _forget(connection)
    connections.begin_again(connection)
    note_change(actor=actor, part="slack", words="Disconnected", at=at)
    slack_connected.send(sender=SlackConnection, connection=connection, actor=actor, at=at)


def has_token(team: Team) -> bool:
    """Whether a bot is connected, who can look people up."""
    return bool(connection_of(team).token)


def facts_of(connection: SlackConnection) -> tuple[str, ...]:
    """Where it posts, for the overview."""
    return tuple(
        f"{what} {where}"
        for what, where in (
            ("posts to", connection.channel),
            ("hot leads to", connection.hot_channel),
            ("what is stuck to", connection.stuck_channel),
            ("through a", "webhook" if connection.webhook_url else ""),
        )
        if where
    )


def _forget(connection: SlackConnection) -> None:
    connection.token = connection.webhook_url = connection.signing_secret = ""
    connection.heard_at = None
    connection.channel = connection.hot_channel = connection.stuck_channel = ""
