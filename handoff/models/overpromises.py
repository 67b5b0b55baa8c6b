"""Promises that an ISA stands by."""

from __future__ import annotations

from django.db import models

from leads.models import Lead
from teams.models import Membership


class PromiseAcknowledged(models.Model):
    """Somebody's word that a text with a promise may stay as it is. ``mark`` is of that text alone: see its module."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="promises_acknowledged")
    mark = models.CharField(max_length=64)
    words = models.CharField(max_length=300, help_text="What was promised, in the text's own words.")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "promises acknowledged"
        constraints = [models.UniqueConstraint(fields=["lead", "mark"], name="one_word_for_a_promise")]

    def __str__(self) -> str:
        return f"{self.words} ({self.lead_id})"
