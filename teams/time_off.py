"""When an agent is away: whole days, or by the clock, as they read it where they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from teams.models import Membership, TimeOff
from teams.signals import time_off_clashes, time_off_ending, time_off_noted
from teams.templatetags.look import clock_words, day_words
from teams.zones import first_moment, local_to_utc, zone

#: From when until when, aware.
Span = tuple[datetime, datetime]


class TimeOffRefused(ValueError):
    """This cannot be noted; ``str`` says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Away:
    """Days of a calendar on the wall, the last one included; with a time of the first or the last, not all of it."""

    first: date
    last: date
    leaves: time | None = None
    returns: time | None = None

    @classmethod
    def of(cls, time_off: TimeOff, *, zone_name: str) -> Away:
        """Return how the time off reads in a zone: the first moment of a day is no time of it."""
        starts, ends = (moment.astimezone(zone(zone_name)) for moment in (time_off.starts_at, time_off.ends_at))
        is_whole = time_off.starts_at == first_moment(starts.date(), zone_name=zone_name)
        leaves = None if is_whole else starts.time()
        if time_off.ends_at == first_moment(ends.date(), zone_name=zone_name):
            return cls(starts.date(), ends.date() - timedelta(days=1), leaves)
        return cls(starts.date(), ends.date(), leaves, ends.time())

    def span(self, *, zone_name: str) -> Span:
        """Return from when until when it is, in UTC. Raises NoSuchTime and TimeOffRefused.

        Of a reading that comes twice in a night, the first begins the time off and the second ends it: when in doubt
        the agent is away.
        """
        starts_at = first_moment(self.first, zone_name=zone_name)
        if self.leaves is not None:
            starts_at = local_to_utc(datetime.combine(self.first, self.leaves), zone_name=zone_name, fold=0)
        ends_at = first_moment(self.last + timedelta(days=1), zone_name=zone_name)
        if self.returns is not None:
            ends_at = local_to_utc(datetime.combine(self.last, self.returns), zone_name=zone_name, fold=1)
        if starts_at >= ends_at:
            raise TimeOffRefused("Time off must end after it begins.")
        return starts_at, ends_at


@dataclass(frozen=True, slots=True)
class Clash:
    """What stands although its agent is away then, and the reader's way out of it. Aware times."""

    starts_at: datetime
    ends_at: datetime
    what: str
    link: str
    way: str
    way_link: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Time off as its page lists it."""

    time_off: TimeOff
    words: str
    clashes: list[Clash]


@transaction.atomic
def add_time_off(*, membership: Membership, away: Away, at: datetime, note: str = "") -> TimeOff:
    """Note that the agent is away, by their own clock. Raises NoSuchTime and TimeOffRefused."""
    starts_at, ends_at = away.span(zone_name=membership.user.zone)
    if ends_at <= at:
        raise TimeOffRefused("That is over already: time off is noted for now or later.")
    _lock(membership)
    _refuse_overlap(membership, starts_at, ends_at)
    noted = TimeOff.objects.create(membership=membership, starts_at=starts_at, ends_at=ends_at, note=note)
    time_off_noted.send(sender=TimeOff, time_off=noted, was=None, at=at)
    return noted


@transaction.atomic
def change_time_off(*, time_off: TimeOff, away: Away, at: datetime, note: str = "") -> TimeOff:
    """Make it other days or times, or another note. Raises NoSuchTime and TimeOffRefused.

    It may end before now: so an agent who is back early says it.
    """
    membership = time_off.membership
    starts_at, ends_at = away.span(zone_name=membership.user.zone)
    _lock(membership)
    current = TimeOff.objects.filter(pk=time_off.pk).first()
    if current is None:
        raise TimeOffRefused("Somebody removed this time off meanwhile. Add it anew if you are away.")
    _refuse_overlap(membership, starts_at, ends_at, but=current)
    was = (current.starts_at, current.ends_at)
    time_off.starts_at, time_off.ends_at, time_off.note = starts_at, ends_at, note
    time_off.save(update_fields=["starts_at", "ends_at", "note"])
    time_off_noted.send(sender=TimeOff, time_off=time_off, was=was, at=at)
    return time_off


@transaction.atomic
def remove_time_off(*, time_off: TimeOff, at: datetime) -> None:
    """Take the time off back."""
    _lock(time_off.membership)
    time_off_ending.send(sender=TimeOff, time_off=time_off, at=at)
    time_off.delete()


def ahead(membership: Membership, *, at: datetime) -> QuerySet[TimeOff]:
    """Return the member's time off that is not over yet, the nearest first."""
    return TimeOff.objects.filter(membership=membership, ends_at__gt=at).select_related("membership__user")


def entries(membership: Membership, *, reader: Membership, at: datetime) -> list[Entry]:
    """Return what is ahead with what stands in its way, for a reader: the agent, or a team lead."""
    shown = list(ahead(membership, at=at))
    answers: list[tuple[Any, Any]] = (
        time_off_clashes.send(sender=TimeOff, membership=membership, reader=reader, at=at) if shown else []
    )
    clashes: list[Clash] = [clash for _, some in answers for clash in some]
    return [
        Entry(
            each,
            words(each, zone_name=membership.user.zone),
            [clash for clash in clashes if clash.starts_at < each.ends_at and each.starts_at < clash.ends_at],
        )
        for each in shown
    ]


def words(time_off: TimeOff, *, zone_name: str) -> str:
    """Say “Mon, Nov 23 to Wed, Nov 25”, “Mon, Nov 23, all day”, or with a time “Mon, Nov 23, 3:00 PM CST to …”."""
    away = Away.of(time_off, zone_name=zone_name)
    starts, ends = (moment.astimezone(zone(zone_name)) for moment in (time_off.starts_at, time_off.ends_at))
    first, last = day_words(starts), day_words(datetime.combine(away.last, time.min))
    leaves = clock_words(starts) if away.leaves is not None else ""
    returns = clock_words(ends) if away.returns is not None else ""
    if first == last:
        within = {
            (True, True): f"{leaves} to {returns}",
            (True, False): f"from {leaves}",
            (False, True): f"until {returns}",
        }
        return f"{first}, {within.get((bool(leaves), bool(returns)), 'all day')}"
    return " to ".join(", ".join(filter(None, end)) for end in ((first, leaves), (last, returns)))


def _lock(membership: Membership) -> None:
    """Let two who change one agent's time off take turns."""
    Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)


def _refuse_overlap(membership: Membership, starts_at: datetime, ends_at: datetime, but: TimeOff | None = None) -> None:
    others = TimeOff.objects.filter(membership=membership, starts_at__lt=ends_at, ends_at__gt=starts_at)
    there = others.exclude(pk=but.pk).first() if but else others.first()
    if there:
        there_words = words(there, zone_name=membership.user.zone)
        raise TimeOffRefused(f"Time off is noted for then already: {there_words}. Change or remove that entry instead.")
