"""Which channel carries what."""

from __future__ import annotations

from notifications.channels.email import EmailChannel
from notifications.channels.msteams import TeamsChannel
from notifications.channels.slack import SlackChannel
from notifications.channels.sms import SmsChannel
from notifications.channels.vocabulary import Channel
from notifications.models.deliveries import ChannelKind

CHANNELS: dict[str, Channel] = {
    ChannelKind.EMAIL: EmailChannel(),
    ChannelKind.SLACK: SlackChannel(),
    ChannelKind.TEAMS: TeamsChannel(),
    ChannelKind.SMS: SmsChannel(),
}
