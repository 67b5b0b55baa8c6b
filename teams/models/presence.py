"""Who takes live transfers right now."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from teams.models.members import Membership


class Ended(models.TextChoices):
    """Why somebody is no longer on call, other than that the time they had set ran out."""

    OFF = "off", "Went off call"
    MISSED = "missed", "Missed too many rings"
    LEFT = "left", "Left the team"


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Chainable filters."""

    def on_call(self, at: datetime) -> PresenceQuerySet:
        """Those who can be rung at that moment."""
        return self.filter(ended_because="", since__lte=at, until__gt=at)


class Presence(models.Model):
    """The latest time that a member went on call. Ended by time, by them, or by missed rings; never by silence."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="presence", primary_key=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_because = models.CharField(max_length=6, choices=Ended, blank=True, default="", db_default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    missed = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="Rings missed in a row.")

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "presences"
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="presence_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} on call until {self.until:%Y-%m-%d %H:%M}Z"

    def is_on_call(self, at: datetime) -> bool:
        """Whether they can be rung at that moment."""
        return not self.ended_because and self.since <= at < self.until
