"""Who may be sent text messages, as they said themselves, and what they texted back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from teams.models import Membership, Team


class How(models.TextChoices):
    """How a person said that they want texts, or none any more."""

    SPOKEN = "spoken", "said so on the phone"
    OWN = "own", "set it themselves"
    TEXTED = "texted", "texted it"
    CARRIER = "carrier", "told by the phone company"


class TextChoice(models.Model):
    """One word of one number to one team: texts, or no more. Rows are only added; the newest holds."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=16, help_text="E.164.")
    is_in = models.BooleanField(help_text="Whether they want texts from here on.")
    how = models.CharField(max_length=8, choices=How)
    wording = models.CharField(max_length=500, blank=True, help_text="What they were asked, or what they texted.")
    by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["team", "number", "-id"], name="text_choice_newest")
        ]

    def __str__(self) -> str:
        return f"{'Texts' if self.is_in else 'No texts'}, {self.get_how_display()}"


class TextIn(models.Model):
    """A text that came in, as the provider told it: kept first, applied afterwards, each once."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=20)
    event_id = models.CharField(max_length=64, help_text="The provider's own name of it.")
    number = models.CharField(max_length=16, help_text="Who sent it, E.164.")
    body = models.TextField(blank=True)
    data = models.JSONField(help_text="All that the provider said of it.")
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "texts in"
        constraints = [models.UniqueConstraint(fields=["team", "source", "event_id"], name="one_row_per_text_in")]

    def __str__(self) -> str:
        return f"Text {self.event_id}"
