"""How a team rings its agents for a live transfer."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class RingWay(models.TextChoices):
    """In which order agents are rung."""

    ONE_BY_ONE = "one_by_one", "One by one, then all"
    ALL = "all", "All at once"


class TransferWays(models.Model):
    """The part of a team's policy that live transfers go by."""

    ring_way = models.CharField(max_length=10, choices=RingWay, default=RingWay.ONE_BY_ONE, db_default="one_by_one")
    ring_seconds = models.PositiveSmallIntegerField(
        default=20,
        db_default=20,
        validators=[MinValueValidator(10), MaxValueValidator(120)],
        help_text="So long one agent is rung before the next.",
    )
    ring_all_seconds = models.PositiveSmallIntegerField(
        default=30,
        db_default=30,
        validators=[MinValueValidator(10), MaxValueValidator(180)],
        help_text="So long all are rung at once.",
    )
    missed_rings = models.PositiveSmallIntegerField(
        default=3,
        db_default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text="After so many missed rings in a row an agent is off call.",
    )

    class Meta:
        abstract = True
