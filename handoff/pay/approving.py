"""Approving a month: from then on it is locked."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from handoff.errors import Refused
from handoff.locks import lock_pay
from handoff.models import Entry, Statement
from handoff.months import before, month_words
from handoff.pay.book import Book
from handoff.pay.ledger import first_open_months
from handoff.pay.statements import StatementPage, first_month_of, month_rows, statement_of
from handoff.pay.telling import tell_approved
from teams.models import Membership


class PayRefused(Refused):
    """This cannot be done to a statement, or not now, or not by this person."""


@transaction.atomic
def approve(*, isa: Membership, month: date, seen: int, actor: Membership, at: datetime) -> Statement:
    """Lock a month: base salary and caps are entered, and what comes later goes into the next one. For good.

    ``seen``: the total that the team lead looked at, in cents. Months are approved in their order. Raises PayRefused.
    """
    check_may(actor, isa)
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


def check_may(actor: Membership, isa: Membership) -> None:
    """Refuse whoever is not the team lead. Raises PayRefused."""
    if not actor.is_lead or actor.team_id != isa.team_id:
        raise PayRefused("Only the team lead approves and adjusts pay.")
