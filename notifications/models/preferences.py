"""How each person wants to hear of what."""

from __future__ import annotations

from django.db import models

from teams.models import Membership


class Group(models.TextChoices):
    """What people choose for, in their words."""

    NEW = "new", "A new handoff for me"
    LIVE = "live", "Live transfers: a client is waiting"
    CHANGES = "changes", "Changes to my handoffs"
    OUTCOMES = "outcomes", "Outcomes: questions, reminders, reports"
    COACHING = "coaching", "Coaching: a card, a note, an improvement"
    PAY = "pay", "Pay: approved, adjusted, questions and answers"
    TEAM = "team", "What the team's chat was not told"
    WEEKLY = "weekly", "The week in numbers, on Monday morning"


class Preference(models.Model):
    """One person's choice for one group. The inbox has everything, whatever they choose."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="preferences")
    group = models.CharField(max_length=8, choices=Group)
    by_email = models.BooleanField()
    by_text = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "group"], name="one_choice_per_group")]

    def __str__(self) -> str:
        return f"{self.get_group_display()}: {'mail ' * self.by_email}{'text' * self.by_text}".strip()
