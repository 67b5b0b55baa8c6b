"""Amounts of deals, costs and prices are kept in whole units of a currency: one rule rounds to them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def whole_amount(amount: Decimal) -> int:
    """Round to a whole unit; half a unit goes up."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
