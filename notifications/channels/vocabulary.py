"""The few words that every channel speaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from notifications.models import Delivery


class ChannelError(Exception):
    """The message did not go out; the text is the other side's answer.

    ``permanent``: another try is pointless. ``retry_after``: the wait it asked for. ``is_throttled``: it asked the
    whole channel of this team to slow down. ``needs_reconnect``: it refuses this connection, not just this message.
    """

    def __init__(
        self,
        answer: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        is_throttled: bool = False,
        needs_reconnect: bool = False,
    ) -> None:
        super().__init__(answer)
        self.permanent = permanent
        self.retry_after = retry_after
        self.is_throttled = is_throttled
        self.needs_reconnect = needs_reconnect


class OptedOut(ChannelError):
    """Whom it is for does not want to hear from us this way."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer, permanent=True)


class Unwanted(Exception):
    """Nobody wants it any more, for the reason that the text gives. No attempt was made."""


class NotYet(Exception):
    """It may not go out now, and may then; the text says what it waits for. No attempt was made."""

    def __init__(self, answer: str, *, until: datetime) -> None:
        super().__init__(answer)
        self.until = until


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side said, and by which name it knows the message now."""

    answer: str
    provider_ref: str = ""


class Channel(Protocol):
    """A way for messages to travel. Sends in 20 s at most, or raises ChannelError and nothing else."""

    label: str

    def send(self, delivery: Delivery) -> Receipt: ...
