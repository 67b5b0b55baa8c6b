"""What a team lead allowed in spite of a check."""

from __future__ import annotations

from django.db import models

from leads.models import Lead
from teams.models import Membership


class GateOverride(models.Model):
    """A team lead's word that one check may pass for one lead, with the reason."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="gate_overrides")
    check_name = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "check_name"], name="one_override_per_check")]

    def __str__(self) -> str:
        return f"{self.check_name} for lead {self.lead_id}"
