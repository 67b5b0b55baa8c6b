"""A message owed over one channel to one address, and every attempt to deliver it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from notifications.promises.owed import Owed
from teams.models import Membership, Team


class ChannelKind(models.TextChoices):
    """The ways a message can travel."""

    EMAIL = "email", "Email"
    SLACK = "slack", "Slack"
    TEAMS = "msteams", "Microsoft Teams"
    SMS = "sms", "Text"


class Audience(models.TextChoices):
    """Whom a delivery is for, as a receipt names them."""

    AGENT = "agent", "Agent"
    CLIENT = "client", "Client"
    GUEST = "guest", "Second decision maker"
    ISA = "isa", "ISA"
    LEAD = "lead", "Team lead"
    CHANNEL = "channel", "Team channel"


class Topic(models.TextChoices):
    """Which of a channel's rooms an alert belongs in, where a team has more than one."""

    MAIN = "main", "Main"
    HOT = "hot", "Hot leads"
    STUCK = "stuck", "What is stuck"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> DeliveryQuerySet:
        """The team's own deliveries."""
        return self.filter(team_id=membership.team_id)


class Delivery(Owed):
    """A message on its way. ``message`` and ``invite`` are frozen when it is owed: a retry says the same."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=ChannelKind)
    audience = models.CharField(max_length=8, choices=Audience)
    topic = models.CharField(max_length=5, choices=Topic, default=Topic.MAIN, db_default=Topic.MAIN)
    kind = models.CharField(max_length=40, help_text="What happened, in the words of the room that owes it.")
    recipient = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recipient_name = models.CharField(max_length=160, blank=True)
    address = models.CharField(max_length=254, blank=True, help_text="Email address or number; empty for a chat.")
    zone = models.CharField(
        max_length=64,
        blank=True,
        db_default="",
        help_text="Where it must not come at night; empty: any time.",
    )
    is_bulk = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Nobody asked for it: it carries a way out of such mail, and goes to who has not taken it.",
    )
    is_fleeting = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Worth nothing after its deadline: then it is dropped, and nobody is asked to do anything.",
    )
    message = models.JSONField(help_text="notifications.messages.Message as plain data.")
    invite = models.JSONField(null=True, blank=True, help_text="notifications.invites.Invite as plain data.")
    lane = models.CharField(
        max_length=320, blank=True, help_text="Deliveries of one lane go out in the order in which they were owed."
    )
    provider_ref = models.CharField(max_length=200, blank=True, help_text="Message-ID, or Slack's channel and ts.")
    ambiguous = models.PositiveSmallIntegerField(
        default=0, help_text="Attempts that died after the other side may have taken the message."
    )

    came_back_at = models.DateTimeField(
        null=True, blank=True, help_text="When a mail server told that it was not delivered after all."
    )
    why_back = models.CharField(max_length=300, blank=True, db_default="", help_text="And why.")

    objects = DeliveryQuerySet.as_manager()

    class Meta(Owed.Meta):
        abstract = False
        verbose_name_plural = "deliveries"
        indexes: ClassVar[list[models.Index]] = [
            *Owed.Meta.indexes,
            # what a later delivery of the lane waits for: those not ended, and those in somebody's hands
            models.Index(
                fields=["lane", "id"],
                condition=~Q(lane="") & (Q(state="waiting") | Q(lease_until__isnull=False)),
                name="delivery_lane_busy",
            ),
            models.Index(fields=["about"], condition=Q(came_back_at__isnull=False), name="delivery_came_back"),
            models.Index(fields=["provider_ref"], condition=~Q(provider_ref=""), name="delivery_by_provider_ref"),
        ]


class Attempt(models.Model):
    """One try to deliver. Without ``ended_at`` the process died in the middle of it."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    fence = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    succeeded = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [models.UniqueConstraint(fields=["delivery", "fence"], name="one_attempt_per_claim")]
        # they are written in the order of time, so a few pages of summaries find the last minutes of years
        indexes: ClassVar[list[models.Index]] = [BrinIndex(fields=["started_at"], name="attempts_by_time")]

    if TYPE_CHECKING:
        delivery_id: int

    def __str__(self) -> str:
        return f"Attempt {self.fence} of {self.delivery_id}"
