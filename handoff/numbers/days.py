"""Days and weeks on a team's calendar. Weeks begin on Monday."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from teams.models import Team
from teams.zones import zone

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
#: A handoff that has not closed in so long a time is not merely young.
TIME_TO_CLOSE: Final = timedelta(days=90)


def local_day(team: Team, at: datetime) -> date:
    """Return which day it is there."""
    return at.astimezone(zone(team.zone)).date()


def midnight(team: Team, day: date) -> datetime:
    """Return the moment at which the day begins there, in UTC."""
    return datetime.combine(day, time.min, tzinfo=zone(team.zone)).astimezone(UTC)


def monday_of(day: date) -> date:
    """Return the first day of its week."""
    return day - timedelta(days=day.weekday())


def last_weeks(team: Team, count: int, *, at: datetime) -> tuple[date, date]:
    """Return the first day of that many whole weeks that end with the one of ``at``, and the day after the last."""
    monday = monday_of(local_day(team, at))
    return monday - (count - 1) * WEEK, monday + WEEK


def mondays(since: date, until: date) -> Iterator[date]:
    """Yield the Monday of each week that has a day of ``since <= day < until``."""
    monday = monday_of(since)
    while monday < until:
        yield monday
        monday += WEEK


def weeks_said(first: date, last: date, *, since: date, until: date) -> dict[str, str]:
    """Return how an address says the weeks of these Mondays and all between, as far as ``since <= day < until``."""
    ends = min(last + WEEK, until) - DAY
    return {"since": max(first, since).isoformat(), "until": ends.isoformat()}
