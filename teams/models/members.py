"""Who belongs to which team, and as what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from teams.models.team import Team

if TYPE_CHECKING:
    from teams.models.agents import AgentProfile


class Role(models.TextChoices):
    """What a person is in a team."""

    ISA = "isa", "ISA"
    AGENT = "agent", "Closing agent"
    LEAD = "lead", "Team lead"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Chainable filters."""

    def active(self) -> MembershipQuerySet:
        """Those who still belong, and may sign in."""
        return self.filter(ended_at=None, user__is_active=True)

    def visible_to(self, membership: Membership) -> MembershipQuerySet:
        """Everyone of the same team."""
        return self.filter(team_id=membership.team_id)

    def editable_by(self, membership: Membership) -> MembershipQuerySet:
        """Those whose profile this member may change: their own, and the whole team's for a team lead."""
        team = self.visible_to(membership)
        return team if membership.is_lead else team.filter(pk=membership.pk)

    def agents(self) -> MembershipQuerySet:
        """Those who take handoffs."""
        return self.filter(role=Role.AGENT)


class Membership(models.Model):
    """A person's place in a team. Ownership, credit and access all refer to it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=5, choices=Role)
    licensed_states = ArrayField(
        models.CharField(max_length=2),
        default=list,
        db_default=[],
        blank=True,
        help_text="Where an ISA is licensed (USPS); agents have it on their profile.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    if TYPE_CHECKING:
        profile: AgentProfile

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "team"], condition=Q(ended_at=None), name="one_active_membership_per_team"
            )
        ]
        indexes = [models.Index(fields=["team", "role"], name="membership_by_role")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    @property
    def is_isa(self) -> bool:
        """Whether this person qualifies leads."""
        return self.role == Role.ISA

    @property
    def is_agent(self) -> bool:
        """Whether this person takes handoffs."""
        return self.role == Role.AGENT

    @property
    def is_lead(self) -> bool:
        """Whether this person leads the team."""
        return self.role == Role.LEAD
