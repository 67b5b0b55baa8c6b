"""What a month comes to beyond its entries: base salary and caps. Pure; written as entries when it is approved.

Both can only be known when the month is over, and neither depends on the order in which anything was entered. A cap
counts by the month in which things were earned, whichever statement pays them: what a correction brings or takes is
capped as if it had been right from the start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from handoff.models import Entry, PlanVersion
from handoff.models.pay import Kind, Turn
from handoff.months import day_words, days_in, month_words
from handoff.pay.book import Book
from handoff.pay.money import money, part_of
from teams.models import Membership

#: By which cap an entry's kind is bound, and what that writes.
CAP_OF = {Kind.HELD: ("bonus_cap", Kind.HELD_CAP), Kind.CLOSING: ("closing_cap", Kind.CLOSING_CAP)}


@dataclass(frozen=True, slots=True)
class Sum:
    """What the entries of one kind come to that one statement pays of what was earned in one month."""

    month: date
    earned_month: date
    kind: Kind
    amount: int
    currency: str
    plan: PlanVersion | None


def base_of(isa: Membership, plan: PlanVersion | None, month: date, *, book: Book, at: datetime) -> Entry | None:
    """Return a month's base salary; of who was there, or an ISA, on some of its days, the part that these are."""
    if plan is None or not plan.base or not (days := book.days(isa, plan, month)):
        return None
    of = days_in(month)
    amount = part_of(plan.base, len(days), of)
    why = f"Base salary of {month_words(month)}."
    if len(days) < of:
        since, until = day_words(days[0]), day_words(days[-1])
        why = f"{since} to {until}: {len(days)} of {of} days of {money(plan.base, plan.currency)}."
    key = f"base|m{isa.pk}|{month:%Y-%m}"
    return _entry(key, isa, Kind.BASE, month, month, amount, plan, why=why, at=at)


def caps_of(isa: Membership, sums: Iterable[Sum], month: date, *, at: datetime) -> Iterator[Entry]:
    """Yield what caps take off a statement, or give back since a correction made room beneath one.

    ``sums`` are those of this ISA, up to this month's statement.
    """
    until: dict[tuple[date, Kind], int] = defaultdict(int)
    here: dict[tuple[date, Kind], int] = defaultdict(int)
    plans: dict[tuple[date, Kind], PlanVersion] = {}
    for each in sums:
        if each.kind in CAP_OF and each.month <= month and each.plan and each.currency == each.plan.currency:
            of = (each.earned_month, each.kind)
            until[of] += each.amount
            plans[of] = each.plan
            if each.month == month:
                here[of] += each.amount
    for (earned_month, kind), amount in sorted(here.items()):
        plan = plans[earned_month, kind]
        name, cap_kind = CAP_OF[kind]
        cap = getattr(plan, name)
        total = until[earned_month, kind]
        change = over(cap, total) - over(cap, total - amount)
        if change:
            what = "Bonuses" if kind == Kind.HELD else "Shares of closings"
            why = (
                f"{what} of {month_words(earned_month)} come to {money(total, plan.currency)}, "
                f"and {money(cap, plan.currency)} is the most."
            )
            key = f"cap|m{isa.pk}|{month:%Y-%m}|{kind}|{earned_month:%Y-%m}"
            yield _entry(key, isa, cap_kind, month, earned_month, change, plan, why=why, at=at)


def over(cap: int | None, total: int) -> int:
    """Return what a cap takes off, as a number below zero."""
    return 0 if cap is None else min(0, cap - total)


def _entry(  # noqa: PLR0913 - an entry is all of these
    key: str,
    isa: Membership,
    kind: Kind,
    month: date,
    earned_on: date,
    amount: int,
    plan: PlanVersion,
    *,
    why: str,
    at: datetime,
) -> Entry:
    turn = Turn.EARNED if earned_on == month else Turn.CORRECTED
    told: dict[str, object] = {"why": why, "happened_at": at, "at": at, "plan": plan, "currency": plan.currency}
    return Entry(
        key=key, team_id=isa.team_id, isa=isa, kind=kind, turn=turn, month=month, earned_on=earned_on, amount=amount,
        **told,
    )  # fmt: skip
