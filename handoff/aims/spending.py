"""What was spent, as the team enters it month by month, and what a held appointment cost by that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256

from django.db import transaction

from handoff.models import Spending
from handoff.months import days_in, months_in
from handoff.numbers.asking import By, Question
from handoff.numbers.figures import Figures
from teams.models import Team


@dataclass(frozen=True, slots=True)
class Costs:
    """What one month cost in whole units: leads by their source, and all the rest."""

    leads: Mapping[str, int]
    rest: int = 0

    @property
    def fingerprint(self) -> str:
        """The same for the same costs alone."""
        return sha256(repr((sorted(self.leads.items()), self.rest)).encode()).hexdigest()

    def __str__(self) -> str:
        named = [f"{name or 'source not said'} {amount:,}" for name, amount in sorted(self.leads.items())]
        return ", ".join([*named, f"everything else {self.rest:,}"])


@dataclass(frozen=True, slots=True)
class Worth:
    """What was spent on handoffs and what they brought, in whole units; ``why_not`` says why costs cannot be told."""

    held: int
    commission: int
    spent: int | None = None
    why_not: str = ""
    #: Months of these days for which nothing was entered at all: they count as if they cost nothing.
    unsaid: tuple[date, ...] = ()

    @property
    def cost_per_held(self) -> int | None:
        """What a held appointment cost; None without any, or without costs."""
        return round(self.spent / self.held) if self.spent and self.held else None

    @property
    def times(self) -> float | None:
        """How often the commission covers what was spent."""
        return self.commission / self.spent if self.spent else None


@transaction.atomic
def enter_costs(*, team: Team, month: date, costs: Costs) -> None:
    """Keep what a month cost, in place of what was entered before. What is 0 is not kept."""
    Spending.objects.filter(team=team, month=month).delete()
    rows = [
        Spending(team=team, month=month, source=name, is_for_leads=True, amount=n) for name, n in costs.leads.items()
    ]
    rows.append(Spending(team=team, month=month, source="", is_for_leads=False, amount=costs.rest))
    Spending.objects.bulk_create([row for row in rows if row.amount])


def costs_of(team: Team, month: date) -> Costs:
    """Return what was entered for a month; the month before's sources stand there with nothing yet. One query."""
    rows = list(Spending.objects.filter(team=team, month=month))
    leads = {row.source: row.amount for row in rows if row.is_for_leads}
    return Costs(leads, sum(row.amount for row in rows if not row.is_for_leads))


def worth_of(question: Question, figures: Figures) -> Worth:
    """Return what these handoffs cost and brought. One query at most.

    Costs are of a source or of the whole team, so of one person's, one method's or one area's handoffs they cannot be
    told. Of a month that is only partly asked for they count by its days.
    """
    if question.method or question.chosen.keys() - {By.SOURCE}:
        return Worth(
            figures.held,
            figures.commission,
            why_not="Costs are known for the whole team and for a source, not for this choice.",
        )
    months = dict(months_in(question.since, question.until))
    rows = list(Spending.objects.filter(team=question.team_id, month__in=months))
    unsaid = tuple(month for month in months if month not in {row.month for row in rows})
    if question.source is not None:
        rows = [row for row in rows if row.is_for_leads and row.source == question.source]
    shares = (Fraction(row.amount * months[row.month], days_in(row.month)) for row in rows)
    spent = sum(shares, Fraction(0))
    if not spent:
        return Worth(figures.held, figures.commission, why_not="No costs are entered for these days.")
    return Worth(figures.held, figures.commission, spent=round(spent), unsaid=unsaid)
