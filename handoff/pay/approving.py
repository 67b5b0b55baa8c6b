"""Approving a month, and putting right by hand what no rule knows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import transaction

from handoff.errors import Refused
from handoff.locks import lock_pay
from handoff.models import Entry, Statement
from handoff.models.pay import Kind, Turn
from handoff.months import before, month_words, this_month
from handoff.pay.book import Book
from handoff.pay.ledger import first_open_months
from handoff.pay.money import CENTS, money
from handoff.pay.statements import StatementPage, first_month_of, month_rows, statement_of
from handoff.pay.telling import tell_adjusted, tell_approved
from handoff.pay.withheld import rest_of
from teams.models import Membership

#: Nobody types a larger one on purpose.
MOST: Final = 1_000_000 * CENTS
LONGEST_WHY: Final = 300


class PayRefused(Refused):
    """This cannot be done to a statement, or not now, or not by this person."""


class EnteredAlready(PayRefused):
    """The same amount stands there for the same reason: it is entered again only if that is meant."""

    def __init__(self, month: date) -> None:
        super().__init__(f"This amount is entered for {month_words(month)} already, with the same reason.")


@transaction.atomic
def approve(*, isa: Membership, month: date, seen: int, actor: Membership, at: datetime) -> Statement:
    """Lock a month: base salary and caps are entered, and what comes later goes into the next one. For good.

    ``seen``: the total that the team lead looked at, in cents. Months are approved in their order. Raises PayRefused.
    """
    _check_lead(actor, isa)
    lock_pay([isa.pk])
    page = statement_of(isa, month, at=at)
    _check_may_be_approved(page, isa, month, seen, at=at)
    assert page is not None  # noqa: S101 - it has just been checked
    Entry.objects.bulk_create(page.expected)
    approval = Statement.objects.create(
        team_id=isa.team_id,
        isa=isa,
        month=month,
        total=page.head.total,
        currency=page.head.currency,
        approved_by=actor,
        approved_at=at,
    )
    tell_approved(approval, at=at)
    return approval


def _check_may_be_approved(
    page: StatementPage | None, isa: Membership, month: date, seen: int, *, at: datetime
) -> None:
    if page is None:
        raise PayRefused(f"There is nothing to approve in {month_words(month)}.")
    if page.approval:
        raise PayRefused(f"{month_words(month)} is approved already, by {page.approval.approved_by.user.name}.")
    if not page.head.is_over:
        raise PayRefused(f"{month_words(month)} is not over yet.")
    if page.head.to_settle:
        to_go = f"{page.head.to_settle:,} handoffs to go"
        raise PayRefused(f"Entries of this statement are still being made: {to_go}. Look again in a minute.")
    if page.open_disputes:
        raise PayRefused(f"Answer first what {isa.user.name} asks about this statement.")
    if (earlier := _open_before(isa, month, at=at)) is not None:
        raise PayRefused(f"Approve {month_words(earlier)} first: months are approved in their order.")
    if page.head.total != seen:
        raise PayRefused("It has changed since you opened it. Look at it again, and approve what it is now.")


def _open_before(isa: Membership, month: date, *, at: datetime) -> date | None:
    first = first_open_months([isa.pk]).get(isa.pk) or first_month_of(isa, book=Book.of([isa.team_id]))
    if first is None or first >= month:
        return None
    rows = month_rows(isa, first=first, last=before(month), at=at)
    return next((row.month for row in rows if not row.approved_at), None)


@transaction.atomic
def adjust(  # noqa: PLR0913 - what stands on the entry, and how it is meant
    *,
    isa: Membership,
    month: date,
    amount: int,
    why: str,
    once: str,
    actor: Membership,
    at: datetime,
    is_meant: bool = False,
    of: Entry | None = None,
) -> Entry:
    """Enter an amount by hand (cents, below zero to take it off), into a month or the first that is open after it.

    ``once``: the same again enters nothing more. ``is_meant``: also if the same amount and reason are there already.
    ``of``: the closing that a rule kept back, of which this pays no more than is not paid yet.
    Raises PayRefused, EnteredAlready.
    """
    _check_lead(actor, isa)
    _check_by_hand(isa, month, amount, why, at=at)
    lock_pay([isa.pk])
    key, reason = f"adjustment|m{isa.pk}|{once}", why.strip()[:LONGEST_WHY]
    late = f"{reason} For {month_words(month)}, which is approved."
    same = Entry.objects.filter(isa=isa, kind=Kind.ADJUSTMENT, earned_on=month, amount=amount, why__in=(reason, late))
    if not is_meant and same.exclude(key=key).exists():
        raise EnteredAlready(month)
    if of and amount > (rest := rest_of(of)) and not Entry.objects.filter(key=key).exists():
        raise PayRefused(f"Of this closing {money(rest, of.currency)} is not paid: enter that, or less.")
    paid_with = max(month, first_open_months([isa.pk]).get(isa.pk, month))
    entry, is_new = Entry.objects.get_or_create(
        key=key,
        defaults={
            "team_id": isa.team_id,
            "isa": isa,
            "kind": Kind.ADJUSTMENT,
            "turn": Turn.EARNED if paid_with == month else Turn.CORRECTED,
            "month": paid_with,
            "earned_on": month,
            "amount": amount,
            "currency": isa.team.currency,
            "why": reason if paid_with == month else late,
            "by": actor,
            "handoff_id": of.handoff_id if of else None,
            "happened_at": at,
            "at": at,
        },
    )
    if is_new:
        tell_adjusted(entry, at=at)
    return entry


def _check_by_hand(isa: Membership, month: date, amount: int, why: str, *, at: datetime) -> None:
    if not amount or abs(amount) > MOST:
        raise PayRefused("Enter an amount that is not zero, and not more than a million.")
    if not why.strip():
        raise PayRefused("Say why: it stands on the statement.")
    if month > this_month(isa.team, at=at):
        raise PayRefused(f"{month_words(month)} has not begun yet.")


def _check_lead(actor: Membership, isa: Membership) -> None:
    if not actor.is_lead or actor.team_id != isa.team_id:
        raise PayRefused("Only the team lead approves and adjusts pay.")
