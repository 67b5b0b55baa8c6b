"""What another plan would have paid for past months, beside what was: counted by the same function as the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final

from django.db.models import Q
from django.db.models import Sum as Total
from django.db.models.functions import Coalesce, TruncMonth

from handoff.licensing import closing_pay_words
from handoff.models import DealStep, Entry, Handoff, PlanVersion
from handoff.models.pay import Kind
from handoff.months import after, month_of, months
from handoff.pay.book import Book
from handoff.pay.cases import cases_of, settings_of
from handoff.pay.earning import earn
from handoff.pay.reckoning import base_of, over
from teams.models import Membership, Role, Team
from teams.zones import first_moment, zone

BATCH: Final = 2000
CAPS: Final = {Kind.HELD: "bonus_cap", Kind.CLOSING: "closing_cap"}
Earned = dict[tuple[int, date, Kind], int]


@dataclass(frozen=True, slots=True)
class Compared:
    """One ISA: what was paid for these months and what would have been, in cents."""

    isa: Membership
    paid: int
    would: int

    @property
    def difference(self) -> int:
        """What the other plan pays more."""
        return self.would - self.paid


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everybody, and the total."""

    rows: Sequence[Compared]

    @property
    def paid(self) -> int:
        """What was paid, in cents."""
        return sum(row.paid for row in self.rows)

    @property
    def would(self) -> int:
        """What would have been."""
        return sum(row.would for row in self.rows)

    @property
    def difference(self) -> int:
        """What the other plan pays more."""
        return self.would - self.paid


def compare(*, team: Team, plan: PlanVersion, first: date, last: date, at: datetime) -> Comparison:
    """Count what the ISAs of a team would have earned in these months by ``plan``, which need not be stored.

    Both sides count what was earned in the months, with all that was corrected since; what a team lead entered by hand
    is on neither. The licence rule holds as the table of states is now.
    """
    book = Book.of([team.pk])
    isas = Membership.objects.filter(Q(role=Role.ISA) | Q(pk__in=book.isas_once()), team=team)
    people = {isa.pk: isa for isa in isas.select_related("user", "team").order_by("user__name", "pk")}
    paid = _paid(people, first, last)
    would = _would(team, people, plan, first, last, book=book)
    rows = [
        Compared(
            isa,
            sum(_month(isa, book.plan_of_month(isa, month), month, paid, book=book, at=at) for month in counted),
            sum(_month(isa, plan, month, would, book=book, at=at) for month in counted),
        )
        for isa in people.values()
        for counted in [list(_months(isa, book, first, last))]
    ]
    return Comparison([row for row in rows if row.paid or row.would])


def _months(isa: Membership, book: Book, first: date, last: date) -> Iterator[date]:
    """Yield the months that are compared: not those before somebody's first plan, for which there is nothing beside."""
    return months(max(first, book.first_month(isa) or first), last)


def _month(isa: Membership, plan: PlanVersion | None, month: date, earned: Earned, *, book: Book, at: datetime) -> int:
    if plan is None:
        return 0
    base = base_of(isa, plan, month, book=book, at=at)
    total = base.amount if base else 0
    for kind, cap in CAPS.items():
        amount = earned.get((isa.pk, month, kind), 0)
        total += amount + over(getattr(plan, cap), amount)
    return total


def _paid(people: Iterable[int], first: date, last: date) -> Earned:
    entries = Entry.objects.filter(
        isa__in=list(people), earned_on__gte=first, earned_on__lt=after(last), kind__in=list(CAPS)
    )
    rows = entries.order_by().values_list("isa", TruncMonth("earned_on"), "kind").annotate(total=Total("amount"))
    return {(isa, month, Kind(kind)): total for isa, month, kind, total in rows}


def _would(
    team: Team, people: dict[int, Membership], plan: PlanVersion, first: date, last: date, *, book: Book
) -> Earned:
    found: Earned = defaultdict(int)
    may_not: dict[tuple[int, str], str] = {}
    end, clock = after(last), zone(team.zone)
    reported = _handoffs(team, first, last)
    while handoffs := list(islice(reported, BATCH)):
        places = [
            each
            for each in settings_of(handoffs)
            if each.isa_id in people and book.roles.had(people[each.isa_id], Role.ISA, each.set_on)
        ]
        for place, case in zip(places, cases_of(places), strict=True):
            why = ""
            if case.steps and plan.percent:
                of = (place.isa_id, place.state)
                if of not in may_not:
                    may_not[of] = closing_pay_words(people[place.isa_id], place.state)
                why = may_not[of]
            earned = earn(case, plan_on=lambda day: plan if first <= day < end else None, clock=clock, may_not=why)
            for each in earned:
                found[case.isa_id, month_of(each.earned_on), each.kind] += each.amount
    return found


def _handoffs(team: Team, first: date, last: date) -> Iterator[int]:
    since, until = (first_moment(day, zone_name=team.zone) for day in (first, after(last)))
    met = Handoff.objects.filter(team=team, outcome__isnull=False).alias(
        met_at=Coalesce("appointment__starts_at", "opened_at")
    )
    closed = DealStep.objects.filter(deal__team=team, closed_on__gte=first, closed_on__lt=after(last))
    within = Q(met_at__gte=since, met_at__lt=until) | Q(pk__in=closed.values("deal__handoff"))
    yield from met.filter(within).order_by("pk").values_list("pk", flat=True).iterator()
