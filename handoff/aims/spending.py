"""What was spent, as the team enters it month by month, and what a held appointment cost by that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from hashlib import sha256
from itertools import dropwhile, takewhile

from django.db import transaction

from handoff.models import Spending
from handoff.months import after, days_in, month_words, months_in
from handoff.numbers.asking import By, Question
from handoff.numbers.figures import Figures
from handoff.numbers.queries import totals_for
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
    """What was spent on handoffs and what they brought, in whole units; ``why_not`` says why costs cannot be told.

    ``commission`` is of all of them. ``held`` and ``brought`` are of the months in ``said``: the last in a row that
    have costs. Those in ``unsaid`` have none, or lie before one that has none.
    """

    commission: int
    held: int = 0
    brought: int = 0
    spent: int | None = None
    why_not: str = ""
    said: tuple[date, ...] = ()
    unsaid: tuple[date, ...] = ()

    @property
    def cost_per_held(self) -> int | None:
        """What a held appointment cost; None without any, or without costs."""
        return round(self.spent / self.held) if self.spent and self.held else None

    @property
    def times(self) -> float | None:
        """How often the commission of the same handoffs covers what was spent on them."""
        return self.brought / self.spent if self.spent else None

    @property
    def said_words(self) -> str:
        """The months that have costs: “October to November 2026”."""
        first, last = self.said[0], self.said[-1]
        begins = f"{first:%B}" if first.year == last.year else month_words(first)
        return month_words(last) if first == last else f"{begins} to {month_words(last)}"


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


def worth_of(question: Question, figures: Figures, *, at: datetime) -> Worth:
    """Return what these handoffs cost and brought. Two queries at most.

    Costs are of a source or of the whole team, so of one person's, one method's or one area's handoffs they cannot be
    told. Of a month that is only partly asked for they count by its days; handoffs of a month without costs do not
    count, or an appointment would be the cheaper the less is entered.
    """
    if question.method or question.chosen.keys() - {By.SOURCE}:
        return Worth(
            figures.commission, why_not="Costs are known for the whole team and for a source, not for this choice."
        )
    months = dict(months_in(question.since, question.until))
    rows = list(Spending.objects.filter(team=question.team_id, month__in=months))
    said = _last_run(months, {row.month for row in rows})
    unsaid = tuple(month for month in months if month not in said)
    if question.source is not None:
        rows = [row for row in rows if row.is_for_leads and row.source == question.source]
    shares = (Fraction(row.amount * months[row.month], days_in(row.month)) for row in rows if row.month in said)
    spent = sum(shares, Fraction(0))
    if not spent:
        return Worth(figures.commission, why_not="No costs are entered for these days.")
    counted = totals_for(_of_months(question, said), at=at) if unsaid else figures
    return Worth(figures.commission, counted.held, counted.commission, round(spent), said=said, unsaid=unsaid)


def _last_run(months: Iterable[date], said: Collection[date]) -> tuple[date, ...]:
    """Return the last months in a row that have costs, in order."""
    latest_first = dropwhile(lambda month: month not in said, reversed(list(months)))
    return tuple(takewhile(lambda month: month in said, latest_first))[::-1]


def _of_months(question: Question, months: Sequence[date]) -> Question:
    since, until = max(question.since, months[0]), min(question.until, after(months[-1]))
    return replace(question, since=since, until=until)
