"""A call that was made, and what came of it."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from leads.models.leads import Lead
from leads.models.tasks import Task
from teams.models import Membership


class CallResult(models.TextChoices):
    """What came of dialling."""

    ANSWERED = "answered", "Answered"
    NO_ANSWER = "no_answer", "No answer"
    VOICEMAIL = "voicemail", "Left a voicemail"
    WRONG_NUMBER = "wrong_number", "Wrong number"


class CallQuerySet(models.QuerySet["Call"]):
    """Chainable filters."""

    def standing(self) -> CallQuerySet:
        """Those that nobody has taken back."""
        return self.filter(before__taken_back_at=None)

    def undoable_by(self, membership: Membership) -> CallQuerySet:
        """Those that one noted oneself; a team lead sees the whole team's."""
        calls = self.filter(lead__team=membership.team_id)
        return calls if membership.is_lead else calls.filter(by=membership)


class Call(models.Model):
    """One call, as whoever made it noted it. Never changed: what was noted wrongly is taken back, and noted again."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="calls")
    by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=12, choices=CallResult)
    phone = models.CharField(max_length=16, blank=True, help_text="The number that was called, E.164.")
    note = models.CharField(max_length=500, blank=True)
    next_call_at = models.DateTimeField(null=True, blank=True, help_text="When the next call was planned for.")
    at = models.DateTimeField()

    objects = CallQuerySet.as_manager()

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


class BeforeCall(models.Model):
    """What stood before a call, so that one noted by mistake can be taken back; and whether it was."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="before")
    unanswered_calls = models.PositiveSmallIntegerField()
    next_call_at = models.DateTimeField(null=True, blank=True)
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="What asked for the call."
    )
    task_due_at = models.DateTimeField(null=True, blank=True)
    task_is_urgent = models.BooleanField(default=False)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Before call {self.call_id}"
