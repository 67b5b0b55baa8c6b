"""No reminder comes in the client's night, whatever the clocks do; and none is lost for that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handoff.confirmation.steps import EARLY, LATE, UNCONFIRMED, in_daytime
from handoff.models import Handoff
from handoff.tests.factories import open_handoff, ready
from notifications.models import Delivery, Timer
from notifications.promises.timers import fire_due
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

CHICAGO = ZoneInfo("America/Chicago")


def local(text: str, zone: ZoneInfo = CHICAGO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def booked(starts: str, *, ahead: timedelta = timedelta(days=3), zone: str = "America/Chicago") -> Handoff:
    starts_at = local(starts)
    lead = ready(email="dana@example.com", zone=zone)
    whenever = agent(lead.team, hours="00:00-23:30 mon-sun")
    return open_handoff(lead, to=whenever, starts_at=starts_at, at=starts_at - ahead)


def clocks(handoff: Handoff, zone: ZoneInfo = CHICAGO) -> dict[str, str]:
    running = Timer.objects.filter(about=handoff.about, fired_at=None, called_off_at=None)
    found = {each.kind: f"{each.due_at.astimezone(zone):%d %H:%M}" for each in running}
    return {kind: found[kind] for kind in (EARLY, LATE, UNCONFIRMED) if kind in found}


@pytest.mark.parametrize(
    ("starts", "early", "late", "unconfirmed"),
    [
        ("2026-11-25 14:00", "24 14:00", "25 12:00", "25 11:00"),
        ("2026-11-25 10:30", "24 10:30", "25 08:30", "25 08:00"),  # 7:30 is night: 8:00 leaves time enough
        ("2026-11-25 09:00", "24 09:00", "25 08:00", "25 08:00"),
        ("2026-11-25 08:30", "24 08:30", "24 20:30", "24 20:30"),  # 8:00 would leave half an hour
        ("2026-11-25 07:00", "24 08:00", "24 20:30", "24 20:30"),
        ("2026-11-25 21:30", "25 08:00", "25 19:30", "25 18:30"),  # the night before
    ],
)
def test_what_falls_into_the_night_comes_in_the_morning_or_the_evening_before(starts, early, late, unconfirmed):
    assert clocks(booked(starts)) == {EARLY: early, LATE: late, UNCONFIRMED: unconfirmed}


def test_a_reminder_of_the_day_before_counts_real_hours_when_clocks_go_back():
    # on Sunday, November 1 at 2:00 it is 1:00 again: 24 hours before 14:00 is 15:00 of the day before
    assert clocks(booked("2026-11-01 14:00"))[EARLY] == "31 15:00"


def test_and_when_they_go_forward():
    # on Sunday, March 14 at 2:00 it is 3:00: 24 hours before 14:00 is 13:00 of the day before
    assert clocks(booked("2027-03-14 14:00")) == {EARLY: "13 13:00", LATE: "14 12:00", UNCONFIRMED: "14 11:00"}


def test_the_words_go_by_the_clients_days_on_that_day_too():
    handoff = booked("2026-11-01 14:00")
    fire_due(at=local("2026-10-31 15:00"))
    reminder = Delivery.objects.get(about=handoff.about, kind=EARLY)
    assert reminder.message["title"].endswith("tomorrow at 2:00 PM CST")


def test_the_hour_that_comes_twice_is_no_trouble():
    twice = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 1:30, the first time
    assert in_daytime(twice, zone="America/Chicago", starts_at=twice + timedelta(hours=12)) == local("2026-11-01 08:00")


def test_the_night_is_the_clients_not_the_teams():
    handoff = booked("2026-11-25 09:00", zone="Pacific/Honolulu")  # 5:00 there
    honolulu = ZoneInfo("Pacific/Honolulu")
    assert clocks(handoff, honolulu) == {EARLY: "24 08:00", LATE: "24 20:30", UNCONFIRMED: "24 20:30"}


def test_a_step_swept_late_at_night_waits_for_the_morning_and_speaks_once():
    handoff = booked("2026-11-25 10:30")

    fire_due(at=local("2026-11-24 23:00"))  # the sweep was down since the morning
    assert not Delivery.objects.filter(kind__in=(EARLY, LATE)).exists()
    fire_due(at=local("2026-11-25 08:30"))

    (reminder,) = Delivery.objects.filter(about=handoff.about, kind__in=(EARLY, LATE))
    assert reminder.kind == LATE
    assert "today at 10:30 AM" in reminder.message["title"]


def test_a_step_that_could_only_come_after_the_start_is_not_said():
    handoff = booked("2026-11-25 07:00")
    fire_due(at=local("2026-11-25 06:00"))
    fire_due(at=local("2026-11-25 08:00"))
    assert not Delivery.objects.filter(about=handoff.about, kind__in=(EARLY, LATE)).exists()
