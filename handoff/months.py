"""Months, as their first day, on a team's clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from teams.models import Team
from teams.zones import zone


def month_of(day: date) -> date:
    """Return the month of a day."""
    return day.replace(day=1)


def this_month(team: Team, *, at: datetime) -> date:
    """Return the month it is for the team."""
    return month_of(at.astimezone(zone(team.zone)).date())


def after(month: date, by: int = 1) -> date:
    """Return the month so many months later. Raises ValueError where there is none."""
    years, number = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(years, number + 1, 1)


def before(month: date, by: int = 1) -> date:
    """Return the month so many months earlier. Raises ValueError where there is none."""
    return after(month, -by)


def months(first: date, last: date) -> Iterator[date]:
    """Yield every month from the first to the last, both included."""
    while first < last:
        yield first
        first = after(first)
    if first == last:  # the last month there is has none after it
        yield last


def months_in(since: date, until: date) -> Iterator[tuple[date, int]]:
    """Yield each month with a day of ``since <= day < until``, and how many such days it has."""
    for month in months(month_of(since), month_of(until)):
        end = min(until, month + timedelta(days=days_in(month)))
        if days := (end - max(since, month)).days:
            yield month, days


def days_in(month: date) -> int:
    """Return how many days it has."""
    return monthrange(month.year, month.month)[1]


def month_words(month: date) -> str:
    """Say “October 2026”."""
    return f"{month:%B %Y}"


def day_words(day: date) -> str:
    """Say “Oct 12, 2026”."""
    return f"{day:%b} {day.day}, {day.year}"
