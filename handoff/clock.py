"""A day on the wall clock of a zone, as stretches of UTC: what makes summer and winter time come out right.

Instants are whole seconds since 1970 (UTC): arithmetic on them cannot fall into a gap or an overlap, as it would with
aware datetimes inside one zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 86_400
_NAIVE_EPOCH = date(1970, 1, 1).toordinal()


class Piece(NamedTuple):
    """A part of a day between two changes of the clock. ``midnight`` is 00:00 as this part's clock counts it."""

    midnight: int
    begins: int
    ends: int


def instants_of(local: datetime, zone: str) -> list[datetime]:
    """Return the UTC instants of a naive local time: none in a spring gap, two in an autumn overlap, else one.

    Python accepts local times that do not exist, so each is taken there and back.
    """
    clock = ZoneInfo(zone)
    found = []
    for fold in (0, 1):
        instant = local.replace(tzinfo=clock, fold=fold).astimezone(UTC)
        if instant not in found and instant.astimezone(clock).replace(tzinfo=None) == local:
            found.append(instant)
    return found


def local_time_exists(local: datetime, zone: str) -> bool:
    """Whether clocks in that zone ever show this naive local time."""
    return bool(instants_of(local, zone))


def seconds(moment: datetime) -> int:
    """Return an aware moment as whole seconds since 1970."""
    return int(moment.timestamp())


def moment(instant: int) -> datetime:
    """Return seconds since 1970 as an aware UTC moment."""
    return datetime.fromtimestamp(instant, UTC)


def local_day(instant: int, zone: str) -> date:
    """Return the date that the wall clock shows then."""
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).date()


@lru_cache(maxsize=4096)
def pieces_of_day(zone: str, day: date) -> tuple[Piece, ...]:
    """Return the day's pieces: one on most days, two when clocks change. A skipped hour is in none of them."""
    clock = ZoneInfo(zone)
    naive = (day.toordinal() - _NAIVE_EPOCH) * DAY
    opening = datetime(day.year, day.month, day.day, tzinfo=clock)
    before = _offset(opening)
    after = _offset(opening + timedelta(days=1))
    if before == after:
        return (Piece(naive - before, naive - before, naive - before + DAY),)
    change = _change(clock, naive - max(before, after) - 1, naive + DAY - min(before, after) + 1)
    early = Piece(naive - before, naive - before, min(naive - before + DAY, change))
    late = Piece(naive - after, max(naive - after, change), naive - after + DAY)
    return tuple(piece for piece in (early, late) if piece.begins < piece.ends)


def _offset(moment: datetime) -> int:
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _change(clock: ZoneInfo, low: int, high: int) -> int:
    """Return the first second after ``low`` on which the clock runs as it does at ``high``."""
    was = _offset(datetime.fromtimestamp(low, clock))
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(datetime.fromtimestamp(middle, clock)) == was:
            low = middle
        else:
            high = middle
    return high
