"""LPMAMA: the six things that must be known before any handoff."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models.leads import Lead
from teams.models import Area


class Side(models.TextChoices):
    """What the lead wants to do."""

    BUY = "buy", "Buy"
    SELL = "sell", "Sell"
    BOTH = "both", "Sell and buy"


class Timeframe(models.TextChoices):
    """How soon."""

    NOW = "now", "Now"
    MONTHS_1_3 = "1-3", "1-3 months"
    MONTHS_3_6 = "3-6", "3-6 months"
    MONTHS_6_12 = "6-12", "6-12 months"
    MONTHS_12_PLUS = "12+", "Over a year"
    UNKNOWN = "unknown", "Would not say"


class OtherAgent(models.TextChoices):
    """Whether somebody else works with them already."""

    NONE = "none", "No agent"
    UNSIGNED = "unsigned", "Yes, not signed"
    EXCLUSIVE = "exclusive", "Yes, signed (exclusive)"


class Mortgage(models.TextChoices):
    """How they pay."""

    PRE_APPROVED = "pre_approved", "Pre-approved"
    APPLIED = "applied", "Applied"
    NOT_YET = "not_yet", "Not yet"
    CASH = "cash", "Cash"
    NOT_APPLICABLE = "n/a", "Not applicable (seller)"


class Letter(models.TextChoices):
    """The letters, in the order in which they are asked."""

    LOCATION = "location", "Location"
    PRICE = "price", "Price"
    MOTIVATION = "motivation", "Motivation"
    AGENT = "agent", "Agent"
    MORTGAGE = "mortgage", "Mortgage"
    APPOINTMENT = "appointment", "Appointment"


class Lpmama(models.Model):
    """The answers so far. Prices are whole units of the team's currency; ``*_second`` is the recording's second."""

    lead = models.OneToOneField(Lead, on_delete=models.CASCADE, related_name="lpmama", primary_key=True)

    side = models.CharField(max_length=4, choices=Side, blank=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="+")
    location_text = models.CharField(max_length=300, blank=True)
    price_min = models.PositiveIntegerField(null=True, blank=True)
    price_max = models.PositiveIntegerField(null=True, blank=True, help_text="The most a buyer would pay.")
    price_expected = models.PositiveIntegerField(null=True, blank=True, help_text="What a seller hopes for.")
    motivation = models.CharField(max_length=1000, blank=True)
    motivation_declined = models.BooleanField(default=False, help_text="Asked, would not say.")
    timeframe = models.CharField(max_length=8, choices=Timeframe, blank=True)
    other_agent = models.CharField(max_length=9, choices=OtherAgent, blank=True)
    other_agent_name = models.CharField(max_length=120, blank=True)
    mortgage = models.CharField(max_length=12, choices=Mortgage, blank=True)
    mortgage_lender = models.CharField(max_length=120, blank=True)
    mortgage_amount = models.PositiveIntegerField(null=True, blank=True)
    mortgage_on = models.DateField(null=True, blank=True)
    appointment_wish = models.CharField(max_length=200, blank=True, help_text="When they would like to meet.")

    bedrooms = models.PositiveSmallIntegerField(null=True, blank=True)
    needs = models.CharField(max_length=1000, blank=True)
    household = models.CharField(max_length=300, blank=True, help_text="Who else decides.")

    location_second = models.PositiveIntegerField(null=True, blank=True)
    price_second = models.PositiveIntegerField(null=True, blank=True)
    motivation_second = models.PositiveIntegerField(null=True, blank=True)
    agent_second = models.PositiveIntegerField(null=True, blank=True)
    mortgage_second = models.PositiveIntegerField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "LPMAMA"
        verbose_name_plural = "LPMAMA"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(price_min=None) | Q(price_max=None) | Q(price_min__lte=models.F("price_max")),
                name="price_range_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"LPMAMA of {self.lead_id}"
