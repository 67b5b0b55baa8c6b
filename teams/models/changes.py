"""What was set, by whom and when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from teams.models.members import Membership
from teams.models.team import Team


class SettingChangeQuerySet(models.QuerySet["SettingChange"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> SettingChangeQuerySet:
        """The team's own."""
        return self.filter(team_id=membership.team_id)


class SettingChange(models.Model):
    """One line for people: who changed which part of the settings, and what. Only ever added to; names no secret."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    actor = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=20, help_text="Code of the part of settings: teams.hub.Part.")
    words = models.CharField(max_length=300)
    at = models.DateTimeField()

    objects = SettingChangeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["team", "-id"], name="setting_changes_of_team")]

    def __str__(self) -> str:
        return self.words
