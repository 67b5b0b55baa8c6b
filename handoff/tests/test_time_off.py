"""An agent notes time off over meetings that are booked."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from handoff.appointments import move
from handoff.cover.asking import ask_for_cover
from handoff.slots import free_slots
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from handoff.tests.pages import signed_in
from leads.models import Task
from leads.states import Via
from leads.todo import finish_task
from notifications.models import Delivery, InboxItem
from teams.tests.factories import agent, lead
from teams.time_off import Away, add_time_off, change_time_off, remove_time_off

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 24)
DAY = timedelta(days=1)
ALL_DAY = "00:00-23:59 mon-sun"


def away(handoff, *, day=TUESDAY, at=NOW):
    return add_time_off(membership=handoff.agent, away=Away(day, day), at=at)


def shift(entry, *, day, at=NOW, **times):
    return change_time_off(time_off=entry, away=Away(day, day, **times), at=at)


def asked(handoff):
    return Task.objects.open().filter(kind="away", assignee=handoff.agent)


def test_the_agent_is_asked_to_settle_each_meeting_at_once():
    handoff = open_handoff(ready(first_name="Jonas"))
    mails = Delivery.objects.count()

    away(handoff)

    task = asked(handoff).get()
    assert task.title == "You are away at Tue 10:00 AM CST: move or reassign Jonas's appointment"
    assert task.link == f"/h/{handoff.pk}/"
    assert task.is_urgent
    item = InboxItem.objects.filter(membership=handoff.agent, kind="handoff_away").get()
    assert (item.title, item.link) == (task.title, task.link)
    assert Delivery.objects.count() == mails


def test_a_meeting_on_another_day_or_of_another_agent_asks_nothing():
    handoff = open_handoff()
    add_time_off(membership=agent(handoff.team), away=Away(TUESDAY, TUESDAY), at=NOW)

    away(handoff, day=TUESDAY + DAY)

    assert not Task.objects.filter(kind="away").exists()


def test_once_the_meeting_is_moved_nothing_is_asked_any_more():
    handoff = open_handoff()
    away(handoff)

    move(appointment=handoff.appointment, starts_at=SLOT + timedelta(days=1), actor=handoff.setter, at=NOW)

    assert not asked(handoff).exists()


def test_time_off_taken_back_finishes_what_it_asked_and_nothing_else():
    handoff = open_handoff()
    other = open_handoff(ready(handoff.team), to=handoff.agent, starts_at=SLOT + DAY)
    tuesday, _ = away(handoff), away(other, day=TUESDAY + DAY)

    remove_time_off(time_off=tuesday, at=NOW)

    assert asked(handoff).get().link == f"/h/{other.pk}/"
    assert Task.objects.get(kind="away", link=f"/h/{handoff.pk}/").done_at == NOW


def test_it_is_finished_for_a_meeting_that_has_begun_meanwhile_too():
    handoff = open_handoff()
    entry = away(handoff)
    remove_time_off(time_off=entry, at=SLOT + timedelta(minutes=5))
    assert not asked(handoff).exists()


def test_a_change_asks_of_what_it_has_come_over_and_no_more_of_what_it_has_left():
    handoff = open_handoff()
    other = open_handoff(ready(handoff.team), to=handoff.agent, starts_at=SLOT + DAY)
    entry = away(handoff)

    shift(entry, day=TUESDAY + DAY)

    assert asked(handoff).get().link == f"/h/{other.pk}/"


def test_what_lay_within_before_is_not_asked_again_even_if_the_agent_ticked_it_off():
    handoff = open_handoff()
    entry = away(handoff)
    finish_task(task=asked(handoff).get(), at=NOW)

    shift(entry, day=TUESDAY, leaves=time(8), at=NOW + timedelta(minutes=1))

    assert not asked(handoff).exists()


def test_time_off_that_comes_back_over_a_meeting_asks_anew():
    handoff = open_handoff()
    entry = away(handoff)
    shift(entry, day=TUESDAY + DAY, at=NOW + timedelta(minutes=1))

    shift(entry, day=TUESDAY, at=NOW + timedelta(minutes=2))

    assert asked(handoff).count() == 1
    assert InboxItem.objects.filter(membership=handoff.agent, kind="handoff_away").count() == 2


def test_an_end_of_day_before_the_meeting_leaves_it_alone():
    handoff = open_handoff()
    entry = away(handoff)
    shift(entry, day=TUESDAY, returns=time(10))
    assert not asked(handoff).exists()


# The page


@pytest.fixture
def ana():
    return agent(user__name="Ana Example", hours=ALL_DAY)


def tomorrow(ana, number=0, **fields):
    """An appointment of theirs the day after tomorrow, by the clock that pages go by."""
    at = timezone.now()
    whose = ready(ana.team, **fields)
    reach = {"start": at + 2 * DAY, "end": at + 3 * DAY, "minutes": 45, "at": at}
    slots = free_slots(lead=whose, team=ana.team, agents=[ana], **reach)
    return open_handoff(whose, to=ana, starts_at=slots[number].starts_at, at=at)


def add(member, whose):
    """Note three days off from tomorrow on; return the page that follows."""
    first = timezone.localdate() + DAY
    route = reverse("teams:time-off", args=[whose.pk])
    browser = signed_in(member)
    with zeal_ignore():  # each meeting is asked about by a task and an item of its own
        answer = browser.post(route, {"first": first, "last": first + 2 * DAY})
    return browser.get(answer.headers["Location"]).content.decode()


def test_the_agent_sees_at_once_what_stands_and_the_way_out_of_each(ana):
    dana, jonas = tomorrow(ana, first_name="Dana"), tomorrow(ana, 2, first_name="Jonas")

    page = add(ana, ana)

    assert "Time off noted, but 2 appointments stand in it." in page
    for handoff in (dana, jonas):
        assert handoff.lead.name in page
        assert f'href="{reverse("handoff:cant", args=[handoff.pk])}"' in page
        assert f'href="{reverse("handoff:brief", args=[handoff.pk])}"' in page
    assert signed_in(ana).get(reverse("handoff:cant", args=[dana.pk])).status_code == 200


def test_whoever_has_said_it_waits_for_cover(ana):
    handoff = tomorrow(ana)
    ask_for_cover(handoff=handoff, agent=ana, reason="Away", via=Via.PAGE, at=timezone.now())
    assert "Waiting for cover" in add(ana, ana)


def test_a_team_lead_is_led_to_another_agent_or_time(ana):
    handoff, lea = tomorrow(ana), lead(ana.team)

    page = add(lea, ana)

    cover = reverse("handoff:cover", args=[handoff.pk])
    assert "but 1 appointment stands in it" in page
    assert f'href="{cover}"' in page
    assert reverse("handoff:cant", args=[handoff.pk]) not in page
    assert signed_in(lea).get(cover).status_code == 200


def test_what_lies_outside_or_is_a_colleagues_is_not_listed(ana):
    handoff = tomorrow(agent(ana.team, hours=ALL_DAY))
    page = add(ana, ana)
    assert "Time off noted." in page
    assert handoff.lead.name not in page


def test_it_is_gone_from_the_list_once_it_is_moved(ana):
    handoff = tomorrow(ana)
    add(ana, ana)
    at = timezone.now()
    reach = {"start": at + 5 * DAY, "end": at + 6 * DAY, "minutes": 45, "at": at}
    later = free_slots(lead=handoff.lead, team=ana.team, agents=[ana], **reach)[0].starts_at

    move(appointment=handoff.appointment, starts_at=later, actor=ana, at=at)

    assert handoff.lead.name not in signed_in(ana).get(reverse("teams:profile")).content.decode()


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_costs_the_same_however_much_stands(rows, ana, django_assert_max_num_queries):
    for number in range(rows):
        tomorrow(ana, 2 * number)
    add(ana, ana)
    browser = signed_in(ana)
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("teams:profile")).content.decode()
    assert page.count("/cant/") == rows
