"""Every move of a lead between stages."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from leads.models.leads import Lead
from leads.states import Stage, Via
from teams.models import Membership


class StageChange(models.Model):
    """One move. ``data`` carries what the mover asked for besides (the agent named, an override's reason)."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="stage_changes")
    was = models.CharField(max_length=16, choices=Stage)
    to = models.CharField(max_length=16, choices=Stage)
    actor = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=6, choices=Via)
    at = models.DateTimeField()
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.was} -> {self.to}"
