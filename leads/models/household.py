"""Who decides with the lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from leads.models.leads import Lead
from teams.models import Membership


class DecisionMaker(models.Model):
    """Somebody without whose yes nothing is decided. With an address, they are asked to the lead's appointments."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="decision_makers")
    name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=16, blank=True, help_text="E.164.")
    added_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                F("lead"), Lower("email"), condition=~Q(email=""), name="one_decision_maker_per_address"
            )
        ]

    if TYPE_CHECKING:
        lead_id: int

    def __str__(self) -> str:
        return self.name
