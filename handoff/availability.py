"""When agents can meet clients: working hours in their own zone, less time off and what is on their calendars.

Two queries load it for any number of agents and days (hours; everything that takes time), the rest is a merge of
sorted spans in Python. Whatever cannot be read is an error, never "free". Of agents' own calendars it is what was last
read that counts, and how old that is comes along (docs/decisions/0011-stale-calendars-keep-blocking.md).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from handoff.clock import local_day, pieces_of_day, seconds
from handoff.epochs import AS_IT_COMES, epoch
from handoff.models import Appointment, BusyFeed, BusySpan
from handoff.spans import Span, merged, minus
from handoff.states import AppointmentStatus
from leads.models import Lead
from teams.models import Membership, Policy, TimeOff, WorkingHours

MINUTE = 60
#: What a row of the one query is, unless it is an appointment, which tells its agent (a membership). Who the row names
#: is a membership for time off, and a person for all else.
TIME_OFF, BUSY, FEED = 0, -1, -2
#: No appointment is longer (teams.Policy allows 480 minutes), so none that began earlier can reach into a window.
LONGEST = timedelta(minutes=480)


@dataclass(frozen=True, slots=True)
class Opening:
    """A working stretch on a given day; slots start every so often from ``anchor``, within [begins, ends)."""

    anchor: int
    begins: int
    ends: int


@dataclass(slots=True)
class Calendar:
    """One agent's time in a window, in seconds UTC. Appointments are widened by the team's buffer on both sides.

    ``busy`` is what their own calendars say; ``feeds_read_at`` when each of these was last read, 0 if it never was.
    ``begun`` is when those of this team begin, complete between the ends of ``covers``.
    """

    openings: list[Opening] = field(default_factory=list)
    appointments: list[Span] = field(default_factory=list)
    time_off: list[Span] = field(default_factory=list)
    busy: list[Span] = field(default_factory=list)
    feeds_read_at: list[int] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    covers: Span = (0, 0)
    _free: list[Span] | None = None

    @property
    def working(self) -> list[Span]:
        """Working hours; stretches that touch are one."""
        return merged([(opening.begins, opening.ends) for opening in self.openings])

    @property
    def read_at(self) -> int | None:
        """When the oldest reading of their own calendars was; None if they have none that is known to Baton."""
        return min(self.feeds_read_at, default=None)

    @property
    def free(self) -> list[Span]:
        """Working hours in which nothing else is."""
        if self._free is None:
            self._free = minus(self.working, merged([*self.appointments, *self.time_off, *self.busy]))
        return self._free

    def is_free(self, begins: int, ends: int) -> bool:
        """Whether all of [begins, ends) is free, on whatever minute it starts."""
        return any(low <= begins and ends <= high for low, high in self.free)

    def starts(self, *, begins: int, ends: int, lasts: int, step: int) -> list[int]:
        """Return the instants in [begins, ends) at which a slot of ``lasts`` seconds can start, in order."""
        free = [span for span in self.free if span[1] - span[0] >= lasts]
        lows = [low for low, _ in free]
        found: set[int] = set()  # stretches may overlap, and then offer the same instant
        for opening in self.openings:
            earliest, latest = max(opening.begins, begins), min(opening.ends, ends)
            for position in range(max(bisect_right(lows, earliest) - 1, 0), bisect_left(lows, latest)):
                low, high = free[position]
                first = max(earliest, low)
                first += (opening.anchor - first) % step
                found.update(range(first, min(high - lasts + 1, latest), step))
        return sorted(found)


def calendars(
    *,
    agents: Sequence[Membership],
    policy: Policy,
    start: datetime,
    end: datetime,
    at: datetime,
    lead: Lead | None = None,
    moving: Appointment | None = None,
) -> dict[int, Calendar]:
    """Return the agents' calendars by membership, whole local days around [start, end). Two queries.

    Holds of ``lead`` do not count, as a new choice replaces them; nor does the appointment that is being moved.
    """
    buffer = policy.buffer_minutes * MINUTE
    reach = (start - timedelta(days=1) - timedelta(seconds=buffer), end + timedelta(days=2))
    covers = (seconds(reach[0]), seconds(reach[1]))
    found = {agent.pk: Calendar(covers=covers) for agent in agents}
    for pk, openings in _opened(agents, seconds(start), seconds(end)):
        found[pk].openings = openings
    of_person = defaultdict(list)
    for agent in agents:
        of_person[agent.user_id].append(found[agent.pk])
    for who, what, begins, ends in _taken(agents, *reach, at=at, lead=lead, moving=moving):
        if what == TIME_OFF:
            found[who].time_off.append((begins, ends))
            continue
        for calendar in of_person[who]:
            if what > 0:
                calendar.appointments.append((begins - buffer, ends + buffer))
            elif what == BUSY:
                calendar.busy.append((begins, ends))
            else:
                calendar.feeds_read_at.append(begins)
        if what in found:  # an appointment, and not of another team
            found[what].begun.append(begins)
    return found


Stretches = dict[int, list[tuple[int, int]]]


def _opened(agents: Sequence[Membership], low: int, high: int) -> Iterable[tuple[int, list[Opening]]]:
    hours = _hours([agent.pk for agent in agents])
    for agent in agents:
        if days := hours.get(agent.pk):
            yield agent.pk, list(_openings(days, agent.user.zone, low, high))


def _hours(agents: Sequence[int]) -> dict[int, Stretches]:
    """Return by agent and weekday the stretches of work, as seconds of the local day."""
    hours: dict[int, Stretches] = defaultdict(lambda: defaultdict(list))
    rows = WorkingHours.objects.filter(membership_id__in=agents).order_by()
    for agent, weekday, opens, closes in rows.values_list("membership_id", "weekday", "opens", "closes"):
        hours[agent][weekday].append((_of_day(opens), _of_day(closes)))
    return hours


def _of_day(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * MINUTE + clock.second


def _openings(hours: Stretches, zone: str, low: int, high: int) -> Iterable[Opening]:
    day, last = local_day(low, zone), local_day(high, zone)
    while day <= last:
        for opens, closes in hours.get(day.weekday(), ()):
            for piece in pieces_of_day(zone, day):
                begins, ends = max(piece.midnight + opens, piece.begins), min(piece.midnight + closes, piece.ends)
                if begins < ends:
                    yield Opening(piece.midnight + opens, begins, ends)
        day += timedelta(days=1)


#: No busy stretch is kept in longer pieces (handoff.busy.stretches).
DAY_LONG = timedelta(days=1)


def _taken(
    agents: Sequence[Membership],
    start: datetime,
    end: datetime,
    *,
    at: datetime,
    lead: Lead | None,
    moving: Appointment | None,
) -> QuerySet[TimeOff, tuple[int, int, int, int]]:
    """Return (who, what, from, to) of all that takes time, and of each feed when it was read, in one query.

    For an appointment ``what`` is the membership that it was made with.
    """
    counts = Q(status=AppointmentStatus.BOOKED)
    holds = Q(status=AppointmentStatus.HELD_SLOT, held_until__gt=at)
    counts |= holds & ~Q(lead=lead) if lead else holds
    appointments = Appointment.objects.filter(
        counts,
        person__in=[agent.user_id for agent in agents],
        starts_at__gt=start - LONGEST,
        starts_at__lt=end,
    )
    if moving:
        appointments = appointments.exclude(pk=moving.pk)
    off = TimeOff.objects.filter(
        membership__in=[agent.pk for agent in agents], starts_at__lt=end, ends_at__gt=start
    ).order_by()
    columns = (epoch("starts_at"), epoch("ends_at"))
    return off.values_list("membership_id", _is(TIME_OFF), *columns).union(
        appointments.values_list("person_id", "agent_id", *columns), *_own_calendars(agents, start, end), all=True
    )


def _own_calendars(agents: Sequence[Membership], start: datetime, end: datetime) -> tuple[QuerySet[Any, Any], ...]:
    """What agents' own calendars say, and when each was read."""
    people = [agent.user_id for agent in agents]
    spans = BusySpan.objects.filter(
        person__in=people, starts_at__gt=start - DAY_LONG, starts_at__lt=end, ends_at__gt=start
    ).order_by()
    feeds = BusyFeed.objects.filter(person__in=people).order_by()
    read_at = Coalesce(epoch("read_at"), _is(0), output_field=AS_IT_COMES)
    return (
        spans.values_list("person_id", _is(BUSY), epoch("starts_at"), epoch("ends_at")),
        feeds.values_list("person_id", _is(FEED), read_at, epoch("created_at")),
    )


def _is(what: int) -> Value:
    return Value(what, output_field=AS_IT_COMES)
