"""Who carries texts for a team. A provider is a function of its own API behind one small vocabulary."""

from __future__ import annotations

from typing import Protocol

from notifications.channels.twilio import Twilio
from notifications.channels.vocabulary import Receipt
from teams.models import TextsConnection


class TextProvider(Protocol):
    """Hands one text over within so many seconds, or raises ChannelError, or outbound's Forbidden or Unreachable."""

    def send(self, connection: TextsConnection, *, to: str, body: str, within: float) -> Receipt: ...


PROVIDERS: dict[str, TextProvider] = {"twilio": Twilio()}
