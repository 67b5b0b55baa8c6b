"""Agents with limits, and how full their days are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from handoff.slots import free_slots
from handoff.tests.factories import MINUTES, NOW, SLOT, appointment, ready
from teams.models import Membership
from teams.tests.factories import agent

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY = date(2026, 11, 24)


def limited(a_day=2, a_week=None, **fields) -> Membership:
    profile = {"day_capacity": a_day, "week_capacity": a_week, **fields.pop("profile", {})}
    return agent(hours="00:00-23:59 mon-sun", profile=profile, **fields)


def filled(to: Membership, number: int, *, first: datetime = SLOT) -> Membership:
    for n in range(number):
        appointment(to, starts_at=first + n * 2 * HOUR)
    return to


def starts(to, *, days=2):
    found = free_slots(
        lead=ready(to.team), team=to.team, start=SLOT, end=SLOT + days * DAY, minutes=MINUTES, at=NOW, agents=[to]
    )
    return {slot.starts_at.astimezone(UTC) for slot in found}
