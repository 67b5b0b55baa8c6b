"""A client who is on the phone now, and the agents who are rung for them."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from handoff.models.handoffs import Handoff
from handoff.states import Method, RingStatus, TransferStatus
from leads.models import Lead
from teams.models import Membership, Team
from teams.models.transfers import RingWay


class DropReason(models.TextChoices):
    """Why a transfer that was accepted did not come to be."""

    CLIENT_GONE = "client_gone", "The client hung up"
    NOT_NOW = "not_now", "The client does not want to talk now"
    AGENT_GONE = "agent_gone", "The agent was not there"
    LINE = "line", "The call could not be put through"
    NOBODY_SAID = "nobody_said", "Nobody said whether it was connected"
    OTHER = "other", "Other"


class PassReason(models.TextChoices):
    """Why an agent lets a ring go to the next one."""

    BUSY = "busy", "With a client"
    DRIVING = "driving", "Cannot talk now"
    NOT_MINE = "not_mine", "Not my area or price"
    OTHER = "other", "Other"


class AnsweredBy(models.TextChoices):
    """Where an agent answered a ring."""

    CONSOLE = "console", "In Baton"
    LINK = "link", "By a link"
    SLACK = "slack", "In Slack"
    API = "api", "By API"


class LiveTransferQuerySet(models.QuerySet["LiveTransfer"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> LiveTransferQuerySet:
        """The team's; an agent's are those they were rung for."""
        mine = self.filter(team_id=membership.team_id)
        if membership.is_agent:
            return mine.filter(pk__in=Ring.objects.filter(agent=membership).values("transfer"))
        return mine

    def under_way(self) -> LiveTransferQuerySet:
        """Those that ring, or that somebody has accepted."""
        return self.filter(status__in=(TransferStatus.RINGING, TransferStatus.ACCEPTED))


class LiveTransfer(models.Model):
    """One request for an agent while the client waits. It becomes a handoff when it is connected.

    ``facts`` is the brief as it was frozen at the request (``handoff.facts``), without an agent. ``ladder`` is who was
    ranked, best first: [{agent, name, score, reasons, removed_by}].
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="transfers")
    setter = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="requested_transfers")
    status = models.CharField(max_length=9, choices=TransferStatus, default=TransferStatus.RINGING)
    agent = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="transfers", help_text="Who accepted."
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The same as a person: nobody takes two at once, in whatever teams.",
    )
    facts = models.JSONField(help_text="handoff.facts.Facts as plain data, without the agent.")
    ladder = models.JSONField(default=list, blank=True)
    advised = models.CharField(max_length=9, choices=Method)
    advice = models.CharField(max_length=300, blank=True)
    override_reason = models.CharField(max_length=300, blank=True)
    way = models.CharField(max_length=10, choices=RingWay, help_text="The team's, when it was requested.")
    ring_seconds = models.PositiveSmallIntegerField()
    ring_all_seconds = models.PositiveSmallIntegerField()
    rung = models.PositiveSmallIntegerField(default=0, help_text="Of the ladder, from 1; 0 before anybody rings.")
    is_last_rung = models.BooleanField(default=False, help_text="Whether this rung rings everybody, and none follows.")
    rung_ends_at = models.DateTimeField(null=True, blank=True)
    told_name_at = models.DateTimeField(
        null=True, blank=True, help_text="When the ISA said that the client knows the agent's name."
    )
    talks_at = models.DateTimeField(
        null=True, blank=True, help_text="When the agent said that they talk, before the ISA had said so of the name."
    )
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text="When both were asked whether the client was put through."
    )
    freed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the agent could be rung again, where that was before the usual time."
    )
    requested_at = models.DateTimeField()
    first_shown_at = models.DateTimeField(null=True, blank=True, help_text="When a console first showed a ring.")
    accepted_at = models.DateTimeField(null=True, blank=True)
    connected_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    drop_reason = models.CharField(max_length=11, choices=DropReason, blank=True)
    handoff = models.OneToOneField(Handoff, null=True, blank=True, on_delete=models.PROTECT, related_name="transfer")

    objects = LiveTransferQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["team", "-requested_at"], name="transfers_newest_first"),
            models.Index(fields=["agent", "-connected_at"], name="transfers_of_agent"),
            models.Index(
                fields=["setter"], condition=Q(status__in=["ringing", "accepted"]), name="transfers_under_way_of"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["lead"],
                condition=Q(status__in=["ringing", "accepted"]),
                name="one_transfer_under_way_per_lead",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(status="accepted"), name="one_accepted_transfer_per_person"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "connected"])
                | Q(agent__isnull=False, person__isnull=False, accepted_at__isnull=False),
                name="an_accepted_transfer_has_its_agent",
            ),
            models.CheckConstraint(
                condition=~Q(status="connected")
                | Q(told_name_at__isnull=False, connected_at__isnull=False, handoff__isnull=False),
                name="no_blind_transfer_is_connected",
            ),
        ]

    def __str__(self) -> str:
        return f"Live transfer {self.pk} of lead {self.lead_id}"

    @property
    def about(self) -> str:
        """How rows in other rooms refer to this transfer."""
        return f"transfer/{self.pk}"

    @property
    def is_under_way(self) -> bool:
        """Whether it rings, or somebody has accepted and nobody has said how it went."""
        return self.status in (TransferStatus.RINGING, TransferStatus.ACCEPTED)

    @property
    def shown_after(self) -> timedelta | None:
        """How long after the request a console first showed a ring; None if none has."""
        return None if self.first_shown_at is None else self.first_shown_at - self.requested_at

    @property
    def accepted_after(self) -> timedelta | None:
        """How long after the request somebody accepted; None if nobody has."""
        return None if self.accepted_at is None else self.accepted_at - self.requested_at

    @property
    def connected_after(self) -> timedelta | None:
        """How long after the request the client was through; None if they were not."""
        return None if self.connected_at is None else self.connected_at - self.requested_at


class RingQuerySet(models.QuerySet["Ring"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> RingQuerySet:
        """One's own."""
        return self.filter(agent=membership)

    def ringing(self) -> RingQuerySet:
        """Those that nobody has answered or ended."""
        return self.filter(status=RingStatus.RINGING)


class Ring(models.Model):
    """One agent rung for one transfer, on one rung of its ladder. Every ring ends."""

    transfer = models.ForeignKey(LiveTransfer, on_delete=models.CASCADE, related_name="rings")
    agent = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="rings")
    rung = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=RingStatus, default=RingStatus.RINGING)
    rung_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, blank=True, help_text="When a console of theirs first showed it.")
    brief_at = models.DateTimeField(null=True, blank=True, help_text="When the brief was before them.")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When it was accepted, passed, or ended.")
    answered_by = models.CharField(max_length=7, choices=AnsweredBy, blank=True)
    pass_reason = models.CharField(max_length=8, choices=PassReason, blank=True)
    note = models.CharField(max_length=200, blank=True, help_text="More about why it was passed on.")

    objects = RingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["rung", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agent", "-rung_at"], name="rings_of_agent"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["transfer", "agent", "rung"], name="nobody_rings_twice_on_a_rung"),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(brief_at__isnull=False), name="accepted_with_the_brief_shown"
            ),
        ]

    def __str__(self) -> str:
        return f"Ring {self.pk} of transfer {self.transfer_id}"

    @property
    def shown_after(self) -> timedelta | None:
        """How long it rang before a console of theirs showed it; None if none has."""
        return None if self.shown_at is None else self.shown_at - self.rung_at

    @property
    def answered_after(self) -> timedelta | None:
        """How long it rang until it was answered or ended; None while it rings."""
        return None if self.answered_at is None else self.answered_at - self.rung_at


class TransferEvent(models.Model):
    """One move of a transfer. Only added to."""

    transfer = models.ForeignKey(LiveTransfer, on_delete=models.CASCADE, related_name="events")
    was = models.CharField(max_length=9, choices=TransferStatus, blank=True)
    to = models.CharField(max_length=9, choices=TransferStatus)
    actor = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"Transfer {self.transfer_id}: {self.was} to {self.to}"
