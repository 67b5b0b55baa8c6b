"""An agent's word that they cannot make a meeting, until somebody has found a way."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from handoff.models.handoffs import Handoff
from leads.states import Via
from teams.models import Membership


class CoverRequestQuerySet(models.QuerySet["CoverRequest"]):
    """Chainable filters."""

    def open(self) -> CoverRequestQuerySet:
        """Those that nobody has solved."""
        return self.filter(settled_at=None)


class CoverRequest(models.Model):
    """“I can't make it”. Settled by a change of the handoff, by its end, or by the agent who can after all."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="cover_requests")
    agent = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    via = models.CharField(max_length=6, choices=Via)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    is_taken_back = models.BooleanField(default=False, help_text="Whether the agent could make it after all.")

    objects = CoverRequestQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["handoff"], condition=Q(settled_at=None), name="one_open_cover_request"),
        ]

    def __str__(self) -> str:
        return f"Cover for handoff {self.handoff_id}"
