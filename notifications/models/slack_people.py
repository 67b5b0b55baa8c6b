"""Who of a team is whom in its Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from notifications.promises.owed import Owed
from teams.models import Membership, Team


class SlackMatch(Owed):
    """The promise to look a member up by email, and what came of it: done without ``slack_user``, nobody was found."""

    asks_a_person = False  # what did not work is shown beside the button that asks for it

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(help_text="The address that was looked up.")
    slack_user = models.CharField(max_length=24, blank=True, help_text="Slack's id of the person: U…")

    workspace = models.CharField(max_length=24, blank=True, db_default="", help_text="Slack's id of their team: T…")

    class Meta(Owed.Meta):
        abstract = False
        verbose_name_plural = "slack matches"
        indexes: ClassVar[list[models.Index]] = [*Owed.Meta.indexes]

    if TYPE_CHECKING:
        membership_id: int
