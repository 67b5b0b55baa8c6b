"""The rows of what is owed: their keys, how long each channel is tried, and that the same effect is owed once."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from notifications.models import Delivery
from notifications.models.deliveries import ChannelKind
from notifications.promises import doorbell

PATIENCE = {
    ChannelKind.EMAIL: timedelta(hours=24),
    ChannelKind.SLACK: timedelta(hours=4),
    ChannelKind.TEAMS: timedelta(hours=4),
    ChannelKind.SMS: timedelta(hours=24),
}
#: The stream of what is worth nothing in a minute: it goes out beside all else, whatever the channel.
RINGS = "ring"


def write(delivery: Delivery) -> None:
    """Write the row in the caller's transaction; one of the same key stands."""
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
    doorbell.ring()


def key_of(about: str, kind: str, who: str, revision: int) -> str:
    """Return what names an effect, so that two paths that owe the same collide."""
    return f"{about}|{kind}|{who}|r{revision}"


def digest(address: str) -> str:
    """Return a stand-in for an address: keys outlive the person's wish to be forgotten."""
    return hashlib.sha256(address.lower().encode()).hexdigest()[:16]
