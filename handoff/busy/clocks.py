"""From a time as a calendar writes it to a moment: dates, floating times, and zones by whatever name (RFC 5545, 3.3.5).

Runs in a process of its own (see ``apart``), so it knows neither Django nor the rest of Baton.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from handoff.busy.calendar_file import Property

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_DURATION = re.compile(r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")

Time = date | datetime


class Clocks:
    """The zones of one file. What has no zone, or one that nobody knows, is read by the clock of ``home``."""

    def __init__(self, home: str, zones: dict[str, str]) -> None:
        self.home = ZoneInfo(home)
        self.unknown: set[str] = set()
        self._defined = zones
        self._found: dict[str, tzinfo | None] = {}

    def zone(self, name: str) -> tzinfo | None:
        """Return the zone of that name: the world's, Windows', or as the file defines it; None if it is none."""
        if name not in self._found:
            self._found[name] = _of_the_world(name) or self._of_the_file(name)
            if self._found[name] is None:
                self.unknown.add(name)
        return self._found[name]

    def read(self, said: Property) -> Time:
        """Return a date, or an aware or floating (naive) time. Raises ValueError."""
        match = _TIME.fullmatch(said.value.strip())
        if match is None:
            raise ValueError("This is no time.")
        year, month, day, hour, minute, second, utc = match.groups()
        if hour is None:
            return date(int(year), int(month), int(day))
        # a leap second is the one before
        read = datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second), 59))  # noqa: DTZ001
        if utc:
            return read.replace(tzinfo=UTC)
        zone = self.zone(said.parameters["TZID"]) if "TZID" in said.parameters else None
        return read.replace(tzinfo=zone)

    def instant(self, time: Time, *, is_end: bool = False) -> int:
        """Return seconds since 1970. Of a reading that comes twice the busy stretch takes the longer way round."""
        if not isinstance(time, datetime):
            time = datetime(time.year, time.month, time.day)  # noqa: DTZ001  # midnight at home
        if time.tzinfo is None:
            time = time.replace(tzinfo=self.home)
        if time.tzinfo is not UTC:
            time = time.replace(fold=int(is_end))
        return int(time.timestamp())

    def _of_the_file(self, name: str) -> tzinfo | None:
        if name not in self._defined:
            return None
        try:
            defined = Timezone.from_ical(self._defined[name])
            return defined.to_tz(lookup_tzid=False) if isinstance(defined, Timezone) else None
        except Exception:  # noqa: BLE001  # whatever is wrong with it, it defines no zone
            return None


def _of_the_world(name: str) -> tzinfo | None:
    """Some programs put their own name before the zone's: /example.org/2026/Europe/Berlin."""
    name = WINDOWS_TO_OLSON.get(name, name)
    parts = [part for part in name.split("/") if part]
    for begins in range(max(len(parts) - 3, 0), len(parts)):
        try:
            return ZoneInfo("/".join(parts[begins:]))
        except (KeyError, ValueError, OSError):  # not found, or not even a name
            continue
    return None


def duration(value: str) -> timedelta:
    """Return how long it lasts (RFC 5545, 3.3.6). Raises ValueError."""
    match = _DURATION.fullmatch(value.strip().upper())
    if match is None:
        raise ValueError("This is no length of time.")
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in match.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if match.group(1) == "-" else length
