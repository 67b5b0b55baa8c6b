"""When the next mail goes out: so many days after the enrolment, at an hour of the client's day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from leads.models import DripStep, Enrolment
from notifications.promises.timers import set_timer
from teams.zones import zone

STEP = "drip_step"
DAY = timedelta(days=1)


def first_due(step: DripStep, *, zone_name: str, at: datetime) -> datetime:
    """Return when the first mail goes out, in UTC. An hour of today that is over means tomorrow."""
    day = _day(zone_name, at) + step.after_days * DAY
    due_at = _moment(day, step.hour, zone_name)
    return due_at if due_at > at else _moment(day + DAY, step.hour, zone_name)


def due_after(last: DripStep, step: DripStep, *, enrolment: Enrolment, zone_name: str, at: datetime) -> datetime:
    """Return when ``step`` goes out if ``last`` does so now, in UTC.

    It keeps its distance to the one before: after an outage one mail goes out, not all that are late.
    """
    planned = _day(zone_name, enrolment.started_at) + step.after_days * DAY
    apart = _day(zone_name, at) + max(1, step.after_days - last.after_days) * DAY
    return _moment(max(planned, apart), step.hour, zone_name)


def plan(enrolment: Enrolment, step: DripStep, *, due_at: datetime) -> None:
    """Have this step go out then."""
    enrolment.next_step, enrolment.next_at = step, due_at
    enrolment.save(update_fields=["next_step", "next_at"])
    set_timer(key=key_of(enrolment, step), kind=STEP, about=enrolment.about, due_at=due_at)


def key_of(enrolment: Enrolment, step: DripStep) -> str:
    """Return the key of the timer of this step."""
    return f"{enrolment.about}|step/{step.pk}"


def _day(zone_name: str, at: datetime) -> date:
    return at.astimezone(zone(zone_name)).date()


def _moment(day: date, hour: int, zone_name: str) -> datetime:
    """No clock is changed between 8:00 and 20:00, so the hour is there, once."""
    return datetime.combine(day, time(hour), tzinfo=zone(zone_name)).astimezone(UTC)
