"""Exceptions from an agent's usual share: standing aside for a while, or taking more on a day."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from teams.models.members import Membership


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Chainable filters."""

    def lasting(self) -> AbsenceQuerySet:
        """Those that nobody has ended; their time may have run out all the same."""
        return self.filter(ended_at=None)

    def lasting_at(self, at: datetime) -> AbsenceQuerySet:
        """Those in which the agent stands aside at that moment."""
        begun = self.filter(starts_at__lte=at)
        return begun.filter(Q(until=None) | Q(until__gt=at), Q(ended_at=None) | Q(ended_at__gt=at))


class Absence(models.Model):
    """A span in which an agent is offered nothing: benched by a team lead, or by their own wish (``is_own``).

    Kept when it is over, because shares are counted over the days an agent was there.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="absences")
    is_own = models.BooleanField(help_text="Whether the agent's profile says “takes no handoffs”, rather than a lead.")
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    starts_at = models.DateTimeField()
    until = models.DateTimeField(
        null=True, blank=True, help_text="When it ends by itself; empty: when somebody ends it."
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When somebody ended it.")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["membership", "is_own"], condition=Q(ended_at=None), name="one_absence_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("starts_at")), name="absence_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} stands aside from {self.starts_at:%Y-%m-%d %H:%M}Z"


class Allowance(models.Model):
    """A team lead's word that an agent may take more than usual on one day, and so in its week."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="allowances")
    on = models.DateField(help_text="The agent's own day.")
    extra = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(10)])
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["on", "id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["membership", "on"], name="allowances_by_day")]

    def __str__(self) -> str:
        return f"{self.extra} more for {self.membership_id} on {self.on}"
