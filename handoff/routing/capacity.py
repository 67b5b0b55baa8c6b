"""How much an agent takes in a day and in a week of their own zone, and whether there is room for one more.

What counts: appointments by the day they begin on (slots that are held too), and leads handed over without a time by
the day they came. What was cancelled, has run out or was taken back does not. Only this team's; where nobody has a
limit, nothing is asked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DateField, F, Func, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast

from handoff.availability import LONGEST, Calendar
from handoff.clock import local_day, moment, pieces_of_day, seconds
from handoff.errors import AtCapacity
from handoff.locks import lock_capacity
from handoff.models import Appointment, Handoff
from handoff.spans import Span, merged
from handoff.states import AppointmentStatus, HandoffStatus
from leads.models import Lead
from teams.models import Allowance, Membership, Policy

DAY, WEEK = timedelta(days=1), timedelta(days=7)
#: Appointments that took the agent's time and stand in no calendar any more.
OVER = (AppointmentStatus.HELD, AppointmentStatus.NO_SHOW)


@dataclass(slots=True)
class Room:
    """One agent's limits and what is taken, by local day. ``None`` is no limit."""

    zone: str
    a_day: int | None
    a_week: int | None
    taken: Counter[date] = field(default_factory=Counter)
    extra: Counter[date] = field(default_factory=Counter)

    def on_day(self, day: date) -> tuple[int, int | None]:
        """Return how many there are that day, and how many there may be."""
        return self.taken[day], None if self.a_day is None else self.a_day + self.extra[day]

    def in_week(self, day: date) -> tuple[int, int | None]:
        """Return the same for the week of that day, from Monday."""
        days = _week_of(day)
        most = None if self.a_week is None else self.a_week + sum(self.extra[each] for each in days)
        return sum(self.taken[each] for each in days), most

    def lacks(self, instant: int) -> str:
        """Say why there is no room for one more at that moment ("4 of 4 that day"); empty when there is."""
        return self.lacks_on(local_day(instant, self.zone))

    def lacks_on(self, day: date) -> str:
        """Say the same of a local day."""
        for (there, most), words in ((self.on_day(day), "that day"), (self.in_week(day), "that week")):
            if most is not None and there >= most:
                return f"{there} of {most} {words}"
        return ""

    def closed(self, begins: int, ends: int) -> list[Span]:
        """Return the local days around [begins, ends) on which there is no room, as spans of seconds UTC."""
        day, last, spans = local_day(begins, self.zone), local_day(ends, self.zone), []
        while day <= last:
            if self.lacks_on(day):
                pieces = pieces_of_day(self.zone, day)
                spans.append((pieces[0].begins, pieces[-1].ends))
            day += DAY
        return merged(spans)


Rooms = dict[int, Room]


def limits_of(agent: Membership, policy: Policy) -> tuple[int | None, int | None]:
    """Return how many leads a day and a week: the profile's own limits, else the team's."""
    profile = agent.profile
    a_day = profile.day_capacity if profile.day_capacity is not None else policy.day_capacity
    a_week = profile.week_capacity if profile.week_capacity is not None else policy.week_capacity
    return a_day, a_week


def rooms(  # noqa: PLR0913  # the question of a calendar, and what is known already
    *,
    agents: Sequence[Membership],
    policy: Policy,
    start: datetime,
    end: datetime,
    at: datetime,
    lead: Lead | None = None,
    moving: Appointment | None = None,
    diary: Mapping[int, Calendar] | None = None,
    is_for_all: bool = False,
) -> Rooms:
    """Return the room of those agents who have a limit, whole weeks around [start, end]. One query, or none.

    What ``lead`` has already (a held slot, a handoff without a time) does not count, nor what is being moved. Their
    calendars, loaded for the same question, save counting what stands in them once more. ``is_for_all``: those without
    a limit too, to show what they have.
    """
    found = {
        agent.pk: Room(agent.user.zone, a_day, a_week)
        for agent in agents
        for a_day, a_week in [limits_of(agent, policy)]
        if is_for_all or a_day is not None or a_week is not None
    }
    if not found:
        return {}
    reach = 8 * DAY if is_for_all or any(room.a_week is not None for room in found.values()) else 2 * DAY
    known = None
    if diary:
        known = next(iter(diary.values())).covers
        for pk, room in found.items():
            room.taken = _days_of(diary[pk], room.zone)
    window = (start - reach, end + reach)
    for agent, day, taken, extra in _counted(list(found), *window, at=at, lead=lead, moving=moving, known=known):
        found[agent].taken[day] += taken
        found[agent].extra[day] += extra
    return found


def check_room(
    *,
    agent: Membership,
    policy: Policy,
    starts_at: datetime,
    at: datetime,
    lead: Lead | None,
    moving: Appointment | None = None,
) -> None:
    """Raise AtCapacity if the agent has enough that day or week. Others who give them something wait until we are done.

    Call it under the locks of calendars and lead; see ``handoff.locks``.
    """
    if lacks := what_lacks(agent=agent, policy=policy, starts_at=starts_at, at=at, lead=lead, moving=moving):
        local = starts_at.astimezone(ZoneInfo(agent.user.zone))
        raise AtCapacity(f"{agent.user} has {lacks} ({local:%a, %b} {local.day}). A team lead can allow one more.")


def what_lacks(
    *,
    agent: Membership,
    policy: Policy,
    starts_at: datetime,
    at: datetime,
    lead: Lead | None,
    moving: Appointment | None = None,
) -> str:
    """Say what ``check_room`` would refuse, under the same lock; empty when there is room."""
    if limits_of(agent, policy) == (None, None):
        return ""
    lock_capacity(agent)
    room = rooms(agents=[agent], policy=policy, start=starts_at, end=starts_at, at=at, lead=lead, moving=moving)
    return room[agent.pk].lacks(seconds(starts_at))


def _week_of(day: date) -> list[date]:
    monday = day - timedelta(days=day.weekday())
    return [monday + n * DAY for n in range(7)]


def _days_of(calendar: Calendar, zone: str) -> Counter[date]:
    """Count what stands in a calendar by local day."""
    begun, counted = sorted(calendar.begun), Counter[date]()
    if not begun:
        return counted
    day, last, position = local_day(begun[0], zone), local_day(begun[-1], zone), 0
    while day <= last:
        until = bisect_left(begun, pieces_of_day(zone, day)[-1].ends)
        if until > position:
            counted[day] = until - position
        position = until
        day += DAY
    return counted


def _counted(  # what there is between two moments, but for what is known
    agents: list[int],
    start: datetime,
    end: datetime,
    *,
    at: datetime,
    lead: Lead | None,
    moving: Appointment | None,
    known: Span | None,
) -> Iterable[tuple[int, date, int, int]]:
    """Yield (membership, local day, how many there are, how many more are allowed), without what calendars hold."""
    standing = Q(status=AppointmentStatus.BOOKED) | _held(at, lead)
    if known:
        standing &= Q(starts_at__lte=moment(known[0]) - LONGEST) | Q(starts_at__gte=moment(known[1]))
    met = Appointment.objects.filter(
        Q(status__in=OVER) | standing, agent__in=agents, starts_at__gte=start, starts_at__lt=end
    )
    if moving:
        met = met.exclude(pk=moving.pk)
    handed = Handoff.objects.filter(
        agent__in=agents,
        appointment=None,
        status__in=(HandoffStatus.OPEN, HandoffStatus.REPORTED),
        opened_at__gte=start,
        opened_at__lt=end,
    ).exclude(lead=lead)
    allowed = Allowance.objects.filter(membership__in=agents, on__gte=start.date(), on__lte=end.date())
    none = Value(0, output_field=IntegerField())
    extra = (
        allowed.order_by().values("membership_id", "on").annotate(taken=none, more=Cast(Sum("extra"), IntegerField()))
    )
    rows = [
        _by_day(met, "starts_at"),
        _by_day(handed, "opened_at"),
        extra.values_list("membership_id", "on", "taken", "more"),
    ]
    return rows[0].union(*rows[1:], all=True)


def _held(at: datetime, lead: Lead | None) -> Q:
    held = Q(status=AppointmentStatus.HELD_SLOT, held_until__gt=at)
    return held & ~Q(lead=lead) if lead else held


def _by_day(rows: QuerySet[Any], column: str) -> QuerySet[Any, Any]:
    local = Func(
        F(column),
        F("agent__user__zone"),
        template="(%(expressions)s)::date",
        arg_joiner=" AT TIME ZONE ",
        output_field=DateField(),
    )
    none = Value(0, output_field=IntegerField())
    grouped = (
        rows.order_by().annotate(day=local).values("agent_id", "day").annotate(taken=Cast(Count("pk"), IntegerField()))
    )
    by_day: QuerySet[Any, Any] = grouped.annotate(more=none).values_list("agent_id", "day", "taken", "more")
    return by_day
