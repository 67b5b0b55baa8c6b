"""Agents' calendars while a history is made: half hours, each given away once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from handoff.demo.history.people import CLOSES, MINUTES, OPENS
from teams.zones import zone

STEPS: Final = (CLOSES - OPENS) * 60 // MINUTES
#: Nobody is offered a time further ahead than this after the day they wished for.
LOOK_AHEAD: Final = 12


class Calendars:
    """Who is taken when. Days are the team's; a day's half hours are the bits of a number."""

    def __init__(self, zone_name: str) -> None:
        self._zone = zone(zone_name)
        self._taken: dict[date, dict[int, int]] = {}
        self._opens: dict[date, datetime] = {}

    def take(self, person: int, *, wished: datetime, after: datetime) -> datetime | None:
        """Give this person's first free half hour from the wished one on; it begins later than ``after``.

        None where the next days are full.
        """
        day, step = self._place(max(wished, after))
        for _ in range(LOOK_AHEAD):
            taken = self._taken.setdefault(day, {})
            free = ~taken.get(person, 0) >> step << step & ((1 << STEPS) - 1)
            if free:
                lowest = free & -free
                taken[person] = taken.get(person, 0) | lowest
                return self._opening(day) + timedelta(minutes=MINUTES) * (lowest.bit_length() - 1)
            day, step = day + timedelta(days=1), 0
        return None

    def forget(self, before: datetime) -> None:
        """Let go of the days that are over."""
        first = before.astimezone(self._zone).date()
        for day in [each for each in self._taken if each < first]:
            del self._taken[day]
            self._opens.pop(day, None)

    def _place(self, moment: datetime) -> tuple[date, int]:
        """Return the day and the first half hour that begins after this moment."""
        day = moment.astimezone(self._zone).date()
        minutes = (moment - self._opening(day)).total_seconds() / 60
        step = max(0, int(minutes // MINUTES) + 1)
        return (day, step) if step < STEPS else (day + timedelta(days=1), 0)

    def _opening(self, day: date) -> datetime:
        if day not in self._opens:
            self._opens[day] = datetime.combine(day, time(OPENS), self._zone).astimezone(UTC)
        return self._opens[day]
