"""The call behind the notes: a link, a link to follow, or a coded reason why there is none."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models.leads import Lead
from teams.models import Membership


class RecordingKind(models.TextChoices):
    """What the ISA could say about the call's recording."""

    LINK = "link", "Link"
    TO_FOLLOW = "to_follow", "This call, link to follow"
    NONE = "none", "No recording"


class NoRecording(models.TextChoices):
    """Why there is no recording."""

    NO_CONSENT = "no_consent", "Client did not consent"
    RECORDER_FAILED = "recorder_failed", "Recorder failed"
    IN_PERSON = "in_person", "Spoke in person"
    WRITTEN = "written", "Texts or emails only"


class Recording(models.Model):
    """One call. A row "to follow" becomes a link when it arrives (``arrived_at``)."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="recordings")
    kind = models.CharField(max_length=9, choices=RecordingKind)
    url = models.URLField(max_length=1000, blank=True)
    reason = models.CharField(max_length=20, choices=NoRecording, blank=True)
    said_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True, blank=True)

    consent_at = models.DateTimeField(null=True, blank=True, help_text="When it was noted that everybody agreed to it.")
    consent_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consent_second = models.PositiveIntegerField(null=True, blank=True, help_text="Where in the call they said so.")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="link", url=""), name="a_link_has_a_url"),
            models.CheckConstraint(condition=~Q(kind="none", reason=""), name="no_recording_has_a_reason"),
            models.UniqueConstraint(fields=["lead"], condition=Q(kind="to_follow"), name="one_recording_to_follow"),
        ]

    def __str__(self) -> str:
        return self.url or self.get_kind_display()

    @property
    def is_agreed(self) -> bool:
        """Whether nothing was recorded, or everybody on the call agreed that it is."""
        return self.kind == RecordingKind.NONE or self.consent_at is not None
