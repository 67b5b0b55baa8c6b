"""What a team wants to reach in a month, what it spends in one, and what leads do that are never handed off."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from teams.models import Membership, Team


class Aim(models.TextChoices):
    """What a goal is of; each is counted in the month in which it happens."""

    SET = "set", "Appointments set"
    HELD = "held", "Appointments held"
    GOOD = "good", "Good leads met"
    SIGNED = "signed", "Clients signed"
    CLOSED = "closed", "Closings"
    COMMISSION = "commission", "Commission"


class Goal(models.Model):
    """So much in a month, from ``month`` (its first day) until a later row says otherwise; 0 is no goal.

    Without a membership it is the whole team's. Commission is in whole units of the team's currency.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.CASCADE, related_name="goals")
    aim = models.CharField(max_length=10, choices=Aim)
    month = models.DateField()
    monthly = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["team", "membership", "aim", "month"], name="one_goal_from_a_month_on", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.monthly} {self.get_aim_display()} from {self.month:%Y-%m}"


class Spending(models.Model):
    """What a month cost (its first day stands for it), for leads of a source or, without one, for all the rest.

    Whole units of the team's currency.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    source = models.CharField(max_length=60, blank=True)
    is_for_leads = models.BooleanField(help_text="Whether it bought leads of that source; else people and tools.")
    amount = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["team", "month", "is_for_leads", "source"], name="one_spending_of_a_month_and_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} in {self.month:%Y-%m}"


class ColdTally(models.Model):
    """Leads that came in one week (its Monday) from one source and were never handed off, and what became of them."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    source = models.CharField(max_length=60, blank=True)
    leads = models.IntegerField()
    signed = models.IntegerField()
    closed = models.IntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["team", "week", "source"], name="one_cold_tally_of_a_week_and_source")
        ]

    def __str__(self) -> str:
        return f"{self.leads} cold leads in the week of {self.week}"
