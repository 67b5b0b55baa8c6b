"""A brief that nobody opened: one reminder before they meet."""

from datetime import timedelta

import pytest
from django.urls import reverse

from handoff.appointments import cancel, move, reassign, take_back
from handoff.brief import read_brief
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, policy, ready
from notifications.models import Delivery, InboxItem, Timer
from notifications.promises.timers import fire_due
from teams.tests.factories import agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def handoff():
    return open_handoff()


def reminders(member=None):
    items = InboxItem.objects.filter(kind="brief_unread")
    return items.filter(membership=member).count() if member else items.count()


def test_the_agent_is_reminded_once_half_an_hour_before(handoff):
    fire_due(at=SLOT - HALF_AN_HOUR - timedelta(seconds=1))
    assert reminders() == 0

    fire_due(at=SLOT - HALF_AN_HOUR)
    fire_due(at=SLOT - timedelta(minutes=10))

    assert reminders(handoff.agent) == reminders() == 1
    mail = Delivery.objects.get(kind="brief_unread", audience="agent")
    assert mail.message["title"].startswith("Read before you meet")
    assert mail.message["link"].endswith(reverse("handoff:brief", args=[handoff.pk]))


def test_whoever_has_read_it_is_left_alone(handoff):
    read_brief(handoff=handoff, membership=handoff.agent, at=NOW)
    fire_due(at=SLOT - HALF_AN_HOUR)

    assert reminders() == 0


def test_the_team_leads_reading_is_not_the_agents(handoff):
    read_brief(handoff=handoff, membership=team_lead(handoff.team), at=NOW)
    fire_due(at=SLOT - HALF_AN_HOUR)

    assert reminders() == 1


def test_after_the_start_nothing_more_is_sent(handoff):
    fire_due(at=SLOT)

    assert reminders() == 0


def test_it_moves_with_the_appointment(handoff):
    move(appointment=handoff.appointment, starts_at=SLOT + timedelta(hours=3), actor=handoff.setter, at=NOW)

    fire_due(at=SLOT - HALF_AN_HOUR)
    assert reminders() == 0
    fire_due(at=SLOT + timedelta(hours=3) - HALF_AN_HOUR)
    assert reminders() == 1


def test_moved_after_the_reminder_it_comes_again_for_the_new_time(handoff):
    fire_due(at=SLOT - HALF_AN_HOUR)
    later = SLOT + timedelta(hours=3)
    move(appointment=handoff.appointment, starts_at=later, actor=handoff.setter, at=SLOT - timedelta(minutes=20))
    fire_due(at=later - HALF_AN_HOUR)

    assert reminders() == 2


def test_a_new_agent_is_reminded_in_place_of_the_old_one(handoff):
    old, new = handoff.agent, agent(handoff.team)
    read_brief(handoff=handoff, membership=old, at=NOW)
    reassign(handoff=handoff, agent=new, actor=handoff.setter, at=NOW)
    fire_due(at=SLOT - HALF_AN_HOUR)

    assert (reminders(old), reminders(new)) == (0, 1)


def test_of_what_was_cancelled_nobody_is_reminded(handoff):
    cancel(appointment=handoff.appointment, reason="Ill", actor=handoff.setter, at=NOW)
    fire_due(at=SLOT - HALF_AN_HOUR)

    assert reminders() == 0


def test_of_what_was_taken_back_nobody_is_reminded(handoff):
    take_back(handoff=handoff, reason="Not ready", actor=handoff.setter, at=NOW)
    fire_due(at=SLOT - HALF_AN_HOUR)

    assert reminders() == 0


@pytest.mark.parametrize("minutes", [30, 15])
def test_what_is_booked_within_that_time_was_told_a_moment_ago(minutes):
    open_handoff(at=SLOT - timedelta(minutes=minutes))

    assert not Timer.objects.filter(kind="brief_unread").exists()


def test_a_lead_handed_over_now_has_no_start_to_be_reminded_of():
    open_direct()

    assert not Timer.objects.filter(kind="brief_unread").exists()


@pytest.mark.parametrize(("minutes", "count"), [(0, 0), (60, 1)])
def test_the_team_says_how_long_before(minutes, count):
    lead = ready()
    policy(lead.team, unread_minutes=minutes)
    open_handoff(lead)
    fire_due(at=SLOT - timedelta(minutes=60))

    assert reminders() == count


def test_what_was_agreed_at_the_opening_holds(handoff):
    policy(handoff.team, unread_minutes=0)
    fire_due(at=SLOT - HALF_AN_HOUR)

    assert reminders() == 1
