"""Time zones by their IANA names, and what a clock on a wall there means."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError

#: What people of a US team look for first.
USUAL = (
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
)


class NoSuchTime(ValueError):
    """The clocks were put forward over this local time: no moment is called that."""


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return every zone name that this installation knows."""
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def zone_choices() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the zones for a form's choice: the usual ones, then all by name."""
    usual = tuple((name, f"{label} ({name})") for name, label in USUAL)
    others = tuple((name, name.replace("_", " ")) for name in sorted(zone_names() - {name for name, _ in USUAL}))
    return (("Usual", usual), ("All", others))


def validate_zone(name: str) -> None:
    """Refuse a name that is no time zone."""
    if name not in zone_names():
        raise ValidationError("“%(name)s” is not a time zone.", code="zone", params={"name": name})


def zone(name: str) -> ZoneInfo:
    """Return the zone of that name; the name has been validated at the door."""
    return ZoneInfo(name)


def local_to_utc(local: datetime, *, zone_name: str, fold: int = 0) -> datetime:
    """Return the moment at which clocks of the zone show the naive ``local``, in UTC.

    A local time that exists twice means its first occurrence, or its second with ``fold=1``. Python makes up a moment
    for one that does not exist; this raises NoSuchTime.
    """
    moment = local.replace(tzinfo=ZoneInfo(zone_name), fold=fold).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone_name)).replace(tzinfo=None, fold=0) != local.replace(fold=0):
        raise NoSuchTime(f"{local:%Y-%m-%d %H:%M} does not exist in {zone_name}: clocks go forward over it.")
    return moment


def first_moment(day: date, *, zone_name: str) -> datetime:
    """Return when a day begins in a zone, in UTC: at midnight, or when the clocks were put forward over it."""
    return datetime.combine(day, time.min, tzinfo=zone(zone_name)).astimezone(UTC)


def today_in(zone_name: str, *, at: datetime) -> tuple[datetime, datetime]:
    """Return the first moment of today and of tomorrow in a zone; 23 or 25 hours apart when clocks change."""
    here = zone(zone_name)
    midnight = datetime.combine(at.astimezone(here).date(), time.min)
    return midnight.replace(tzinfo=here), (midnight + timedelta(days=1)).replace(tzinfo=here)
