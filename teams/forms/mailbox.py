"""What a team lead types so that answers to the team's mails come in."""

from __future__ import annotations

import re
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from teams.forms.connections import LOOPBACK, secret_field
from teams.forms.layout import helper, row
from teams.models import MailboxConnection
from teams.text import LineField

#: Where mailboxes are read; anything else is no mailbox, and not ours to knock at.
PORTS = (993, 143)
Security = MailboxConnection.Security


class MailboxForm(forms.Form):
    """Where people answer to, and the mailbox in which their answers lie, if it is to be read."""

    address = forms.EmailField(
        max_length=254, label="Address for answers", help_text="Mails and invites ask to be answered here."
    )
    host = LineField(
        required=False,
        max_length=253,
        label="Mailbox host (IMAP)",
        help_text="Such as imap.example.com. Empty if a provider posts your mails.",
    )
    port = forms.TypedChoiceField(coerce=int, choices=[(port, str(port)) for port in PORTS], initial=993)
    security = forms.ChoiceField(choices=Security.choices)
    username = LineField(required=False, max_length=254, label="User name")
    password = secret_field(label="Password", help_text="Many providers want an app password.", max_length=500)
    folder = LineField(required=False, max_length=100, initial="INBOX", help_text="Most are called INBOX.")

    def __init__(self, *args: Any, was: MailboxConnection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was = was
        if settings.ALLOW_PRIVATE_OUTBOUND:  # a stand-in on this machine listens anywhere
            self.fields["port"] = forms.IntegerField(min_value=1, max_value=65535, initial=993)
        else:
            self.fields["security"].choices = Security.choices[:2]  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("address", row("host", "port"), row("security", "folder"), row("username", "password"))

    def clean_address(self) -> str:
        """Lower-case, as it is compared."""
        return str(self.cleaned_data["address"]).lower()

    def clean_host(self) -> str:
        """A name. Whether it leads anywhere we may go is seen when it is dialled."""
        host: str = self.cleaned_data["host"].lower().rstrip(".")
        if host and not re.fullmatch(r"[a-z0-9]([a-z0-9.:-]*[a-z0-9])?", host):
            raise ValidationError("Give the host's name alone, such as imap.example.com.")
        return host

    def clean_folder(self) -> str:
        """The usual one where none is named."""
        folder: str = self.cleaned_data["folder"] or "INBOX"
        if not folder.isascii():
            raise ValidationError("Name a folder in plain letters, as the server does.")
        return folder

    def clean(self) -> dict[str, Any]:
        """A password goes to the server that it was typed for, under its user name, and never in the clear."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if not cleaned["host"]:
            return cleaned | {"username": "", "password": ""}
        username, password = cleaned["username"], cleaned["password"]
        is_same = (cleaned["host"], username) == (self.was.host, self.was.username)
        if not username:
            self.add_error("username", "Give the user name of the mailbox.")
        if not password and is_same:
            cleaned["password"] = password = self.was.password
        if not password:
            self.add_error("password", "Give the password of this user on this server.")
        if cleaned["security"] == Security.NONE and cleaned["host"] not in LOOPBACK:
            self.add_error("security", "Mails and password would travel in the clear: choose STARTTLS or TLS.")
        return cleaned
