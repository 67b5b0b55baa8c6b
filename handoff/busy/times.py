"""When the owner of a calendar is busy: the events of a file as pairs of seconds, within a window.

Runs in a process of its own (see ``apart``), so it knows neither Django nor the rest of Baton. Whatever is wrong with
one event costs that event alone, and is counted; a series that has no end to its work counts as busy all through.
"""

from __future__ import annotations

import json
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import recurring_ical_events

from handoff.busy.calendar_file import CalendarFile, Event, NotACalendar, Property, read_file
from handoff.busy.clocks import Clocks, duration

#: How long one series may take to be laid out, in seconds.
SERIES_LIMIT = 1.0
#: More series than any person has; each takes a fraction of a millisecond to read.
MOST_SERIES = 4000
#: A series that comes round more often than this is no series of meetings.
SHORTEST_STEP = 300
STEPS = {"SECONDLY": 1, "MINUTELY": 60}
DAY = 86_400

Span = tuple[int, int]


@dataclass(slots=True)
class BusyTimes:
    """What was found. ``unread`` events make no sense; ``throughout`` is how many series count as busy all through."""

    spans: list[Span] = field(default_factory=list)
    events: int = 0
    unread: int = 0
    throughout: int = 0
    unknown_zones: list[str] = field(default_factory=list)


class _TooLong(Exception):
    """Laying out this series takes more time than it may."""


def busy_times(body: bytes, *, home: str, begins: int, ends: int, ours: Sequence[str] = ()) -> BusyTimes:
    """Return the stretches within [begins, ends), in no order, of all events but free ones and those of UIDs ``ours``.

    Raises NotACalendar, also for more series than anybody can have.
    """
    file, known = read_file(body), frozenset(ours)
    clocks = Clocks(home, file.zones)
    found = BusyTimes()
    groups: dict[str, list[Event]] = defaultdict(list)
    for number, event in enumerate(file.events):
        if event.uid not in known:
            groups[event.uid or f"event {number}"].append(event)
    series = []
    for group in groups.values():
        if any(event.repeats for event in group):
            series.append(group)
            continue
        for event in group:
            _add_single(event, clocks, found, begins, ends)
    if len(series) > MOST_SERIES:
        raise NotACalendar(f"This calendar has more than {MOST_SERIES} repeating events.")
    zones = _zones(file)
    for group in series:
        _add_series(group, zones, clocks, found, begins, ends)
    found.unknown_zones = sorted(clocks.unknown)[:5]
    return found


def _add_single(event: Event, clocks: Clocks, found: BusyTimes, begins: int, ends: int) -> None:
    if event.is_free:
        return
    try:
        span = _span(event, clocks)
    except (ValueError, KeyError, OverflowError, OSError):
        found.unread += 1
        return
    _take(span, found, begins, ends)


def _take(span: Span, found: BusyTimes, begins: int, ends: int) -> bool:
    """Take what lies in the window, whole minutes around it."""
    low = max(span[0] // 60 * 60, begins)
    high = min(-(-span[1] // 60) * 60, ends)
    if span[0] >= span[1] or low >= high:
        return False
    found.spans.append((low, high))
    found.events += 1
    return True


def _span(event: Event, clocks: Clocks) -> Span:
    """Return when it is. One without an end lasts its day, or no time at all (RFC 5545, 3.6.1)."""
    start = clocks.read(event.single["DTSTART"])
    if "DTEND" in event.single:
        end = clocks.instant(clocks.read(event.single["DTEND"]), is_end=True)
        return clocks.instant(start), end
    is_all_day = not isinstance(start, datetime)
    length = timedelta(days=1) if is_all_day else timedelta()
    if "DURATION" in event.single:
        length = duration(event.single["DURATION"].value)
    if is_all_day:  # by the calendar, not by the hour: such a day may have 23 or 25
        return clocks.instant(start), clocks.instant(start + length, is_end=True)
    begins = clocks.instant(start)
    return begins, begins + int(length.total_seconds())


def _add_series(
    group: list[Event], zones: list[icalendar.Timezone], clocks: Clocks, found: BusyTimes, begins: int, ends: int
) -> None:
    if all(event.is_free for event in group):
        return
    try:
        with _at_most(0 if _is_too_dense(group) else SERIES_LIMIT):
            spans = list(_laid_out(group, zones, clocks, begins, ends))
    except _TooLong:
        found.throughout += 1
        _take(_throughout(group, clocks, begins, ends), found, begins, ends)
    except Exception:  # noqa: BLE001  # other people's data and two libraries: whatever it is, it is this event's
        found.unread += 1
    else:
        for span in spans:
            _take(span, found, begins, ends)


def _rules(group: list[Event]) -> Iterator[dict[str, str]]:
    for event in group:
        for one in event.several:
            if one.name == "RRULE":
                pairs = (part.partition("=") for part in one.value.upper().split(";"))
                yield {name.strip(): value.strip() for name, _, value in pairs}


def _is_too_dense(group: list[Event]) -> bool:
    for rule in _rules(group):
        interval = rule.get("INTERVAL", "1")
        step = STEPS.get(rule.get("FREQ", ""), DAY) * (int(interval) if interval.isdecimal() else 1)
        if step < SHORTEST_STEP or "BYSECOND" in rule:
            return True
    return False


def _throughout(group: list[Event], clocks: Clocks, begins: int, ends: int) -> Span:
    """From the first time of the series to its last, if it says so, else to the end of the window."""
    try:
        first, last = min(_span(event, clocks)[0] for event in group), begins
        for rule in _rules(group):
            if "UNTIL" not in rule:
                return first, ends
            last = max(last, clocks.instant(clocks.read(Property("UNTIL", {}, rule["UNTIL"])), is_end=True))
    except (ValueError, KeyError, OverflowError, OSError):
        return begins, ends
    return first, last


def _laid_out(
    group: list[Event], zones: list[icalendar.Timezone], clocks: Clocks, begins: int, ends: int
) -> Iterator[Span]:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Baton//Reading//EN"]
    for event in group:
        lines += ["BEGIN:VEVENT", *(_in_known_zone(one, clocks).line() for one in event.properties), "END:VEVENT"]
    calendar = icalendar.Calendar.from_ical("\r\n".join([*lines, "END:VCALENDAR", ""]))
    assert isinstance(calendar, icalendar.Calendar)  # noqa: S101  # one was written
    if any(event.errors for event in calendar.walk("VEVENT")):
        raise ValueError("This event cannot be read.")
    calendar.subcomponents[:0] = zones
    # A day more on both sides: floating times are compared by another clock than the one they are read by.
    around = (datetime.fromtimestamp(begins - DAY, UTC), datetime.fromtimestamp(ends + DAY, UTC))
    for one in recurring_ical_events.of(calendar).between(*around):
        if not _is_free(one):
            yield clocks.instant(one["DTSTART"].dt), clocks.instant(one["DTEND"].dt, is_end=True)


def _in_known_zone(one: Property, clocks: Clocks) -> Property:
    """Name the zone as all programs know it. One that the file defines keeps its name; one of nobody's is left out."""
    if "TZID" not in one.parameters:
        return one
    zone, others = clocks.zone(one.parameters["TZID"]), {k: v for k, v in one.parameters.items() if k != "TZID"}
    if zone is None:
        return one._replace(parameters=others)
    key = getattr(zone, "key", None)
    return one._replace(parameters={**others, "TZID": key}) if key else one


def _is_free(one: Any) -> bool:
    event = Event()
    for name in ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"):
        if name in one:
            event.add(Property(name, {}, str(one[name])))
    return event.is_free


def _zones(file: CalendarFile) -> list[icalendar.Timezone]:
    found = []
    for text in file.zones.values():
        try:
            read = icalendar.Timezone.from_ical(text)
        except Exception:  # noqa: BLE001, S112  # an event that needs it is read by the owner's clock
            continue
        if isinstance(read, icalendar.Timezone):
            found.append(read)
    return found


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise _TooLong when it takes longer; at once for no time. In the main thread of a process only."""

    def stop(*_: object) -> None:
        raise _TooLong

    if not seconds:
        raise _TooLong
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def main() -> None:
    """Read a line of JSON with the arguments and then the file; write a line of JSON with the answer."""
    arguments = json.loads(sys.stdin.buffer.readline())
    try:
        answer = asdict(busy_times(sys.stdin.buffer.read(), **arguments))
    except NotACalendar as problem:
        answer = {"problem": str(problem)}
    except MemoryError:
        answer = {"problem": "This calendar is too large to be read."}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
