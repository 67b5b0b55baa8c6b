"""What is owed to Slack besides new messages."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from notifications.models.deliveries import Delivery
from notifications.promises.owed import Owed
from teams.models import Team
from teams.secret_text import SecretTextField


class SlackCall(Owed):
    """A message that was posted is brought up to date (``delivery``), or a person is answered who pressed a button."""

    asks_a_person = False  # what it says stands in Baton too

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    delivery = models.ForeignKey(Delivery, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    address = SecretTextField(
        blank=True,
        default="",
        db_default="",
        help_text="Slack's response_url: a secret for half an hour.",
    )
    message = models.JSONField(default=dict, help_text="notifications.messages.Message as plain data.")

    class Meta(Owed.Meta):
        abstract = False
        indexes: ClassVar[list[models.Index]] = [*Owed.Meta.indexes]
