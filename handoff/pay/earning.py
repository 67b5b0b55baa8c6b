"""What one handoff earns, from what was said of it: a pure function, so that it can be counted again by anybody.

Each thing that was said (a report, a correction, a step of the deal) makes at most one entry, under a key of its own:
the difference between what is right after it and what was entered before it. So it does not matter how often, when or
in which order handoffs are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from handoff.models.pay import Kind, PlanVersion, Turn
from handoff.months import day_words, month_of
from handoff.pay.money import money, share_of
from handoff.phrases import exact_money


@dataclass(frozen=True, slots=True)
class Report:
    """Whether the client came, as somebody said at a time."""

    has_come: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """How a deal stood after one change; no ``closed_on`` unless it was closed. Commission in whole units."""

    pk: int
    closed_on: date | None
    commission: int | None
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that was said of a handoff, in the order in which it was, that its setter is paid by."""

    handoff_id: int
    isa_id: int
    met_on: date
    reports: tuple[Report, ...]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What the ledger has under a key."""

    amount: int
    withheld: int
    turn: Turn


@dataclass(frozen=True, slots=True)
class Earned(Written):
    """An entry as it is to be written. ``month``: where it belongs, while that is not approved."""

    key: str
    kind: Kind
    month: date
    earned_on: date
    currency: str
    plan: PlanVersion
    why: str
    happened_at: datetime


PlanOn = Callable[[date], PlanVersion | None]
Ledger = Mapping[str, Written]
NOTHING: Final[Ledger] = MappingProxyType({})


def earn(
    case: Case, *, plan_on: PlanOn, clock: ZoneInfo, may_not: str = "", written: Ledger = NOTHING
) -> Iterator[Earned]:
    """Yield the entries of a case that are not ``written`` yet.

    ``plan_on`` gives the plan of the setter on a day, None where there is none. ``may_not`` says why a closing may not
    be paid to them, empty if it may.
    """
    yield from _enter(Kind.HELD, _appointment(case, plan_on), clock=clock, written=written)
    yield from _enter(Kind.CLOSING, _closing(case, plan_on, may_not), clock=clock, written=written)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is right after something was said, and the words for each way the difference can go."""

    key: str
    right: int
    currency: str
    earned_on: date
    plan: PlanVersion
    at: datetime
    may_not: str
    up: str
    down: str


def _appointment(case: Case, plan_on: PlanOn) -> Iterator[_Said]:
    plan = plan_on(case.met_on)
    if plan is None:
        return
    met = day_words(case.met_on)
    for number, report in enumerate(case.reports):
        yield _Said(
            key=f"handoff/{case.handoff_id}|held|{number}",
            right=plan.bonus if report.has_come else 0,
            currency=plan.currency,
            earned_on=case.met_on,
            plan=plan,
            at=report.at,
            may_not="",
            up=f"Met on {met}" + (", as the correction says." if number else "."),
            down=f"The report was corrected: on {met} nobody came.",
        )


def _closing(case: Case, plan_on: PlanOn, may_not: str) -> Iterator[_Said]:
    """Judge each step by the plan of the day it closed on; one that moves to a day without a plan is undone."""
    plan: PlanVersion | None = None
    closed_on: date | None = None
    for step in case.steps:
        is_closed = step.closed_on is not None and step.commission is not None
        now = plan_on(step.closed_on) if is_closed and step.closed_on else None
        if now is not None:
            plan, closed_on = now, step.closed_on
        if plan is None or closed_on is None:
            continue
        right = share_of(step.commission or 0, plan.percent) if now else 0
        currency = step.currency if now else plan.currency
        share = f"{plan.percent.normalize():f} % of {exact_money(step.commission or 0, currency)} commission"
        foreign = f"The commission is in {currency}, the plan in {plan.currency}: a team lead adds it by hand."
        undone = f"The closing of {day_words(closed_on)} was undone."
        if is_closed and step.closed_on:
            undone = f"It closed on {day_words(step.closed_on)} instead, when there was no plan."
        yield _Said(
            key=f"handoff/{case.handoff_id}|closing|{step.pk}",
            right=right,
            currency=currency,
            earned_on=closed_on,
            plan=plan,
            at=step.at,
            may_not=foreign if currency != plan.currency else may_not,
            up=f"{share}, closed on {day_words(closed_on)}: {money(right, currency)}.",
            down=f"Corrected to {share}: {money(right, currency)}." if now else undone,
        )


class _Account:
    """What was entered of one side of a case so far: paid, kept back by a rule, and let be since it was too late."""

    def __init__(self) -> None:
        self.paid = self.kept = self.let_be = 0
        self.is_new = True

    def gaps(self, right: int) -> tuple[int, int]:
        """Return what is missing (or too much, below zero), and what less is kept back: that goes first."""
        gap = right - self.paid - self.kept
        less = min(self.kept, max(0, -gap))
        gap += less
        self.let_be = min(self.let_be, max(0, -gap))
        return gap + self.let_be, less

    def take(self, entry: Written, gap: int) -> None:
        """Note what is in the ledger."""
        self.paid += entry.amount
        self.kept += entry.withheld
        self.is_new = False
        if entry.turn == Turn.STAYS:
            self.let_be -= gap


def _enter(kind: Kind, said: Iterable[_Said], *, clock: ZoneInfo, written: Ledger) -> Iterator[Earned]:
    account = _Account()
    for each in said:
        gap, less = account.gaps(each.right)
        if each.key in written:
            account.take(written[each.key], gap)
        elif gap or less:
            entry = _entry(kind, each, account, gap, less, said_on=each.at.astimezone(clock).date())
            account.take(entry, gap)
            yield entry


def _entry(kind: Kind, said: _Said, account: _Account, gap: int, less: int, *, said_on: date) -> Earned:
    """Enter a difference: the first belongs to the month it was earned in, others to the month they were said in."""
    is_first = account.is_new
    amount, withheld, turn = gap, -less, Turn.EARNED if is_first else Turn.CORRECTED
    if gap > 0 and said.may_not:
        amount, withheld, turn = 0, gap, Turn.WITHHELD
        why = f"{said.up}{_before(said, account, gap)} Not paid: {said.may_not}"
    elif gap < 0:
        days, window = (said_on - said.earned_on).days, said.plan.clawback_days
        is_late = days > window
        amount, turn = (0, Turn.STAYS) if is_late else (gap, Turn.CLAWED_BACK)
        so_long = f"{days} day{'' if days == 1 else 's'} later"
        why = f"{said.down}{_less(said, account, less)} {so_long}: " + (
            f"after {window} days it stays." if is_late else f"within {window} days it comes back."
        )
    else:
        why = f"{said.down}{_less(said, account, less)}" if less else f"{said.up}{_before(said, account, gap)}"
    return Earned(
        amount=amount,
        withheld=withheld,
        turn=turn,
        key=said.key,
        kind=kind,
        month=month_of(said.earned_on) if is_first else max(month_of(said_on), month_of(said.earned_on)),
        earned_on=said.earned_on,
        currency=said.currency,
        plan=said.plan,
        why=why,
        happened_at=said.at,
    )


def _before(said: _Said, account: _Account, gap: int) -> str:
    """Say why it is less than the whole: so much of it was entered before."""
    were = [
        f"{money(amount, said.currency)} {words}"
        for amount, words in ((account.paid, "was paid before"), (account.kept, "was not paid before and stays so"))
        if amount
    ]
    return f" Of it {' and '.join(were)}: {money(gap, said.currency)} more." if were else ""


def _less(said: _Said, account: _Account, less: int) -> str:
    """Say what was kept back, and is now."""
    was, now = (money(amount, said.currency) for amount in (account.kept, account.kept - less))
    return f" Not paid of it is {now}, not {was}." if less else ""
