"""A team, its policy, and where its alerts go."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from teams.models.connections import Connection
from teams.models.shares import RoutingWays
from teams.models.transfers import TransferWays
from teams.secret_text import SecretTextField
from teams.zones import validate_zone


class Team(models.Model):
    """A group of people who share leads. Teams never see each other."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    zone = models.CharField(max_length=64, default="America/Chicago", validators=[validate_zone])
    currency = models.CharField(max_length=3, default="USD", help_text="ISO 4217.")
    country = models.CharField(max_length=2, default="US", help_text="Region in which phone numbers are read.")
    reply_to = models.EmailField(blank=True, help_text="Where answers to the team's mails go.")
    postal_address = models.CharField(
        max_length=200, blank=True, db_default="", help_text="On one line; at the foot of mail that nobody asked for."
    )
    stage_names = models.JSONField(
        default=dict,
        blank=True,
        db_default={},
        help_text="What this team calls a stage, by its code, where not as built in.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When the list of first steps was put away.")

    def __str__(self) -> str:
        return self.name


def default_trigger_tags() -> list[str]:
    """Tags that open a handoff, as the field calls them."""
    return ["Ready for handoff", "Handed off"]


#: Nobody is reminded of one outcome more often than this.
MOST_REMINDERS = 6


def default_outcome_reminders() -> list[int]:
    """Hours after the meeting's end at which an agent is reminded of its outcome."""
    return [2, 12, 20]


class SecondFactor(models.TextChoices):
    """Who must prove who they are twice when they sign in."""

    NOBODY = "nobody", "Nobody has to"
    LEADS = "leads", "Team leads"
    EVERYONE = "everyone", "Everyone"


class Policy(RoutingWays, TransferWays):
    """How a team works: durations, deadlines and triggers. Frozen onto what they govern when it starts."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="policy", primary_key=True)
    appointment_minutes = models.PositiveSmallIntegerField(
        default=45, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        default=15, validators=[MaxValueValidator(240)], help_text="Kept free before and after an appointment."
    )
    slot_step_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    notice_minutes = models.PositiveSmallIntegerField(
        default=15, validators=[MaxValueValidator(2880)], help_text="The soonest bookable slot, from now."
    )
    outcome_hours = models.PositiveSmallIntegerField(
        default=24, validators=[MinValueValidator(1), MaxValueValidator(168)]
    )
    outcome_reminders = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(168)]),
        size=MOST_REMINDERS,
        default=default_outcome_reminders,
        blank=True,
        help_text="Hours after the meeting's end at which its outcome is asked for again.",
    )
    outcome_reminder_hours = models.PositiveSmallIntegerField(
        default=4, help_text="Of releases before outcome_reminders; what was opened under it goes by it."
    )
    correction_days = models.PositiveSmallIntegerField(
        default=7,
        db_default=7,
        validators=[MaxValueValidator(90)],
        help_text="So long an agent may correct what they reported; a team lead may at any time.",
    )
    hold_minutes = models.PositiveSmallIntegerField(
        default=5,
        db_default=5,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="A chosen time is kept this long while the client is asked.",
    )
    recording_isa_minutes = models.PositiveSmallIntegerField(
        default=15,
        db_default=15,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
        help_text="Whoever promised a recording is asked for its link after this.",
    )
    recording_lead_minutes = models.PositiveSmallIntegerField(
        default=120,
        db_default=120,
        validators=[MinValueValidator(10), MaxValueValidator(1440)],
        help_text="And the team lead after this.",
    )
    reminder_early_hours = models.PositiveSmallIntegerField(
        default=24,
        db_default=24,
        validators=[MaxValueValidator(168)],
        help_text="The client is reminded this long before the appointment; 0: not.",
    )
    reminder_late_minutes = models.PositiveSmallIntegerField(
        default=120,
        db_default=120,
        validators=[MaxValueValidator(720)],
        help_text="And once more this long before; 0: not.",
    )
    unconfirmed_minutes = models.PositiveSmallIntegerField(
        default=180,
        db_default=180,
        validators=[MaxValueValidator(2880)],
        help_text="Unconfirmed this long before, it becomes a call to make; 0: not.",
    )
    coaching_flags = models.PositiveSmallIntegerField(
        default=3,
        db_default=3,
        validators=[MinValueValidator(2), MaxValueValidator(20)],
        help_text="So many of the latest leads contradicting one letter open a coaching card.",
    )
    coaching_window = models.PositiveSmallIntegerField(
        default=10,
        db_default=10,
        validators=[MinValueValidator(3), MaxValueValidator(50)],
        help_text="How many of the latest leads are looked at; half of them in a row without it close the card.",
    )
    unread_minutes = models.PositiveSmallIntegerField(
        default=30,
        db_default=30,
        validators=[MaxValueValidator(720)],
        help_text="An agent who has not read the brief is reminded this long before; 0: not.",
    )
    second_factor = models.CharField(
        max_length=8, choices=SecondFactor, default=SecondFactor.NOBODY, db_default=SecondFactor.NOBODY
    )
    licence_rules = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether ISAs without a licence are held to the table of states.",
    )
    consent_rules = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Whether recordings take a consent where the table of states asks for it.",
    )
    promise_kinds_off = ArrayField(
        models.CharField(max_length=12),
        default=list,
        db_default=[],
        blank=True,
        help_text="Kinds of over-promises that are not looked for.",
    )
    promise_words = ArrayField(
        models.CharField(max_length=60),
        default=list,
        db_default=[],
        blank=True,
        help_text="The team's own words that must not be said.",
    )
    trigger_tags = ArrayField(models.CharField(max_length=60), default=default_trigger_tags, blank=True)

    class Meta:
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return f"Policy of {self.team_id}"


class SlackConnection(Connection):
    """Where a team's Slack alerts go: a bot token with a channel, or an incoming webhook."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="slack", primary_key=True)
    token = SecretTextField(blank=True, default="", help_text="Bot token, xoxb-…")
    channel = models.CharField(max_length=80, blank=True, help_text="Channel id (C…) or #name, with a token.")
    hot_channel = models.CharField(
        max_length=80, blank=True, db_default="", help_text="For hot handoffs; else the channel."
    )
    stuck_channel = models.CharField(
        max_length=80, blank=True, db_default="", help_text="For what is stuck; else nowhere."
    )
    webhook_url = SecretTextField(blank=True, default="", help_text="https://hooks.slack.com/services/…")
    signing_secret = SecretTextField(
        blank=True, default="", db_default="", help_text="Slack signs with it what people press; of the app's own page."
    )
    heard_at = models.DateTimeField(null=True, blank=True, help_text="When somebody last pressed a button there.")

    def __str__(self) -> str:
        return f"Slack of {self.team_id}"

    @property
    def is_set(self) -> bool:
        """Whether there is a key and a place to post to."""
        return bool(self.webhook_url or (self.token and self.channel))

    @property
    def hears_buttons(self) -> bool:
        """Whether what people press in Slack can reach us, and be answered."""
        return bool(self.token and self.signing_secret)
