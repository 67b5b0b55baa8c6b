"""Months on a team's calendar: the first day of one stands for it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta


def month_of(day: date) -> date:
    """Return the first day of its month."""
    return day.replace(day=1)


def after(month: date, count: int = 1) -> date:
    """Return the month that many later; earlier for a negative one."""
    years, number = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, number + 1, 1)


def days_in(month: date) -> int:
    """Return how many days it has."""
    return monthrange(month.year, month.month)[1]


def months_in(since: date, until: date) -> Iterator[tuple[date, int]]:
    """Yield each month with a day of ``since <= day < until``, and how many such days it has."""
    month = month_of(since)
    while month < until:
        last = min(until, after(month))
        yield month, (last - max(since, month)) // timedelta(days=1)
        month = after(month)
