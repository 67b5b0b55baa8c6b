"""An agent's calendar page: the week as Baton sees it, and how each of their own calendars is doing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet

from handoff.availability import Calendar, calendars
from handoff.clock import moment, seconds
from handoff.models import Appointment, BusyFeed
from handoff.spans import Span, merged
from handoff.states import AppointmentStatus
from teams.models import Membership
from teams.policy import policy_of
from teams.zones import zone

WEEK = 7
#: How far ahead busy times are counted for the owner to see that the right calendar is read.
COUNTED = timedelta(days=14)
#: No block of the picture is taller than so many half hours.
TALLEST = 12


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of one day: free, busy, off, or an appointment. Aware UTC."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    appointment: Appointment | None = None

    @property
    def height(self) -> int:
        """Half hours, from one to the tallest: the stylesheet draws these."""
        return min(max(round((self.ends_at - self.starts_at) / timedelta(minutes=30)), 1), TALLEST)


@dataclass(slots=True)
class WeekDay:
    """One day of the picture."""

    on: date
    is_today: bool
    blocks: list[Block] = field(default_factory=list)


def week_of(agent: Membership, *, first: date, at: datetime) -> list[WeekDay]:
    """Return seven days of the agent's own clock, from ``first``: four queries."""
    here = zone(agent.user.zone)
    edges = [datetime.combine(first + timedelta(days=n), time.min, tzinfo=here) for n in range(WEEK + 1)]
    policy = policy_of(agent.team)
    diary = calendars(agents=[agent], policy=policy, start=edges[0], end=edges[-1], at=at)[agent.pk]
    booked = list(_booked(agent, edges[0], edges[-1]))
    today = at.astimezone(here).date()
    days = []
    for number in range(WEEK):
        bounds = (seconds(edges[number]), seconds(edges[number + 1]))
        on = first + timedelta(days=number)
        days.append(WeekDay(on, on == today, sorted(_blocks(diary, booked, bounds), key=lambda block: block.starts_at)))
    return days


def _blocks(diary: Calendar, booked: Iterable[Appointment], bounds: Span) -> Iterator[Block]:
    for kind, spans in (("free", diary.free), ("busy", merged(diary.busy)), ("off", merged(diary.time_off))):
        for begins, ends in spans:
            low, high = max(begins, bounds[0]), min(ends, bounds[1])
            if low < high:
                yield Block(kind, moment(low), moment(high))
    for each in booked:
        if bounds[0] <= seconds(each.starts_at) < bounds[1]:
            yield Block("appointment", each.starts_at, each.ends_at, each)


def _booked(agent: Membership, start: datetime, end: datetime) -> QuerySet[Appointment]:
    """The person's meetings of every team; of another team's nothing is shown but the time."""
    stands = (AppointmentStatus.BOOKED, AppointmentStatus.HELD, AppointmentStatus.NO_SHOW)
    return (
        Appointment.objects.filter(
            person=agent.user_id, status__in=stands, starts_at__gte=start - timedelta(hours=8), starts_at__lt=end
        )
        .select_related("lead", "handoff")
        .order_by("starts_at")
    )


def feeds_of(membership: Membership, *, at: datetime) -> QuerySet[BusyFeed]:
    """Return the member's own calendars, each with ``coming``: its busy times of the next two weeks."""
    soon = Q(spans__ends_at__gt=at, spans__starts_at__lt=at + COUNTED)
    return BusyFeed.objects.visible_to(membership).annotate(coming=Count("spans", filter=soon)).order_by("pk")


def agents_with_feeds(lead: Membership) -> list[tuple[Membership, list[BusyFeed]]]:
    """Return the team's agents with the state of their calendars, which says nothing of what stands there."""
    agents = Membership.objects.visible_to(lead).active().agents().select_related("user").order_by("user__name", "pk")
    feeds: dict[int, list[BusyFeed]] = defaultdict(list)
    for feed in BusyFeed.objects.filter(person__in=[agent.user_id for agent in agents]).defer("url").order_by("pk"):
        feeds[feed.person_id].append(feed)
    return [(agent, feeds[agent.user_id]) for agent in agents]
