"""What a team connects: each with its keys, whether it is on, and how it fared."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models

from teams.secret_text import SecretTextField


class Connection(models.Model):
    """A way out of a team's own. Its keys are the business of each kind."""

    #: The fields that a team lead types, secret or not: what is forgotten when it is disconnected.
    keys: ClassVar[tuple[str, ...]] = ()

    is_enabled = models.BooleanField(default=True)
    flagged_reason = models.CharField(
        max_length=200, blank=True, help_text="Why the other side refused us for good; empty while it works."
    )
    flagged_at = models.DateTimeField(null=True, blank=True)
    worked_at = models.DateTimeField(null=True, blank=True, help_text="When the other side last took something.")
    tried_at = models.DateTimeField(null=True, blank=True, help_text="When a person last tried it out.")
    tried_answer = models.CharField(max_length=300, blank=True, db_default="", help_text="What came of that.")

    class Meta:
        abstract = True

    @property
    def is_set(self) -> bool:
        """Whether it has the keys that it needs."""
        raise NotImplementedError

    @property
    def is_ready(self) -> bool:
        """Whether anything can be sent by it at all."""
        return self.is_enabled and self.is_set


class TeamsConnection(Connection):
    """Where a team's Microsoft Teams alerts go: a Workflows webhook, whose address is the secret."""

    keys = ("webhook_url", "channel")

    team = models.OneToOneField("teams.Team", on_delete=models.CASCADE, related_name="msteams", primary_key=True)
    webhook_url = SecretTextField(blank=True, default="", help_text="https://….logic.azure.com/workflows/…")
    channel = models.CharField(max_length=80, blank=True, help_text="What the team calls it; Teams does not tell.")

    def __str__(self) -> str:
        return f"Microsoft Teams of {self.team_id}"

    @property
    def is_set(self) -> bool:
        """Whether there is an address to post to."""
        return bool(self.webhook_url)


def new_inbound_key() -> str:
    """Return what makes the address for texts that come in hard to guess; each is signed besides."""
    return secrets.token_urlsafe(18)


class TextsConnection(Connection):
    """By whom a team sends text messages, and from which number."""

    keys = ("account", "token", "sender")

    team = models.OneToOneField("teams.Team", on_delete=models.CASCADE, related_name="texts", primary_key=True)
    provider = models.CharField(max_length=20, default="twilio", help_text="Of notifications.channels.text_providers.")
    account = models.CharField(max_length=40, blank=True, help_text="Twilio's account SID, AC…")
    token = SecretTextField(blank=True, default="", help_text="Twilio's auth token; it signs what comes in, too.")
    sender = models.CharField(max_length=40, blank=True, help_text="A number (E.164), or a messaging service (MG…).")
    inbound_key = models.CharField(max_length=40, unique=True, default=new_inbound_key)

    def __str__(self) -> str:
        return f"Texts of {self.team_id}"

    @property
    def is_set(self) -> bool:
        """Whether there is an account to send by and a number to send from."""
        return bool(self.account and self.token and self.sender)


class MailboxConnection(Connection):
    """Where answers to a team's mails come in: a mailbox that is read, an address that a provider posts to, or both."""

    class Security(models.TextChoices):
        """How the connection to the mailbox is made safe."""

        TLS = "tls", "TLS from the start (usually port 993)"
        STARTTLS = "starttls", "STARTTLS (usually port 143)"
        NONE = "none", "None (only to this machine)"

    keys = ("address", "host", "port", "security", "username", "password", "folder", "inbound_key", "key_mark")

    team = models.OneToOneField("teams.Team", on_delete=models.CASCADE, related_name="mailbox", primary_key=True)
    address = models.EmailField(blank=True, help_text="Where people answer to.")
    host = models.CharField(max_length=253, blank=True, help_text="Of the mailbox (IMAP); empty where none is read.")
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    username = models.CharField(max_length=254, blank=True)
    password = SecretTextField(blank=True, default="")
    folder = models.CharField(max_length=100, default="INBOX", blank=True)
    inbound_key = SecretTextField(blank=True, default="", help_text="The secret part of the address to post mails to.")
    key_mark = models.CharField(max_length=64, null=True, unique=True, help_text="Keyed digest of it, to find it by.")

    def __str__(self) -> str:
        return f"Mailbox of {self.team_id}"

    @property
    def is_set(self) -> bool:
        """Whether there is an address for answers; by what way they come in is seen when one does."""
        return bool(self.address)

    @property
    def is_read(self) -> bool:
        """Whether there is a mailbox to look into."""
        return bool(self.host and self.username and self.password)


class MailConnection(Connection):
    """A team's own mail server, by which its mails go out under its own address."""

    class Security(models.TextChoices):
        """How the connection is made safe."""

        STARTTLS = "starttls", "STARTTLS (usually port 587)"
        TLS = "tls", "TLS from the start (usually port 465)"
        NONE = "none", "None (only to this machine)"

    keys = ("host", "port", "security", "username", "password", "from_address")

    team = models.OneToOneField("teams.Team", on_delete=models.CASCADE, related_name="smtp", primary_key=True)
    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=8, choices=Security, default=Security.STARTTLS)
    username = models.CharField(max_length=254, blank=True)
    password = SecretTextField(blank=True, default="")
    from_address = models.EmailField(blank=True, help_text="Sender of the team's mails, and organizer of its invites.")

    def __str__(self) -> str:
        return f"Mail server of {self.team_id}"

    @property
    def is_set(self) -> bool:
        """Whether there is a server and an address to send from."""
        return bool(self.host and self.from_address)

    @property
    def is_trusted(self) -> bool:
        """Whether mails are given to it: it is on, and has not refused us since it was saved."""
        return self.is_ready and not self.flagged_reason
