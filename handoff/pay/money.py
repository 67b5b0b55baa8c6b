"""Money of pay: minor units (cents). One rule rounds: half a cent goes up, away from zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from handoff.phrases import SYMBOLS

CENTS = 100


def share_of(commission: int, percent: Decimal) -> int:
    """Return this percentage of a commission (whole units), in cents."""
    return rounded(Decimal(commission) * CENTS * percent / 100)


def part_of(amount: int, days: int, of: int) -> int:
    """Return so many days' part of a month's amount, in cents."""
    return rounded(Decimal(amount) * days / of)


def rounded(cents: Decimal) -> int:
    """Round to a cent."""
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def cents_of(amount: Decimal) -> int:
    """Return what people write as 12.50, in cents."""
    return rounded(amount * CENTS)


def units_of(cents: int) -> Decimal:
    """Return cents as people write them: 12.50."""
    return Decimal(cents).scaleb(-2)


def money(cents: int, currency: str) -> str:
    """Say “$1,228.50”, and “-$25.00” of what comes back."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{SYMBOLS.get(currency, f'{currency} ')}{units_of(abs(cents)):,.2f}"
