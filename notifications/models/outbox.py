"""The demo outbox: what would have left the building, kept for looking at. Only written in demo and development."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from notifications.models.deliveries import ChannelKind
from teams.models import Membership, Team

#: What stands for each kind of card in lists.
CARD_ICONS: dict[str, str] = {ChannelKind.SLACK: "slack", ChannelKind.TEAMS: "chat-dots", ChannelKind.SMS: "phone"}


class OutboxMailQuerySet(models.QuerySet["OutboxMail"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> OutboxMailQuerySet:
        """The team's own mails. One of no team, a password's say, is only for whom it is addressed to."""
        addressed = Q(team=None, recipients__contains=[membership.user.email])
        return self.filter(Q(team_id=membership.team_id) | addressed)


class OutboxMail(models.Model):
    """A mail as its bytes would have gone to the server."""

    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="None: the installation's."
    )
    message_id = models.CharField(max_length=254, db_index=True)
    subject = models.CharField(max_length=998, blank=True)
    sender = models.CharField(max_length=320, blank=True)
    recipients = ArrayField(models.CharField(max_length=320))
    raw = models.BinaryField()
    sent_at = models.DateTimeField(auto_now_add=True)

    objects = OutboxMailQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.subject

    @property
    def addressed_to(self) -> str:
        """Whom it is for, with names as people write them."""
        return ", ".join(map(_decoded, self.recipients))


def _decoded(address: str) -> str:
    """Names beyond ASCII travel as encoded words (RFC 2047)."""
    try:
        return str(make_header(decode_header(address)))
    except (HeaderParseError, LookupError, UnicodeError):
        return address


class OutboxCard(models.Model):
    """A message of a chat as its payload would have been posted. ``channel`` is where, in the team's words."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=ChannelKind, default=ChannelKind.SLACK, db_default="slack")
    channel = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200, blank=True, db_default="", help_text="Its first line, as people read it.")
    payload = models.JSONField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def icon(self) -> str:
        """The icon that stands for where it went."""
        return CARD_ICONS[self.kind]
