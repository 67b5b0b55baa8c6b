"""Who wants no mail but what they asked for, as they said themselves or as their mail server said."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from teams.models import Membership, Team


class MailHow(models.TextChoices):
    """How an address said that it wants no such mail, or wants it again."""

    ONE_CLICK = "one_click", "by the button of their mail program"
    PAGE = "page", "by the link in a mail"
    SPOKEN = "spoken", "said so to one of us"
    WROTE = "wrote", "wrote so"
    BOUNCED = "bounced", "mail to it came back"


class MailChoice(models.Model):
    """One word of one address to one team: such mail, or no more. Rows are only added; the newest holds."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254, help_text="Lower-case.")
    is_in = models.BooleanField(help_text="Whether they may be sent drips and the like from here on.")
    how = models.CharField(max_length=9, choices=MailHow)
    wording = models.CharField(max_length=500, blank=True, help_text="Why, as somebody noted it.")
    by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["team", "address", "-id"], name="mail_choice_newest")
        ]

    def __str__(self) -> str:
        return f"{'Mail' if self.is_in else 'No mail'}, {self.get_how_display()}"
