"""What a team lead sets."""

import re
from typing import Any
from urllib.parse import urlsplit

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from teams.forms.layout import helper, row
from teams.models import Area, Policy, Team
from teams.text import CleanText, LineField, clean_line
from teams.zones import zone_choices

CURRENCIES = (("USD", "US dollar"), ("CAD", "Canadian dollar"), ("EUR", "Euro"), ("GBP", "Pound sterling"))
COUNTRIES = (("US", "United States"), ("CA", "Canada"), ("GB", "United Kingdom"), ("DE", "Germany"))
CHANNEL = re.compile(r"#[^\s,#@]{1,79}|[CG][A-Z0-9]{5,20}")
TOKEN_LENGTH = 15  # the shortest that a bot token could be
SLACK_HOST = "hooks.slack.com"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class TeamForm(CleanText, forms.ModelForm[Team]):
    """What the team is called and where it is at home."""

    zone = forms.ChoiceField(choices=zone_choices, label="Time zone")
    currency = forms.ChoiceField(choices=CURRENCIES)
    country = forms.ChoiceField(
        choices=COUNTRIES, help_text="Phone numbers without a country code are read as of here."
    )

    class Meta:
        model = Team
        fields = ("name", "zone", "currency", "country", "reply_to", "postal_address")
        labels = {"reply_to": "Reply-to address"}
        help_texts = {
            "postal_address": "A street or a post office box, at the foot of drips and of mail after a no-show. "
            "The law asks for it (CAN-SPAM): without one they are not sent.",
        }

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("name", row("zone", "reply_to"), row("currency", "country"), "postal_address")


class PolicyForm(forms.ModelForm[Policy]):
    """Durations and deadlines."""

    class Meta:
        model = Policy
        fields = (
            "appointment_minutes", "buffer_minutes", "slot_step_minutes", "notice_minutes", "hold_minutes",
            "reminder_early_hours", "reminder_late_minutes", "unconfirmed_minutes", "unread_minutes",
            "outcome_hours", "outcome_reminders", "correction_days", "recording_isa_minutes", "recording_lead_minutes",
        )  # fmt: skip
        labels = {
            "appointment_minutes": "Length of an appointment (minutes)",
            "buffer_minutes": "Kept free around it (minutes)",
            "slot_step_minutes": "Slots begin every … minutes",
            "notice_minutes": "Soonest slot, from now (minutes)",
            "hold_minutes": "A chosen time is kept for (minutes)",
            "reminder_early_hours": "First reminder to the client, before the appointment (hours)",
            "reminder_late_minutes": "Second reminder, before it (minutes)",
            "unconfirmed_minutes": "Unconfirmed: the ISA calls, before it (minutes)",
            "unread_minutes": "Brief unread: remind the agent, before it (minutes)",
            "outcome_hours": "Outcome is due after (hours)",
            "outcome_reminders": "Reminders after (hours)",
            "correction_days": "Agents may correct it for (days)",
            "recording_isa_minutes": "Owed recording: ask the ISA after (minutes)",
            "recording_lead_minutes": "Owed recording: ask the team lead after (minutes)",
        }
        help_texts = {
            "appointment_minutes": "5 to 480. What is booked already keeps its length.",
            "buffer_minutes": "0 to 240, before and after.",
            "slot_step_minutes": "5 to 240.",
            "notice_minutes": "0 to 2,880.",
            "hold_minutes": "1 to 30: so long nobody else can take it, while the client is asked.",
            "reminder_early_hours": "0 to 168; 0 sends none. By text where the client wants texts, else by mail.",
            "reminder_late_minutes": "0 to 720; 0 sends none. No reminder comes in the client's night.",
            "unconfirmed_minutes": "0 to 2,880; 0 asks nobody. The task brings the words to say.",
            "unread_minutes": "0 to 720; 0 reminds nobody. Once, and not after they have opened it.",
            "outcome_hours": "1 to 168, from the end of the appointment. Then the team lead is told.",
            "outcome_reminders": "Up to 6, with commas: 2, 12, 20. Before the deadline; empty sends none.",
            "correction_days": "0 to 90. A team lead may at any time, and every version is kept.",
            "recording_isa_minutes": "5 to 240, after “this call, link to follow”.",
            "recording_lead_minutes": "10 to 1,440, and later than the ISA.",
        }

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(
            row("appointment_minutes", "buffer_minutes"),
            row("slot_step_minutes", "notice_minutes"),
            "hold_minutes",
            row("reminder_early_hours", "reminder_late_minutes"),
            row("unconfirmed_minutes", "unread_minutes"),
            row("outcome_hours", "outcome_reminders"),
            "correction_days",
            row("recording_isa_minutes", "recording_lead_minutes"),
        )

    def clean(self) -> dict[str, Any]:
        """Reminders come before the deadline, the team lead after the ISA."""
        cleaned = super().clean() or {}
        due, reminders = cleaned.get("outcome_hours"), cleaned.get("outcome_reminders") or []
        if due is not None and any(hours >= due for hours in reminders):
            self.add_error("outcome_reminders", "Each reminder must come before the outcome is due.")
        cleaned["outcome_reminders"] = sorted(set(reminders))
        early, late = cleaned.get("reminder_early_hours"), cleaned.get("reminder_late_minutes")
        if early and late and late >= early * 60:
            self.add_error("reminder_late_minutes", "The second reminder comes after the first: make it shorter.")
        isa, lead = cleaned.get("recording_isa_minutes"), cleaned.get("recording_lead_minutes")
        if isa is not None and lead is not None and lead <= isa:
            self.add_error("recording_lead_minutes", "The team lead is asked after the ISA: make it longer.")
        return cleaned


class TriggerTagsForm(forms.Form):
    """Which tags open a handoff, one on each line."""

    tags = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Trigger tags, one on each line",
        help_text="Putting one of these on a lead hands it off at once, if it is ready.",
    )

    def clean_tags(self) -> list[str]:
        """Return the names."""
        names = [clean_line(name) for name in self.cleaned_data["tags"].splitlines() if name.strip()]
        if any(len(name) > 60 for name in names):
            raise ValidationError("A tag has at most 60 characters.")
        return names


class AreaForm(CleanText, forms.ModelForm[Area]):
    """A place the team works in."""

    median_price = forms.IntegerField(required=False, min_value=0, max_value=2_000_000_000)

    class Meta:
        model = Area
        fields = ("name", "median_price")


class SlackForm(forms.Form):
    """A bot token with its channel, or a webhook. A secret that is left empty stays as it is."""

    token = LineField(required=False, max_length=400, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    channel = LineField(required=False, max_length=80, help_text="#name, or the id that begins with C. Invite the bot.")
    hot_channel = LineField(
        required=False, max_length=80, label="Hot leads", help_text="Another channel for hot handoffs; else the same."
    )
    stuck_channel = LineField(
        required=False,
        max_length=80,
        label="What is stuck",
        help_text="Overdue outcomes and mails that did not arrive; else they are told to team leads alone.",
    )
    webhook_url = LineField(
        required=False,
        max_length=400,
        label="Webhook address",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="https://hooks.slack.com/services/…",
    )

    signing_secret = LineField(
        required=False,
        max_length=100,
        label="Signing secret",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Of the app's page “Basic Information”. With it, agents report outcomes in Slack.",
    )

    def __init__(self, *args: Any, has_token: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_token = has_token

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(row("token", "signing_secret"), "channel", row("hot_channel", "stuck_channel"), "webhook_url")

    def clean_token(self) -> str:
        """A bot's token, not a user's: it posts under the app's name."""
        token: str = self.cleaned_data["token"]
        if token and not token.startswith("xoxb-"):
            raise ValidationError("A bot token begins with xoxb-.")
        if token and len(token) < TOKEN_LENGTH:
            raise ValidationError("This token is too short: copy all of it.")
        if token and not re.fullmatch(r"[A-Za-z0-9-]+", token):
            raise ValidationError("A bot token has only letters, digits and hyphens.")
        return token

    def clean_signing_secret(self) -> str:
        """As Slack shows it, whole."""
        secret: str = self.cleaned_data["signing_secret"]
        if secret and not re.fullmatch(r"[A-Za-z0-9]{16,64}", secret):
            raise ValidationError("A signing secret has 32 letters and digits: copy all of it.")
        return secret

    def clean_channel(self) -> str:
        """A name or an id, as Slack takes it."""
        return self._channel("channel")

    def clean_hot_channel(self) -> str:
        """The same."""
        return self._channel("hot_channel")

    def clean_stuck_channel(self) -> str:
        """The same."""
        return self._channel("stuck_channel")

    def _channel(self, name: str) -> str:
        channel: str = self.cleaned_data[name]
        if channel and not CHANNEL.fullmatch(channel):
            raise ValidationError("Give a channel as #name, or its id.")
        return channel

    def clean_webhook_url(self) -> str:
        """Only Slack's own host: an address that people enter is never fetched from elsewhere."""
        url: str = self.cleaned_data["webhook_url"]
        if url and not _is_slack_webhook(url):
            raise ValidationError("A webhook address begins with https://hooks.slack.com/services/.")
        return url

    def clean(self) -> dict[str, Any]:
        """One way, complete."""
        cleaned = super().clean() or {}
        token, channel, url = (cleaned.get(name, "") for name in ("token", "channel", "webhook_url"))
        if self.errors:
            return cleaned
        if url and token:
            raise ValidationError("Give a token or a webhook, not both.")
        if url and (cleaned.get("hot_channel") or cleaned.get("stuck_channel")):
            raise ValidationError("A webhook posts to one channel only: more channels take a bot token.")
        if not (url or channel):
            raise ValidationError("Give a token with its channel, or a webhook address.")
        if channel and not url and not (token or self.has_token):
            self.add_error("token", "A channel needs a bot token.")
        return cleaned


def _is_slack_webhook(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if settings.ALLOW_PRIVATE_OUTBOUND and host in LOOPBACK:
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and host == SLACK_HOST and parts.path.startswith("/services/") and not parts.username
