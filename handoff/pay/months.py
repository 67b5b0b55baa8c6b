"""Months, as their first day, on a team's clock."""

from __future__ import annotations

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


def after(month: date) -> date:
    """Return the next month."""
    return month_of(month + timedelta(days=31))


def before(month: date, by: int = 1) -> date:
    """Return the month so many months earlier."""
    years, number = divmod(month.year * 12 + month.month - 1 - by, 12)
    return date(years, number + 1, 1)


def months(first: date, last: date) -> Iterator[date]:
    """Yield every month from the first to the last, both included."""
    while first < last:
        yield first
        first = after(first)
    if first == last:  # the last month there is has none after it
        yield last


def month_words(month: date) -> str:
    """Say “October 2026”."""
    return f"{month:%B %Y}"


def day_words(day: date) -> str:
    """Say “Oct 12, 2026”."""
    return f"{day:%b} {day.day}, {day.year}"
