"""Every slot shown is bookable, and every bookable slot is shown: against a rule written down minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.errors import SlotTaken, Unbookable
from handoff.slots import check_bookable, free_slots
from handoff.tests.factories import appointment, busy_spans, policy
from teams.models import Membership, TimeOff, WorkingHours
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

Case = dict[str, Any]
Spans = list[tuple[datetime, datetime]]

FIVE = timedelta(minutes=5)
SEARCH = timedelta(hours=6)
STRETCH = st.tuples(st.integers(0, 40), st.integers(2, 30)).map(lambda t: (t[0] * 10, min(t[0] * 10 + t[1] * 10, 1430)))
SPAN = st.tuples(st.integers(-12, 80), st.integers(1, 24))


@st.composite
def situations(draw):
    """An agent's night around a change of the clock, or an ordinary one; minutes are multiples of five."""
    zone, first = draw(
        st.sampled_from(
            [
                ("America/Chicago", datetime(2027, 3, 14, 6, tzinfo=UTC)),
                ("America/Chicago", datetime(2027, 11, 7, 5, tzinfo=UTC)),
                ("Europe/Berlin", datetime(2027, 3, 27, 23, tzinfo=UTC)),
                ("Europe/Berlin", datetime(2027, 10, 30, 22, tzinfo=UTC)),
                ("Australia/Lord_Howe", datetime(2027, 4, 3, 13, tzinfo=UTC)),
                ("America/Chicago", datetime(2026, 11, 24, 6, tzinfo=UTC)),
            ]
        )
    )
    return {
        "zone": zone,
        "first": first,
        "stretches": draw(st.lists(STRETCH, min_size=1, max_size=3, unique_by=lambda each: each[0])),
        "appointments": draw(st.lists(SPAN, max_size=2)),
        "off": draw(st.lists(SPAN, max_size=1)),
        "busy": draw(st.lists(SPAN, max_size=2)),
        "minutes": draw(st.sampled_from([15, 30, 45, 90])),
        "step": draw(st.sampled_from([10, 15, 30, 45])),
        "buffer": draw(st.sampled_from([0, 10, 15])),
        "notice": draw(st.sampled_from([0, 15, 120])),
    }


def staged(case: Case, to: Membership) -> tuple[Spans, Spans]:
    """Put the situation into the database; return the spans that are taken, as the oracle needs them."""
    for weekday in range(7):
        WorkingHours.objects.bulk_create(
            WorkingHours(
                membership=to,
                weekday=weekday,
                opens=time(opens // 60, opens % 60),
                closes=time(closes // 60, closes % 60),
            )
            for opens, closes in case["stretches"]
        )
    booked, end = [], None
    for offset, length in sorted(case["appointments"]):
        begins = case["first"] + offset * FIVE
        if end is None or begins >= end:
            end = begins + length * FIVE
            appointment(to, starts_at=begins, minutes=length * 5)
            booked.append((begins, end))
    off = [(case["first"] + offset * FIVE, case["first"] + (offset + length) * FIVE) for offset, length in case["off"]]
    TimeOff.objects.bulk_create(TimeOff(membership=to, starts_at=a, ends_at=b) for a, b in off)
    busy = [
        (case["first"] + offset * FIVE, case["first"] + (offset + length) * FIVE) for offset, length in case["busy"]
    ]
    busy_spans(to.user, *busy)
    return booked, off + busy


def is_right(case: Case, begins: datetime, booked: Spans, off: Spans, at: datetime) -> bool:
    """The rule, minute by minute and without arithmetic on spans: what the slots must agree with."""
    zone = ZoneInfo(case["zone"])
    ends = begins + timedelta(minutes=case["minutes"])
    buffer = timedelta(minutes=case["buffer"])
    if begins < at + timedelta(minutes=case["notice"]) or begins <= at:
        return False
    if any(a - buffer < ends and begins < b + buffer for a, b in booked) or any(
        a < ends and begins < b for a, b in off
    ):
        return False

    def minute_of_day(moment: datetime) -> int:
        there = moment.astimezone(zone)
        return there.hour * 60 + there.minute

    minutes = [minute_of_day(begins + timedelta(minutes=n)) for n in range(case["minutes"])]
    works = all(any(a <= minute < b for a, b in case["stretches"]) for minute in minutes)
    return works and any(a <= minutes[0] < b and (minutes[0] - a) % case["step"] == 0 for a, b in case["stretches"])


def offered(to: Membership, first: datetime, minutes: int, at: datetime) -> list[datetime]:
    slots = free_slots(lead=None, team=to.team, start=first, end=first + SEARCH, minutes=minutes, at=at, agents=[to])
    return [slot.starts_at for slot in slots]


def bookable(to: Membership, starts_at: datetime, *, minutes: int, at: datetime) -> bool:
    try:
        check_bookable(agent=to, starts_at=starts_at, minutes=minutes, at=at)
    except (SlotTaken, Unbookable):
        return False
    return True


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(situations())
def test_what_is_shown_is_what_can_be_booked(case):
    at = case["first"] - timedelta(minutes=30)
    with transaction.atomic():
        to = agent(hours="", user__zone=case["zone"])
        policy(
            to.team,
            slot_step_minutes=case["step"],
            buffer_minutes=case["buffer"],
            notice_minutes=case["notice"],
        )
        booked, off = staged(case, to)
        instants = [case["first"] + n * FIVE for n in range(SEARCH // FIVE)]

        shown = set(offered(to, case["first"], case["minutes"], at))
        accepted = {each for each in instants if bookable(to, each, minutes=case["minutes"], at=at)}
        right = {each for each in instants if is_right(case, each, booked, off, at)}
        transaction.set_rollback(True)

    assert shown == accepted == right
