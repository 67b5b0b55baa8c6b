"""When people are left alone: nobody is called or texted before 8:00 or from 21:00 on, by their own clock."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from teams.zones import zone, zone_names

#: US law allows telephone solicitation from 8 a.m. to 9 p.m. at the called party's location (47 CFR 64.1200(c)(1)).
OPENS, CLOSES = time(8), time(21)
#: The last moment of a day that still leaves time to answer, or to be called.
LAST = time(20, 30)


def is_quiet(zone_name: str, *, at: datetime) -> bool:
    """Whether it is too early or too late to reach somebody who lives in that zone."""
    return not OPENS <= at.astimezone(zone(zone_name)).time() < CLOSES


def quiet_until(zone_name: str, *, at: datetime) -> datetime:
    """Return the first moment from ``at`` on at which somebody in that zone may be reached, in UTC."""
    if not is_quiet(zone_name, at=at):
        return at.astimezone(UTC)
    local = at.astimezone(zone(zone_name))
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return datetime.combine(day, OPENS, tzinfo=zone(zone_name)).astimezone(UTC)


def last_open(zone_name: str, *, at: datetime) -> datetime:
    """Return the evening (8:30 PM) before the night that ``at`` falls into in that zone, in UTC."""
    local = at.astimezone(zone(zone_name))
    day = local.date() - timedelta(days=1) if local.time() < OPENS else local.date()
    return datetime.combine(day, LAST, tzinfo=zone(zone_name)).astimezone(UTC)


def quiet_zones(*, at: datetime) -> list[str]:
    """Return the names of all zones in which it is quiet now, for the database to compare with."""
    return [name for name, each in _zones() if not OPENS <= at.astimezone(each).time() < CLOSES]


@lru_cache(maxsize=1)
def _zones() -> list[tuple[str, ZoneInfo]]:
    """Every zone, kept: zoneinfo's own cache holds eight, and reading six hundred files takes 50 ms."""
    return [(name, zone(name)) for name in sorted(zone_names())]
