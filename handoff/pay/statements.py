"""Statements: what a month comes to for one ISA, or for everybody, approved or as it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.db.models import Sum as Total
from django.db.models.functions import TruncMonth

from handoff.models import Dispute, Entry, PlanVersion, Statement
from handoff.models.pay import Kind, Turn
from handoff.months import after, before, month_of, months, this_month
from handoff.pay.book import Book
from handoff.pay.reckoning import CAP_OF, Sum, base_of, caps_of
from handoff.pay.settling import to_go
from handoff.pay.withheld import with_rest
from teams.models import Membership, Role
from teams.zones import zone

CAPS = frozenset(cap for _, cap in CAP_OF.values())


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one ISA, as a list shows it. ``total`` in cents.

    ``to_settle``: how many handoffs are still to be gone through for a new plan that pays this ISA.
    """

    isa: Membership
    month: date
    total: int
    currency: str
    approved_at: datetime | None
    is_over: bool
    disputes: int = 0
    to_settle: int = 0

    @property
    def state(self) -> str:
        """Say where it stands."""
        if self.approved_at:
            return "approved"
        if self.to_settle:
            return "settling"
        return "ready" if self.is_over else "running"


@dataclass(frozen=True, slots=True)
class MonthOfTeam:
    """A month with everybody in it."""

    month: date
    rows: Sequence[Month]

    @property
    def total(self) -> int:
        """What it comes to, in cents."""
        return sum(row.total for row in self.rows)


@dataclass(frozen=True, slots=True)
class Section:
    """The entries of one kind, with the caps that bind them."""

    kind: Kind
    entries: Sequence[Entry]

    @property
    def total(self) -> int:
        """What they come to."""
        return sum(each.amount for each in self.entries)

    @property
    def paid(self) -> int:
        """How many of them pay something."""
        return sum(each.amount > 0 for each in self.entries if each.kind not in CAPS)

    @property
    def over(self) -> int:
        """What a cap takes off, in cents."""
        return -sum(each.amount for each in self.entries if each.kind in CAPS)

    @property
    def back(self) -> int:
        """How many of them take something back that was paid."""
        return sum(each.turn == Turn.CLAWED_BACK for each in self.entries)


@dataclass(frozen=True, slots=True)
class StatementPage:
    """One statement in full. ``expected`` entries are not stored: they are written when it is approved."""

    head: Month
    written: Sequence[Entry]
    expected: Sequence[Entry]
    approval: Statement | None
    disputes: Sequence[Dispute]

    @property
    def entries(self) -> list[Entry]:
        """All of them, a cap after what it binds."""
        return sorted([*self.written, *self.expected], key=lambda each: each.kind in CAPS)

    @property
    def sections(self) -> list[Section]:
        """The entries by kind, a cap with what it binds."""
        of = {cap: kind for kind, (_, cap) in CAP_OF.items()}
        found: dict[Kind, list[Entry]] = defaultdict(list)
        for each in self.entries:
            kind = Kind(each.kind)
            found[of.get(kind, kind)].append(each)
        return [Section(kind, found[kind]) for kind in Kind if found[kind]]

    @property
    def open_disputes(self) -> list[Dispute]:
        """Those that nobody has answered."""
        return [each for each in self.disputes if each.answered_at is None]


def months_of_team(viewer: Membership, *, last: date, count: int, at: datetime) -> list[MonthOfTeam]:
    """Return so many months up to ``last``, the newest first; an ISA's have the ISA alone in them.

    A month has a row for whoever is paid by a plan then, or has an entry in it.
    """
    first = before(last, count - 1)
    people = _people(viewer)
    reading = _Reading(people, first, last, at=at)
    found = [
        MonthOfTeam(month, tuple(row for isa in people if (row := reading.row(isa, month))))
        for month in months(first, last)
    ]
    return [each for each in reversed(found) if each.rows]


def month_rows(isa: Membership, *, first: date, last: date, at: datetime) -> list[Month]:
    """Return the months of one ISA in which there is anything, the oldest first."""
    reading = _Reading([isa], first, last, at=at)
    return [row for month in months(first, last) if (row := reading.row(isa, month))]


def statement_of(isa: Membership, month: date, *, at: datetime) -> StatementPage | None:
    """Return one statement in full; None if there is none."""
    reading = _Reading([isa], month, month, at=at)
    head = reading.row(isa, month)
    if head is None:
        return None
    named = Entry.objects.select_related("plan", "by__user", "handoff__lead", "about__lead", "isa__user")
    written = list(with_rest(named.filter(isa=isa, month=month)).order_by("earned_on", "pk"))
    expected = [] if head.approved_at else reading.to_write(isa, month)
    disputes = Dispute.objects.filter(isa=isa, month=month).select_related(
        "entry__handoff__lead", "entry__about__lead", "answered_by__user", "adjustment", "isa__user"
    )
    approval = reading.approved.get((isa.pk, month))
    return StatementPage(head, written, expected, approval, list(disputes.order_by("pk")))


def first_month_of(isa: Membership, *, book: Book) -> date | None:
    """Return the first month that anything can be in."""
    earliest = Entry.objects.filter(isa=isa).aggregate(first=Min("month"))["first"]
    planned = book.first_month(isa)
    joined = month_of(isa.created_at.astimezone(zone(isa.team.zone)).date())
    since = max(planned, joined) if planned else None
    return min((each for each in (earliest, since) if each), default=None)


def reaches_before(viewer: Membership, month: date) -> bool:
    """Whether there is anything before a month that this member may see."""
    earlier = Entry.objects.visible_to(viewer).filter(earned_on__lt=month).exists()
    return earlier or PlanVersion.objects.filter(team=viewer.team_id, from_month__lt=month).exists()


def _people(viewer: Membership) -> list[Membership]:
    team = Membership.objects.filter(team=viewer.team_id).select_related("user", "team")
    if not viewer.is_lead:
        return list(team.filter(pk=viewer.pk))
    book = Book.of([viewer.team_id])
    paid = Q(role=Role.ISA) | Q(pk__in=[*book.own_plans(), *book.isas_once()])
    paid |= Q(Exists(Entry.objects.filter(isa=OuterRef("pk"))))
    return list(team.filter(paid).order_by("user__name", "pk"))


class _Reading:
    """All that some months of some ISAs are counted from: seven queries however many, eight with old cases."""

    def __init__(self, people: Collection[Membership], first: date, last: date, *, at: datetime) -> None:
        self.at = at
        pks = [each.pk for each in people]
        teams = {each.team_id for each in people}
        self.book, self.to_go = Book.of(teams), to_go(teams)
        self.sums: dict[int, list[Sum]] = defaultdict(list)
        self._read_sums(pks, first, last)
        stands = Statement.objects.filter(isa__in=pks, month__range=(first, last)).select_related("approved_by__user")
        self.approved = {(each.isa_id, each.month): each for each in stands}
        open_ones = Dispute.objects.filter(isa__in=pks, answered_at=None, month__range=(first, last)).order_by()
        counted = open_ones.values_list("isa", "month").annotate(number=Count("pk"))
        self.disputes = {(isa, month): number for isa, month, number in counted}

    def row(self, isa: Membership, month: date) -> Month | None:
        """Return a month of an ISA, if there is anything in it."""
        stands = self.approved.get((isa.pk, month))
        here = [each for each in self.sums[isa.pk] if each.month == month]
        plan = self.book.plan_of_month(isa, month)
        now = this_month(isa.team, at=self.at)
        if not (stands or here or (plan and month <= now)):
            return None
        currency = stands.currency if stands else plan.currency if plan else here[0].currency if here else ""
        total = stands.total if stands else sum(each.amount for each in here if each.currency == currency)
        if not stands:
            total += sum(each.amount for each in self.to_write(isa, month))
        return Month(
            isa=isa,
            month=month,
            total=total,
            currency=currency,
            approved_at=stands.approved_at if stands else None,
            is_over=month < now,
            disputes=self.disputes.get((isa.pk, month), 0),
            to_settle=self.to_go.of(isa),
        )

    def to_write(self, isa: Membership, month: date) -> list[Entry]:
        """Return base salary and caps as they would be written if the month were approved now."""
        base = base_of(isa, self.book.plan_of_month(isa, month), month, book=self.book, at=self.at)
        return [*([base] if base else []), *caps_of(isa, self.sums[isa.pk], month, at=self.at)]

    def _read_sums(self, pks: Collection[int], first: date, last: date) -> None:
        self._take(Q(isa__in=pks, month__range=(first, last)))
        old = [each.earned_month for sums in self.sums.values() for each in sums if each.earned_month < first]
        if old:
            capped = Q(isa__in=pks, kind__in=list(CAP_OF), month__lt=first)
            self._take(capped & Q(earned_on__gte=min(old), earned_on__lt=after(max(old))))

    def _take(self, which: Q) -> None:
        rows = (
            Entry.objects.filter(which)
            .order_by()
            .values("isa", "month", "kind", "currency", earned_month=TruncMonth("earned_on"))
            .annotate(total=Total("amount"), by_plan=Max("plan"))
        )
        for row in rows:
            self.sums[row["isa"]].append(
                Sum(
                    month=row["month"],
                    earned_month=row["earned_month"],
                    kind=Kind(row["kind"]),
                    amount=row["total"],
                    currency=row["currency"],
                    plan=self.book.version(row["by_plan"]),
                )
            )
