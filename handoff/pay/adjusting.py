"""Putting right by hand what no rule knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from handoff.locks import lock_pay
from handoff.models import Entry
from handoff.models.pay import Kind, Turn
from handoff.months import month_words, this_month
from handoff.pay.approving import PayRefused, check_may
from handoff.pay.ledger import first_open_months
from handoff.pay.money import CENTS, money
from handoff.pay.telling import tell_adjusted
from handoff.pay.withheld import rest_of
from handoff.phrases import as_sentence
from teams.models import Membership

#: Nobody types a larger one on purpose.
MOST: Final = 1_000_000 * CENTS
LONGEST_WHY: Final = 300


class EnteredAlready(PayRefused):
    """The same amount stands there for the same reason: it is entered again only if that is meant."""

    def __init__(self, month: date) -> None:
        super().__init__(f"This amount is entered for {month_words(month)} already, with the same reason.")


@dataclass(frozen=True, slots=True)
class ByHand:
    """An amount that a team lead enters, in cents, below zero to take it off.

    ``once``: the same again enters nothing more. ``about``: an entry whose case is meant. ``of``: the closing that a
    rule kept back, of which this pays no more than is not paid yet. ``is_meant``: also if the same amount and reason
    are there already.
    """

    amount: int
    why: str
    once: str
    about: Entry | None = None
    of: Entry | None = None
    is_meant: bool = False


@transaction.atomic
def adjust(*, isa: Membership, month: date, by_hand: ByHand, actor: Membership, at: datetime) -> Entry:
    """Enter an amount by hand, into a month or the first that is open after it. Raises PayRefused, EnteredAlready."""
    check_may(actor, isa)
    _check_amount(isa, month, by_hand, at=at)
    lock_pay([isa.pk])
    key, reason = f"adjustment|m{isa.pk}|{by_hand.once}", by_hand.why.strip()
    if entered := Entry.objects.filter(key=key).first():
        return entered
    late = f"{as_sentence(reason)} For {month_words(month)}, which is approved."
    _check_once(isa, month, by_hand, words=(reason, late))
    paid_with = max(month, first_open_months([isa.pk]).get(isa.pk, month))
    of, about = by_hand.of, by_hand.about
    entry = Entry.objects.create(
        key=key,
        team_id=isa.team_id,
        isa=isa,
        kind=Kind.ADJUSTMENT,
        turn=Turn.EARNED if paid_with == month else Turn.CORRECTED,
        month=paid_with,
        earned_on=month,
        amount=by_hand.amount,
        currency=isa.team.currency,
        why=reason if paid_with == month else late,
        by=actor,
        handoff_id=of.handoff_id if of else None,
        about=about.case if about and not of else None,
        happened_at=at,
        at=at,
    )
    tell_adjusted(entry, at=at)
    return entry


def _check_amount(isa: Membership, month: date, by_hand: ByHand, *, at: datetime) -> None:
    if not by_hand.amount or abs(by_hand.amount) > MOST:
        raise PayRefused("Enter an amount that is not zero, and not more than a million.")
    if not by_hand.why.strip():
        raise PayRefused("Say why: it stands on the statement.")
    if month > this_month(isa.team, at=at):
        raise PayRefused(f"{month_words(month)} has not begun yet.")


def _check_once(isa: Membership, month: date, by_hand: ByHand, *, words: tuple[str, str]) -> None:
    of, amount = by_hand.of, by_hand.amount
    same = Entry.objects.filter(isa=isa, kind=Kind.ADJUSTMENT, earned_on=month, amount=amount, why__in=words)
    if not by_hand.is_meant and same.exists():
        raise EnteredAlready(month)
    if of and amount > (rest := rest_of(of)):
        raise PayRefused(f"Of this closing {money(rest, of.currency)} is not paid: enter that, or less.")
