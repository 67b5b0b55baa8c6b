"""What came of a client after the meeting: signed, under contract, closed, with prices and dates."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from handoff.models.handoffs import Handoff
from handoff.states import DealStatus
from leads.states import Via
from teams.models import Membership, Team


class DealQuerySet(models.QuerySet["Deal"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> DealQuerySet:
        """A team lead's are the team's, an agent's those they met, an ISA's those they set."""
        mine = self.filter(team_id=membership.team_id)
        if membership.is_lead:
            return mine
        return mine.filter(**{"handoff__agent" if membership.is_agent else "handoff__setter": membership})

    def going(self) -> DealQuerySet:
        """Those that may still close."""
        return self.filter(status__in=(DealStatus.SIGNED, DealStatus.UNDER_CONTRACT))


class Terms(models.Model):
    """Where a deal stands. Days are the team's; amounts are whole units of ``currency`` (ISO 4217).

    A day stands only while the deal has come so far: whose contract fell through has no ``under_contract_on``.
    """

    status = models.CharField(max_length=14, choices=DealStatus)
    signed_on = models.DateField(help_text="When the client signed with the agent.")
    under_contract_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    lost_on = models.DateField(null=True, blank=True)
    price = models.PositiveIntegerField(null=True, blank=True, help_text="Of the home, as agreed.")
    commission = models.PositiveIntegerField(null=True, blank=True, help_text="The team's gross income of it (GCI).")
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        abstract = True

    @property
    def since(self) -> date:
        """The day on which it came to where it stands."""
        on = {
            DealStatus.UNDER_CONTRACT: self.under_contract_on,
            DealStatus.CLOSED: self.closed_on,
            DealStatus.LOST: self.lost_on,
        }.get(DealStatus(self.status))
        return on or self.signed_on


class Deal(Terms):
    """One per handoff, so its method, its ISA and its agent are the deal's for good, whoever owns the lead by now."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    handoff = models.OneToOneField(Handoff, on_delete=models.PROTECT, related_name="deal")

    objects = DealQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["team", "status", "-signed_on"], name="deals_by_status"),
            models.Index(fields=["team", "closed_on"], condition=Q(status="closed"), name="deals_closed"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(closed_on__isnull=False, under_contract_on__isnull=False),
                name="a_closed_deal_has_its_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} ({self.handoff_id})"

    @property
    def lacks_amounts(self) -> bool:
        """Whether it closed, and nobody has said for how much."""
        return self.status == DealStatus.CLOSED and (self.price is None or self.commission is None)


class DealStep(Terms):
    """What a deal was after one change, who made it, and why. Only ever added to."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="steps")
    was = models.CharField(max_length=14, choices=DealStatus, blank=True, help_text="Empty for the first.")
    why = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=6, choices=Via)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="deal_steps_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Deal {self.deal_id}: {self.get_status_display()}"
