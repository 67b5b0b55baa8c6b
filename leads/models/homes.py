"""Homes that a lead likes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from leads.models.leads import Lead
from teams.models import Membership


class HomeStatus(models.TextChoices):
    """What the client thinks of it by now."""

    LIKED = "liked", "Likes it"
    TO_SEE = "to_see", "Wants to see it"
    SEEN = "seen", "Has seen it"
    OFFER = "offer", "Made an offer"
    OUT = "out", "Ruled out"


class SavedHome(models.Model):
    """One home: where, for how much, and what the client said. The price is whole units of the team's currency."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="saved_homes")
    address = models.CharField(max_length=200)
    url = models.URLField(max_length=1000, blank=True)
    price = models.PositiveIntegerField(null=True, blank=True)
    beds = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=6, choices=HomeStatus, default=HomeStatus.LIKED)
    note = models.CharField(max_length=500, blank=True)
    added_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.address
