"""When leads come: more in spring than in December, more on a Tuesday than on a Sunday, and more every year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from teams.zones import zone

#: How busy each month is beside the mean, January first: homes are looked for in spring, and not at Christmas.
MONTHS: Final = (0.82, 0.94, 1.18, 1.34, 1.38, 1.26, 1.08, 1.00, 0.92, 0.88, 0.72, 0.48)
#: The same of weekdays, Monday first.
WEEKDAYS: Final = (1.12, 1.20, 1.16, 1.10, 0.98, 0.78, 0.66)
#: A year brings so many times the leads of the year before.
GROWTH: Final = 1.3
#: What is left of a day on which nobody answers the phone, by month and day.
HOLIDAYS: Final = {(1, 1): 0.15, (7, 4): 0.25, (11, 26): 0.2, (12, 24): 0.3, (12, 25): 0.1, (12, 31): 0.4}
#: Hours of the team's day at which people are talked to, and how often.
HOURS: Final = {9: 6, 10: 11, 11: 12, 12: 9, 13: 8, 14: 9, 15: 10, 16: 12, 17: 12, 18: 8, 19: 3}
_CUMULATED: Final = [sum(list(HOURS.values())[: number + 1]) for number in range(len(HOURS))]
_HOURS: Final = list(HOURS)


def busyness(day: date, *, since: date) -> float:
    """Return how many leads this day brings beside others: 1 for a mean day of the first year."""
    grown: float = GROWTH ** ((day - since).days / 365.25)
    return MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] * HOLIDAYS.get((day.month, day.day), 1.0) * grown


def moments(count: int, *, since: date, until: date, zone_name: str, chance: Random) -> Iterator[datetime]:
    """Yield so many moments (aware, UTC) of ``since <= day < until``, in order, on the days and hours of the team."""
    days = [since + timedelta(days=number) for number in range((until - since).days)]
    weights = [busyness(day, since=since) for day in days]
    whole, reached, given = sum(weights), 0.0, 0
    for day, weight in zip(days, weights, strict=True):
        reached += weight
        wanted = count if day == days[-1] else int(count * reached / whole)
        midnight = datetime.combine(day, time(), zone(zone_name))
        # Talks begin at nine: whatever the clocks do that night, they have done it
        nine = midnight.replace(hour=9).astimezone(UTC) - timedelta(hours=9)
        hours = chance.choices(_HOURS, cum_weights=_CUMULATED, k=wanted - given)
        for seconds in sorted(hour * 3600 + chance.randrange(3600) for hour in hours):
            yield nine + timedelta(seconds=seconds)
        given = wanted
