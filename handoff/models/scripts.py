"""What a team says instead of a built-in script."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from teams.models import Membership, Team


class ScriptVersion(models.Model):
    """One version of one script; the newest counts. An empty text is the built-in one again. Only ever added to."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40, help_text="Key of handoff.wordings.SCRIPTS.")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True, help_text="A paragraph on each line; placeholders in braces.")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["team", "name", "version"], name="one_version_of_a_script")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
