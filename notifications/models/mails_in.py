"""Mails that came in, and the promise to look for them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from notifications.promises.owed import Owed
from teams.models import MailboxConnection, Team


class Meaning(models.TextChoices):
    """What a mail is."""

    SAID = "said", "Somebody wrote"
    CALENDAR = "calendar", "A calendar replied"
    BOUNCE = "bounce", "A mail came back"
    AUTOMATIC = "automatic", "An automatic reply"
    UNREADABLE = "unreadable", "Could not be read"


class MailIn(models.Model):
    """A mail that came in: kept first, applied afterwards, each once. Its bytes are forgotten once it is applied."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=10, help_text="By which way it came: “imap” or “webhook”.")
    message_id = models.CharField(max_length=255, help_text="Its own name, or a digest where it has none.")
    raw = models.BinaryField(default=bytes)
    meaning = models.CharField(max_length=10, choices=Meaning, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    is_known = models.BooleanField(default=False, help_text="Whether it concerns somebody or something we know.")
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "mails in"
        constraints = [models.UniqueConstraint(fields=["team", "source", "message_id"], name="one_row_per_mail_in")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["team", "-id"], name="mails_in_newest_first")]

    def __str__(self) -> str:
        return f"Mail {self.message_id}"


class MailboxReading(Owed):
    """The promise to read a team's mailbox. One row for each: kept, it falls due again.

    ``validity`` and ``last_uid`` say how far it is read (RFC 3501, 2.3.1.1).
    """

    #: A mailbox that cannot be read is one task, however often it is tried.
    asks_again: ClassVar[bool] = False

    mailbox = models.OneToOneField(MailboxConnection, on_delete=models.CASCADE, related_name="reading")
    validity = models.BigIntegerField(default=0, help_text="The server's UIDVALIDITY; 0 before the first reading.")
    last_uid = models.BigIntegerField(default=0)

    class Meta(Owed.Meta):
        abstract = False
