"""The quick path: a nudge after the commit lands here, and drains what is owed for one thing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from notifications.models import Delivery, SlackCall
from notifications.models.deliveries import ChannelKind
from notifications.owing import TEAM_CHANNELS
from notifications.promises.drains import drain
from notifications.writing import RINGS


@shared_task(name="notifications.post_alerts")
def post_alerts(about: str) -> None:
    """Post the alerts that are due for this to the team's channels, one by one; the sweep does both at once."""
    for channel in TEAM_CHANNELS:
        drain(Delivery, at=timezone.now(), about=about, stream=channel)


@shared_task(name="notifications.send_rings")
def send_rings(about: str) -> None:
    """Send what is worth nothing in a minute, and bring what was sent before up to date."""
    drain(Delivery, at=timezone.now(), about=about, stream=RINGS)
    drain(SlackCall, at=timezone.now(), about=about)


@shared_task(name="notifications.answer_in_slack")
def answer_in_slack(team_id: int) -> None:
    """Answer who pressed a button in this team's Slack."""
    drain(SlackCall, at=timezone.now(), about=f"team/{team_id}")


@shared_task(name="notifications.send_invites")
def send_invites(about: str) -> None:
    """Send the mails, invites and texts that are due for this."""
    for channel in (ChannelKind.EMAIL, ChannelKind.SMS):
        drain(Delivery, at=timezone.now(), about=about, stream=channel)
