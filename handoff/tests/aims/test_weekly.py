"""The weekly mail: who gets it, when, once, and what it says."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from handoff.aims.goals import set_goals
from handoff.aims.weekly import plan_weekly_mails
from handoff.models.aims import Aim
from handoff.tests.counting import DAY, Place
from handoff.tests.pages import signed_in
from leads.tests.factories import NOW
from notifications.models import Delivery, Preference, Timer
from notifications.models.preferences import Group
from notifications.promises.timers import fire_due

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)  # 7:00 in Chicago


@pytest.fixture
def place() -> Place:
    place = Place()
    for _ in range(3):
        place.put("held", opened_at=NOW, lasts=DAY)
    place.put("missed", isa=1, agent=1, opened_at=NOW, lasts=DAY)
    place.put("held", opened_at=NOW - 7 * DAY, lasts=DAY)
    place.put("pending", opened_at=NOW, lasts=2 * DAY)
    plan_weekly_mails(at=NOW)
    return place


def mailed() -> dict[str, Delivery]:
    return {mail.address: mail for mail in Delivery.objects.filter(kind="weekly_numbers", channel="email")}


def test_team_leads_get_it_on_monday_at_seven_of_their_clock(place):
    fire_due(at=MONDAY - timedelta(seconds=1))
    assert not mailed()

    fire_due(at=MONDAY)
    assert set(mailed()) == {place.boss.user.email}


def test_it_tells_the_week_against_the_one_before(place):
    set_goals(team=place.team, membership=None, month=date(2026, 11, 1), goals={Aim.HELD: 40})
    fire_due(at=MONDAY)

    said = mailed()[place.boss.user.email].message
    facts = {fact["label"]: fact["value"] for fact in said["facts"]}
    assert "3 held last week, 5 set" in said["title"]
    assert facts["Appointments set"] == "5, 4 more than the week before"
    assert facts["Held"] == "3, 2 more than the week before"
    assert facts["Show rate"] == "3 of 4"
    assert facts["Appointments held this month"] == "4 of 40: behind"
    assert "Still without an outcome: 1 appointment of last week." in said["lines"]
    assert any("Isa One (3)" in line for line in said["lines"])
    assert "by the day of the meeting" in said["lead_in"]


def test_the_page_that_it_leads_to_says_the_same(place):
    place.put("held", opened_at=NOW - 7 * DAY, lasts=8 * DAY)
    fire_due(at=MONDAY)

    said = mailed()[place.boss.user.email].message
    url = urlsplit(said["link"])
    page = signed_in(place.boss).get(f"{url.path}?{url.query}").text
    assert "4 held last week, 5 set" in said["title"]
    assert re.search(r'Held</span><span class="tile-figure">4<', page)


def test_planned_as_often_as_it_may_be_it_comes_once_and_again_next_week(place):
    fire_due(at=MONDAY)
    plan_weekly_mails(at=MONDAY)
    plan_weekly_mails(at=MONDAY + timedelta(hours=1))
    fire_due(at=MONDAY + timedelta(days=3))
    assert len(mailed()) == 1
    assert Timer.objects.get(kind="weekly_numbers", fired_at=None).due_at == MONDAY + timedelta(days=7)


def test_who_has_asked_for_it_gets_their_own(place):
    mia = place.isas[1]
    Preference.objects.create(membership=mia, group=Group.WEEKLY, by_email=True)
    Preference.objects.create(membership=place.boss, group=Group.WEEKLY, by_email=False)

    fire_due(at=MONDAY)

    assert set(mailed()) == {mia.user.email}
    said = mailed()[mia.user.email].message
    assert "You: 0 held last week, 1 set" in said["title"]
    assert not any("Isa" in line for line in said["lines"])


def test_after_two_weeks_of_nothing_there_is_nothing_to_tell():
    Place()
    plan_weekly_mails(at=NOW)
    fire_due(at=MONDAY)
    assert not mailed()
    assert Timer.objects.get(kind="weekly_numbers").fired_at is not None
