"""What an ISA earns: plans in versions, a ledger that is only ever added to, approved statements, and disputes.

Amounts are minor units (cents) of ``currency`` (ISO 4217). Months are their first day, on the team's clock.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, TypeVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from handoff.models.handoffs import Handoff
from teams.models import Membership, Team

_APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete
LONGEST_WINDOW = 730  # days


class Kind(models.TextChoices):
    """What an entry pays, in the order of a statement."""

    BASE = "base", "Base salary"
    HELD = "held", "Held appointments"
    HELD_CAP = "held_cap", "Cap on bonuses"
    CLOSING = "closing", "Closings"
    CLOSING_CAP = "closing_cap", "Cap on closings"
    ADJUSTMENT = "adjustment", "Adjustments"


class Turn(models.TextChoices):
    """Why there is an entry."""

    EARNED = "earned", "Earned"
    CORRECTED = "corrected", "Corrected"
    CLAWED_BACK = "clawed_back", "Comes back"
    STAYS = "stays", "Stays"
    WITHHELD = "withheld", "Not paid"


Row = TypeVar("Row", bound=models.Model)


class PayRows(models.QuerySet[Row]):
    """Chainable filters of everything that belongs to one ISA's pay."""

    def visible_to(self, membership: Membership) -> PayRows[Row]:
        """The team's for a team lead, for others their own: an agent may have been an ISA."""
        mine = self.filter(team_id=membership.team_id)
        return mine if membership.is_lead else mine.filter(isa=membership)


class PlanVersion(models.Model):
    """By what somebody is paid from a month on: a team's ISAs, or one person. The latest in force counts."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    isa = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the team's."
    )
    is_own = models.BooleanField(default=True, help_text="No: from then on the team's plan counts for this person.")
    from_month = models.DateField()
    currency = models.CharField(max_length=3)
    base = models.PositiveBigIntegerField(default=0, help_text="A month.")
    bonus = models.PositiveBigIntegerField(default=0, help_text="For each held appointment.")
    bonus_cap = models.PositiveBigIntegerField(null=True, blank=True, help_text="The most of all bonuses of a month.")
    percent = models.DecimalField(
        max_digits=5,
        decimal_places=3,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Of the team's commission on a closing.",
    )
    closing_cap = models.PositiveBigIntegerField(null=True, blank=True, help_text="The most of closings of a month.")
    clawback_days = models.PositiveSmallIntegerField(
        default=30,
        validators=[MaxValueValidator(LONGEST_WINDOW)],
        help_text="What turns out wrong within so many days comes back; later it stays.",
    )
    words = models.CharField(max_length=500, help_text="What it changed.")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["from_month", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="plan_versions_append_only", operation=_APPEND_ONLY)
        ]

    def __str__(self) -> str:
        return f"Plan of {f'membership {self.isa_id}' if self.isa_id else 'the team'} from {self.from_month:%Y-%m}"


class Entry(models.Model):
    """One line of an ISA's ledger. The key names the event that it comes of, so no event is entered twice."""

    key = models.CharField(max_length=120, unique=True)
    team = models.ForeignKey(Team, db_index=False, on_delete=models.PROTECT, related_name="+")
    isa = models.ForeignKey(Membership, db_index=False, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=11, choices=Kind)
    turn = models.CharField(max_length=11, choices=Turn)
    month = models.DateField(help_text="The statement that pays it.")
    earned_on = models.DateField(help_text="The day whose plan decides, and whose month's cap.")
    amount = models.BigIntegerField()
    withheld = models.BigIntegerField(default=0, help_text="What would have been paid, had it been allowed.")
    currency = models.CharField(max_length=3)
    why = models.CharField(max_length=1200)
    plan = models.ForeignKey(PlanVersion, null=True, db_index=False, on_delete=models.PROTECT, related_name="+")
    handoff = models.ForeignKey(Handoff, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(
        Handoff,
        null=True,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Which case was meant by who entered it by hand, where it pays nothing that a rule kept back.",
    )
    by = models.ForeignKey(
        Membership,
        null=True,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who entered it by hand.",
    )
    happened_at = models.DateTimeField(help_text="When what it comes of was said.")
    at = models.DateTimeField(help_text="When it was written.")

    objects = PayRows.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        verbose_name_plural = "entries"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["isa", "month"], name="entries_of_isa"),
            models.Index(fields=["isa", "earned_on"], name="entries_earned"),
            models.Index(fields=["team", "earned_on"], name="entries_of_team_earned"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="entries_append_only", operation=_APPEND_ONLY)
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.amount} {self.currency}"

    @property
    def earned_month(self) -> date:
        """The month whose cap counts it."""
        return self.earned_on.replace(day=1)

    @property
    def case(self) -> Handoff | None:
        """The handoff that it comes of, or that was meant by hand."""
        return self.handoff or self.about


class Statement(models.Model):
    """A month of one ISA that was approved. From then on nothing is entered into it."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    isa = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    total = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    approved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    objects = PayRows.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["month", "id"]
        constraints = [models.UniqueConstraint(fields=["isa", "month"], name="one_statement_per_month")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="statements_append_only", operation=_APPEND_ONLY)
        ]

    def __str__(self) -> str:
        return f"Statement of {self.isa_id} for {self.month:%Y-%m}"


class Dispute(models.Model):
    """What an ISA says of an entry, or of a whole statement; and what a team lead answers, once."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    isa = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="The statement.")
    entry = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="disputes")
    note = models.CharField(max_length=1000)
    at = models.DateTimeField()
    is_upheld = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    adjustment = models.OneToOneField(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="settles")
    answered_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = PayRows.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["isa", "month"], name="disputes_of_isa")]
        constraints = [
            models.UniqueConstraint(
                fields=["isa", "month", "entry"],
                condition=Q(answered_at=None),
                nulls_distinct=False,
                name="one_open_dispute",
            )
        ]

    def __str__(self) -> str:
        return f"Dispute of {self.isa_id} for {self.month:%Y-%m}"

    @property
    def about(self) -> str:
        """How rows in other rooms refer to it."""
        return f"dispute/{self.pk}"

    def get_absolute_url(self) -> str:
        """Return the statement that it stands on."""
        return reverse("handoff:pay-statement", args=[self.month, self.isa_id])
