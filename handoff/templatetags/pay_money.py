"""Money of pay, for templates."""

from __future__ import annotations

from decimal import Decimal

from django import template

from handoff.pay.money import money

register = template.Library()


@register.filter
def paid(cents: int, currency: str) -> str:
    """Say “$1,228.50”."""
    return money(cents, currency)


@register.filter
def more(cents: int, currency: str) -> str:
    """Say “+$25.00”, and “-$25.00” of what is less."""
    return f"{'+' if cents > 0 else ''}{money(cents, currency)}"


@register.filter
def many(number: int) -> str:
    """Say “1,228”."""
    return f"{number:,}"


@register.filter
def percent(share: Decimal) -> str:
    """Say “5 %”."""
    return f"{share.normalize():f} %"
