"""Keys for programs that act for a member."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from teams.models.members import Membership


class Scope(models.TextChoices):
    """What a token may be used for."""

    READ = "read", "Read"
    LEADS = "leads", "Write leads"
    HANDOFFS = "handoffs", "Start and change handoffs"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> ApiTokenQuerySet:
        """One's own; a team lead sees the whole team's."""
        if membership.is_lead:
            return self.filter(membership__team_id=membership.team_id)
        return self.filter(membership=membership)

    def living(self, *, at: datetime) -> ApiTokenQuerySet:
        """Those that open something now."""
        unended = self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)
        return unended.filter(membership__ended_at=None, membership__user__is_active=True)


class ApiToken(models.Model):
    """A bearer token. Only its hash is kept; the text is shown once."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, in hex.")
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name or f"Token {self.pk}"

    @property
    def scope_words(self) -> str:
        """What it may do, for people."""
        return ", ".join(str(scope.label) for scope in Scope if scope in self.scopes) or "nothing"
