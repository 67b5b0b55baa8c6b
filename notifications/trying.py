"""Trying out what a team has connected, while a person waits: only an answer proves that it works."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from notifications.channels.email import OwnServer
from notifications.channels.registered import CHANNELS
from notifications.channels.slack import channel_for
from notifications.channels.vocabulary import Channel, ChannelError
from notifications.messages import Action, Message
from notifications.models import Delivery
from notifications.models.deliveries import Audience, ChannelKind, Topic
from notifications.slack_trial import PRESS
from teams import connections
from teams.models import SlackConnection, Team
from teams.models.connections import Connection
from teams.ways import WAYS, Way

#: What each kind of connection is tried by. A team's own mail server is tried alone, with nobody to step in.
SENDERS: dict[str, Channel] = {**CHANNELS, "smtp": OwnServer()}


class NotSent(Exception):
    """The test message did not go out; the text says why, and what to do."""


def try_channel(*, team: Team, channel: str, at: datetime, address: str = "", name: str = "") -> str:
    """Send a test message now, and return what the other side answered. Nothing is owed, so nothing is tried again.

    A team with several rooms on one channel gets one message in each.

    ``address`` and ``name`` are whom it goes to, for channels that write to people. What came of it is kept with the
    connection. Raises NotSent. Speaks to the network, so never call it inside a transaction.
    """
    way = WAYS[channel]
    connection = way.of(team)
    if connection is None or not connection.is_set:
        raise NotSent(f"{way.label} is not connected yet.")
    try:
        for topic in _topics(connection):
            trial = _trial(team, channel, at=at, address=address, name=name)
            trial.topic = topic
            receipt = SENDERS[channel].send(trial)
    except ChannelError as problem:
        if problem.needs_reconnect:
            connections.note_refused(connection, reason=str(problem), at=at)
        room = channel_for(connection, topic) if isinstance(connection, SlackConnection) else ""
        words = f"{room}: {_in_words(problem, way)}" if room else _in_words(problem, way)
        connections.note_tried(connection, answer=words, at=at)
        raise NotSent(words) from problem
    connections.note_working(connection, at=at)
    connections.note_tried(connection, answer=f"Sent. {way.label} answered: {receipt.answer}", at=at)
    return receipt.answer


def _topics(connection: Connection) -> list[Topic]:
    """One topic for each room that the team has on this channel."""
    if not isinstance(connection, SlackConnection):
        return [Topic.MAIN]
    rooms: dict[str, Topic] = {}
    for topic in Topic:
        rooms.setdefault(channel_for(connection, topic), topic)
    return list(rooms.values())


def _trial(team: Team, channel: str, *, at: datetime, address: str, name: str) -> Delivery:
    button = Action("Press to test buttons", settings.BASE_URL, press=PRESS)
    hears = channel == ChannelKind.SLACK and team.slack.hears_buttons
    message = Message(
        title="Baton can post here",
        lead_in=f"A test message of {team.name}.",
        link=settings.BASE_URL,
        actions=(button,) if hears else (),
    )
    return Delivery(
        key=f"{channel}-test/{team.pk}",
        about=f"team/{team.pk}",
        team=team,
        channel=channel,
        audience=Audience.LEAD if address else Audience.CHANNEL,
        kind=f"{channel}_test",
        address=address,
        recipient_name=name,
        message=message.as_json(),
        created_at=at,
        due_at=at,
    )


def _in_words(problem: ChannelError, way: Way) -> str:
    if problem.is_throttled:
        return f"{way.label} asks us to slow down: try again in a minute."
    if problem.needs_reconnect:
        return f"{way.what_to_do(str(problem))}."
    if problem.permanent:
        return str(problem)
    return f"{way.label} did not answer as it should ({str(problem).rstrip('.')}): try again in a minute."
