"""An agent cannot make it: who may say so until when, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import cancel, move, reassign
from handoff.errors import TooLate
from handoff.models import CoverRequest
from handoff.tests.cover.asking import LATER, ask, tasks
from handoff.tests.cover.test_settling import TOMORROW
from handoff.tests.factories import NOW, SLOT, open_direct
from leads.models import Activity, Task
from notifications.models import Delivery, InboxItem
from notifications.promises.timers import fire_due
from teams.models import Membership
from teams.tests.factories import agent, lead

pytestmark = pytest.mark.django_db


def test_the_isa_is_told_at_once_on_every_way(handoff):
    ask(handoff)

    task = tasks(handoff).get()
    assert task.assignee == handoff.setter
    assert task.title == "Ana Example can't make it: find cover for Dana Example"
    assert task.is_urgent
    assert task.link == f"/h/{handoff.pk}/cover/"
    assert "My car broke down" in task.detail
    item = InboxItem.objects.get(membership=handoff.setter, kind="cover")
    assert (item.link, item.is_urgent) == (task.link, True)
    mail = Delivery.objects.get(recipient=handoff.setter, kind="cover")
    assert mail.message["is_urgent"]
    assert mail.message["link"].endswith(task.link)


def test_the_handoff_stays_open_and_the_client_hears_nothing(handoff):
    before = set(Delivery.objects.values_list("pk", flat=True))

    ask(handoff)

    handoff.refresh_from_db()
    assert handoff.status == "open"
    assert handoff.appointment.status == "booked"
    assert set(Delivery.objects.exclude(pk__in=before).values_list("audience", flat=True)) == {"isa"}


def test_it_stands_in_the_leads_story(handoff):
    ask(handoff)

    said = Activity.objects.filter(lead=handoff.lead, kind="cover").get()
    assert said.summary == "Ana Example can't make it: My car broke down"
    assert said.actor == handoff.agent


def test_said_twice_it_is_one_request_and_told_once(handoff):
    first = ask(handoff)

    assert ask(handoff, reason="Still broken", at=LATER) == first

    assert CoverRequest.objects.count() == 1
    assert Delivery.objects.filter(kind="cover").count() == 1


def test_a_setter_who_has_left_leaves_it_to_the_team_lead(handoff):
    boss = lead(handoff.team)
    Membership.objects.filter(pk=handoff.setter_id).update(ended_at=NOW)

    ask(handoff)

    assert tasks(handoff).get().assignee == boss


def test_once_the_meeting_has_begun_it_is_too_late(handoff):
    with pytest.raises(TooLate, match="has begun"):
        ask(handoff, at=SLOT)
    assert not CoverRequest.objects.exists()


def test_without_a_time_there_is_nothing_to_miss():
    with pytest.raises(TooLate, match="No time is set"):
        ask(open_direct())


def test_an_agent_who_no_longer_has_the_lead_says_nothing(handoff):
    ana = handoff.agent
    reassign(handoff=handoff, agent=agent(handoff.team), actor=handoff.setter, at=NOW)

    with pytest.raises(TooLate, match="is with"):
        ask(handoff, by=ana)


def test_a_handoff_that_ended_is_nobodys_to_miss(handoff):
    cancel(appointment=handoff.appointment, reason="", actor=handoff.setter, at=NOW)

    with pytest.raises(TooLate, match="has ended"):
        ask(handoff)


def test_team_leads_hear_of_it_when_nobody_has_solved_it_for_half_an_hour(handoff):
    boss, other_boss = lead(handoff.team), lead()
    ask(handoff)

    fire_due(at=NOW + timedelta(minutes=29))
    assert not tasks(handoff).filter(assignee=boss).exists()
    fire_due(at=NOW + timedelta(minutes=30))

    assert tasks(handoff).get(assignee=boss).title.startswith("Still without cover: Dana Example")
    assert not Task.objects.filter(assignee=other_boss).exists()


def test_shortly_before_the_meeting_team_leads_hear_half_way_to_it(handoff):
    boss = lead(handoff.team)
    ask(handoff, at=SLOT - timedelta(minutes=20))

    fire_due(at=SLOT - timedelta(minutes=10))

    assert tasks(handoff).filter(assignee=boss).exists()


def test_team_leads_do_not_hear_of_what_is_solved(handoff):
    boss = lead(handoff.team)
    ask(handoff)
    move(appointment=handoff.appointment, starts_at=TOMORROW, actor=handoff.setter, at=LATER)

    fire_due(at=NOW + timedelta(hours=2))

    assert not Task.objects.filter(assignee=boss, kind="cover").exists()
