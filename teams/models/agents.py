"""What makes an agent the right one: areas, languages, hours."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from teams.models.members import Membership
from teams.models.shares import AgentLimits
from teams.models.team import Team


class AreaQuerySet(models.QuerySet["Area"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> AreaQuerySet:
        """The team's own areas."""
        return self.filter(team_id=membership.team_id)


class Area(models.Model):
    """A place the team works in, by the name its people use."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="areas")
    name = models.CharField(max_length=80)
    median_price = models.PositiveIntegerField(null=True, blank=True, help_text="Whole units of the team's currency.")

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints = [models.UniqueConstraint(F("team"), Lower("name"), name="one_area_per_name")]

    def __str__(self) -> str:
        return self.name


class AgentProfile(AgentLimits):
    """How an agent is presented to clients, and what routing knows of them."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="profile", primary_key=True)
    title = models.CharField(max_length=80, blank=True, help_text="As clients hear it: “downtown condo specialist”.")
    line = models.CharField(max_length=240, blank=True, help_text="One sentence an ISA can say about this agent.")
    years = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(70)])
    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True, help_text="ISO 639-1 codes.")
    states = ArrayField(models.CharField(max_length=2), default=list, blank=True, help_text="Where licensed (USPS).")
    areas = models.ManyToManyField(Area, blank=True, related_name="agents")
    video_link = models.URLField(blank=True)
    takes_handoffs = models.BooleanField(default=True)
    photo_mark = models.CharField(max_length=16, blank=True, db_default="", help_text="Names the photo; empty: none.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(price_min=None) | Q(price_max=None) | Q(price_min__lte=F("price_max")),
                name="price_band_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"Profile of {self.membership_id}"


class WorkingHours(models.Model):
    """A stretch of a weekday in the agent's own zone. A day may have several; no row means no work that day."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday, as in datetime.weekday().")
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name_plural = "working hours"
        ordering: ClassVar[list[str]] = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_exists"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="opens_before_it_closes"),
            models.UniqueConstraint(fields=["membership", "weekday", "opens"], name="one_stretch_per_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class TimeOff(models.Model):
    """A span in which an agent takes no appointments."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="time_off")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name_plural = "time off"
        ordering: ClassVar[list[str]] = ["starts_at"]
        constraints = [models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="time_off_has_length")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}-{self.ends_at:%Y-%m-%d %H:%M}Z"
