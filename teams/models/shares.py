"""How a team shares its leads out: the weights of the ranking, and what an agent may be given."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

#: A full share. An agent with half of it is offered half as many leads.
FULL_SHARE = 100
#: No agent works more of them in a day, or in a week.
MOST_A_DAY, MOST_A_WEEK = 48, 200


def points(default: int, words: str) -> models.PositiveSmallIntegerField[int, int]:
    """A weight of the ranking: so many points, within bounds that no single reason can run away with."""
    return models.PositiveSmallIntegerField(
        default=default, db_default=default, validators=[MaxValueValidator(100)], help_text=words
    )


class RoutingWays(models.Model):
    """The part of a team's policy that ranks agents. Defaults are what Baton thinks right for a team that sets none."""

    known_points = points(60, "For an agent the client knows already.")
    area_points = points(40, "For working in one of the client's areas.")
    language_points = points(30, "For speaking the client's language.")
    price_points = points(20, "For a price inside the agent's band; half of it for agents without a band.")
    fairness_points = points(10, "For each handoff behind the fair share; taken off for each one ahead of it.")
    fairness_days = models.PositiveSmallIntegerField(
        default=28,
        db_default=28,
        validators=[MinValueValidator(7), MaxValueValidator(120)],
        help_text="Shares are counted over so many days back.",
    )
    day_capacity = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_A_DAY)],
        help_text="Most leads a day for each agent, unless the profile says otherwise; empty: no limit.",
    )
    week_capacity = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_A_WEEK)],
        help_text="The same for a week from Monday; empty: no limit.",
    )

    bench_overdue = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether an agent with an overdue outcome is handed nothing that has to be taken now.",
    )

    class Meta:
        abstract = True


class AgentLimits(models.Model):
    """The part of an agent's profile that routing alone reads."""

    price_min = models.PositiveIntegerField(null=True, blank=True, help_text="Whole units of the team's currency.")
    price_max = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: no upper end.")
    weight = models.PositiveSmallIntegerField(
        default=FULL_SHARE,
        db_default=FULL_SHARE,
        validators=[MinValueValidator(5), MaxValueValidator(300)],
        help_text="Share of leads in percent of a full one.",
    )
    day_capacity = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_A_DAY)],
        help_text="Empty: the team's.",
    )
    week_capacity = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_A_WEEK)],
        help_text="Empty: the team's.",
    )

    class Meta:
        abstract = True
