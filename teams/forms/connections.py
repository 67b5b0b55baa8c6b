"""What a team lead types to connect something. A secret that is left empty stays as it is."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from teams import msteams
from teams.forms.layout import helper, row
from teams.models import MailConnection, TextsConnection
from teams.text import LineField

#: Where mail servers take mails; anything else is no mail server, and not ours to knock at.
PORTS = (587, 465, 25, 2525)
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def secret_field(*, label: str, help_text: str = "", max_length: int = 400) -> LineField:
    """A field that no browser fills in or shows."""
    hidden = forms.PasswordInput(attrs={"autocomplete": "off"})
    return LineField(required=False, max_length=max_length, label=label, help_text=help_text, widget=hidden)


class TeamsForm(forms.Form):
    """The address of a workflow, and what the team calls the channel that it posts to."""

    webhook_url = secret_field(
        label="Address of the workflow", help_text="https://….logic.azure.com/workflows/…", max_length=1000
    )
    channel = LineField(
        required=False, max_length=80, label="Channel", help_text="For your own eyes: Teams does not tell us its name."
    )

    def __init__(self, *args: Any, has_url: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_url = has_url

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("webhook_url", "channel")

    def clean_webhook_url(self) -> str:
        """Only Microsoft's own hosts: an address that people enter is never asked elsewhere."""
        url: str = self.cleaned_data["webhook_url"]
        if not url and not self.has_url:
            raise ValidationError("Paste the address that the workflow shows.")
        if url and not _is_workflow(url):
            raise ValidationError("This is no workflow's address: it begins with https:// and lies at logic.azure.com.")
        return url


def _is_workflow(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if settings.ALLOW_PRIVATE_OUTBOUND and host in LOOPBACK:
        return parts.scheme in {"http", "https"}
    is_theirs = any(host.endswith(ending) for ending in msteams.HOSTS)
    return parts.scheme == "https" and port in {None, 443} and is_theirs and parts.username is None


class TextsForm(forms.Form):
    """A Twilio account and the number, or messaging service, that its texts come from."""

    account = LineField(max_length=40, label="Account SID", help_text="Begins with AC.")
    token = secret_field(label="Auth token", help_text="Beside the SID at Twilio.", max_length=100)
    sender = LineField(
        max_length=40, label="Sends from", help_text="A number of that account, or a messaging service's SID (MG…)."
    )

    def __init__(self, *args: Any, was: TextsConnection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was = was

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(row("account", "token"), "sender")

    def clean_account(self) -> str:
        """An account, not a user's key: only an account signs what comes in."""
        account: str = self.cleaned_data["account"]
        if not re.fullmatch(r"AC[0-9a-fA-F]{32}", account):
            raise ValidationError("An account SID is AC and 32 digits or letters from a to f.")
        return account

    def clean_token(self) -> str:
        """As Twilio writes them."""
        token: str = self.cleaned_data["token"]
        if token and not re.fullmatch(r"[0-9a-zA-Z]{16,64}", token):
            raise ValidationError("An auth token has 32 digits and letters: copy all of it.")
        return token

    def clean_sender(self) -> str:
        """A number is kept as it is dialled from anywhere."""
        sender: str = self.cleaned_data["sender"]
        if re.fullmatch(r"MG[0-9a-fA-F]{32}", sender):
            return sender
        try:
            number = phonenumbers.parse(sender, self.was.team.country)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError("Give a phone number, such as +1 512 555 0123, or MG and 32 digits or letters.")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def clean(self) -> dict[str, Any]:
        """A token belongs to its account: another account needs its own."""
        cleaned = super().clean() or {}
        is_kept = bool(self.was.token) and cleaned.get("account") == self.was.account
        if "token" in cleaned and not cleaned["token"] and not is_kept:
            self.add_error("token", "Give the auth token of this account.")
        return cleaned


class MailForm(forms.Form):
    """A mail server, how to sign in there, and the address that mails come from."""

    host = LineField(max_length=253, label="Host", help_text="Such as smtp.example.com.")
    port = forms.TypedChoiceField(coerce=int, choices=[(port, str(port)) for port in PORTS], initial=587)
    security = forms.ChoiceField(choices=MailConnection.Security.choices)
    username = LineField(required=False, max_length=254, label="User name")
    password = secret_field(label="Password", help_text="Many providers want an app password.", max_length=500)
    from_address = forms.EmailField(
        max_length=254, label="From address", help_text="The sender of your mails, and the organizer of your invites."
    )

    def __init__(self, *args: Any, was: MailConnection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was = was
        if settings.ALLOW_PRIVATE_OUTBOUND:  # a stand-in on this machine listens anywhere
            self.fields["port"] = forms.IntegerField(min_value=1, max_value=65535, initial=587)
        else:
            self.fields["security"].choices = MailConnection.Security.choices[:2]  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(row("host", "port"), row("security", "from_address"), row("username", "password"))

    def clean_host(self) -> str:
        """A name. Whether it leads anywhere we may go is seen when it is dialled."""
        host: str = self.cleaned_data["host"].lower().rstrip(".")
        if not re.fullmatch(r"[a-z0-9]([a-z0-9.:-]*[a-z0-9])?", host):
            raise ValidationError("Give the host's name alone, such as smtp.example.com.")
        return host

    def clean(self) -> dict[str, Any]:
        """A password goes to the server that it was typed for, under a user name, and never in the clear."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        is_same = (cleaned["host"], cleaned["username"]) == (self.was.host, self.was.username)
        if not cleaned["password"] and cleaned["username"]:
            if not (is_same and self.was.password):
                self.add_error("password", "Give the password of this user on this server.")
            cleaned["password"] = self.was.password
        if cleaned["password"] and not cleaned["username"]:
            self.add_error("username", "A password needs a user name.")
        if cleaned["security"] == MailConnection.Security.NONE and cleaned["host"] not in LOOPBACK:
            self.add_error("security", "Mail and password would travel in the clear: choose STARTTLS or TLS.")
        return cleaned
