"""What every way out of a team's own has in common: on or off, connected or drawn in the demo, and its troubles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from notifications import outbound
from notifications.channels.vocabulary import ChannelError, Receipt
from notifications.models import Delivery, OutboxCard
from teams.models.connections import Connection
from teams.ways import WAYS

FLEETING_LIMIT = 8.0  # seconds for what is claimed for ten (notifications.deliveries.RING_LEASE)


def send_by(delivery: Delivery, *, post: Callable[[], Receipt], draw: Callable[[], Receipt]) -> Receipt:
    """Send by the team's own connection, or draw it where nothing leaves the building. Raises ChannelError."""
    way = WAYS[delivery.channel]
    connection = way.of(delivery.team)
    if connection is None or not connection.is_enabled:
        raise ChannelError(f"{way.label} is turned off for this team.", permanent=True)
    if connection.is_ready:
        try:
            return post()
        except outbound.Forbidden as refusal:
            raise ChannelError(str(refusal), permanent=True, needs_reconnect=True) from refusal
        except outbound.Unreachable as problem:
            raise ChannelError(str(problem)) from problem
    if settings.DEMO_OUTBOX:
        return draw()
    raise ChannelError(f"The team has not connected {way.label}.", permanent=True, needs_reconnect=True)


def time_for(delivery: Delivery) -> float:
    """Return for how many seconds an answer is waited for: shorter than the lease that it is sent under."""
    return FLEETING_LIMIT if delivery.is_fleeting else outbound.TOTAL_LIMIT


def keep_for_the_demo(delivery: Delivery, *, where: str, payload: Mapping[str, Any]) -> Receipt:
    """Keep what would have been posted, to be looked at."""
    shown = OutboxCard.objects.create(
        team=delivery.team,
        kind=delivery.channel,
        channel=where,
        title=str(delivery.message.get("title", ""))[:200],
        payload=dict(payload),
    )
    return Receipt(answer="Kept in the demo outbox.", provider_ref=f"outbox {shown.pk}")


def connection_of(delivery: Delivery) -> Connection | None:
    """Return the connection that this goes out by; None where the installation's own way is taken."""
    way = WAYS.get(delivery.channel)
    return way.of(delivery.team) if way else None


def raise_for_status(answer: outbound.Answer) -> None:
    """Raise ChannelError for what every vendor means alike: too fast, and their own trouble."""
    if answer.status == 429:
        raise ChannelError("429, too fast.", retry_after=answer.retry_after, is_throttled=True)
    if answer.status >= 500 or answer.status == 408:
        raise ChannelError(f"{answer.status} {answer.text.strip()[:100]}".strip(), retry_after=answer.retry_after)
