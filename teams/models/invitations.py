"""A place in a team that is offered to somebody by mail."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from teams.models.members import Membership, Role
from teams.models.team import Team


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> InvitationQuerySet:
        """The team's own, for its team leads."""
        return self.filter(team_id=membership.team_id) if membership.is_lead else self.none()

    def pending(self) -> InvitationQuerySet:
        """Neither accepted nor taken back; they may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """An offer to one address. Only the hash of its link is kept; sent again, it has another link."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254, help_text="In lower case.")
    name = models.CharField(max_length=120, blank=True, help_text="As the team lead writes it; the person may change.")
    role = models.CharField(max_length=5, choices=Role)
    invited_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the link's token, in hex.")
    revision = models.PositiveIntegerField(default=1, help_text="How many times it has been mailed.")
    created_at = models.DateTimeField()
    mailed_at = models.DateTimeField(help_text="When its newest mail was owed.")
    expires_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="When a mail server took the newest mail.")
    trouble = models.CharField(max_length=200, blank=True, help_text="Why the newest mail could not be delivered.")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["team", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_pending_invitation_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.get_role_display()})"

    @property
    def about(self) -> str:
        """How rows in other rooms refer to this invitation."""
        return f"invitation/{self.pk}"

    def has_expired(self, at: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at <= at
