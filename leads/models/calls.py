"""A call that was made, and what came of it."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from leads.models.leads import Lead
from teams.models import Membership


class CallResult(models.TextChoices):
    """What came of dialling."""

    ANSWERED = "answered", "Answered"
    NO_ANSWER = "no_answer", "No answer"
    VOICEMAIL = "voicemail", "Left a voicemail"
    WRONG_NUMBER = "wrong_number", "Wrong number"


class Call(models.Model):
    """One call, as whoever made it noted it. Never changed: what was noted wrongly is noted again."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="calls")
    by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=12, choices=CallResult)
    phone = models.CharField(max_length=16, blank=True, help_text="The number that was called, E.164.")
    note = models.CharField(max_length=500, blank=True)
    next_call_at = models.DateTimeField(null=True, blank=True, help_text="When the next call was planned for.")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lead", "-id"], name="calls_newest_first"),
            models.Index(fields=["by", "at"], name="calls_of_a_day"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="calls_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()}, {self.at:%Y-%m-%d %H:%M}Z"
