"""An agent's calendar page, and what a team lead sees of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handoff.models import BusyFeed, FeedReading
from handoff.tests.calendar_files import calendar, event
from handoff.tests.factories import appointment, busy_feed, busy_spans, ready
from handoff.tests.pages import HTMX, signed_in
from notifications.promises.drains import drain
from teams.tests.factories import TeamFactory, agent, isa, lead

pytestmark = pytest.mark.django_db

PAGE = reverse("handoff:calendar")
SECRET = "https://calendars.example.com/private/a1b2c3d4e5/basic.ics"


@pytest.fixture
def ana():
    return agent(user__name="Ana Example", hours="00:00-23:59 mon-sun")


def add(member, address):
    return signed_in(member).post(reverse("handoff:calendar-add"), {"address": address})


def test_an_agent_adds_a_calendar_and_sees_when_it_was_read(ana, calendar_peer):
    tomorrow = (timezone.now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    calendar_peer.body = calendar(event(tomorrow))

    answer = add(ana, calendar_peer.url)
    assert answer.status_code == 302
    assert "Reading" in signed_in(ana).get(PAGE).content.decode()
    drain(FeedReading, at=timezone.now())

    text = signed_in(ana).get(PAGE).content.decode()
    assert "1 busy time in the next two weeks" in text
    assert "is-busy" in text
    assert "every 2s" not in text


def test_the_secret_address_is_never_on_a_page(ana):
    saved = add(ana, SECRET)
    again = add(ana, SECRET)

    assert saved.status_code == 302
    assert again.status_code == 422
    page = signed_in(ana).get(PAGE).content.decode()
    assert "calendars.example.com …d4e5" in page
    for text in (page, again.content.decode()):
        assert "a1b2c3" not in text


def test_a_wrong_address_is_refused_with_what_to_do_and_not_given_back(ana):
    answer = add(ana, "ftp://calendars.example.com/hidden-part")

    assert answer.status_code == 422
    assert "begins with https:// or webcal://" in answer.content.decode()
    assert "hidden-part" not in answer.content.decode()
    assert not BusyFeed.objects.exists()


def test_without_an_address_nothing_is_added(ana):
    answer = add(ana, "")

    assert answer.status_code == 422
    assert "Paste the address first." in answer.content.decode()


def test_why_a_calendar_is_not_read_is_said_on_the_page(ana):
    day = timedelta(days=1)
    now = timezone.now()
    busy_feed(
        ana.user,
        read_at=now - day,
        next_at=now + day,
        failures=3,
        problem="The address does not work any more (404)",
        remark="2 events could not be read",
    )

    text = signed_in(ana).get(PAGE).content.decode()

    assert "The address does not work any more (404)" in text
    assert "What was read before still blocks." in text
    assert "2 events could not be read" in text
    assert "Not read" in text


def test_reading_now_answers_with_the_list(ana, calendar_peer):
    feed = busy_feed(ana.user, url=calendar_peer.url, next_at=timezone.now() + timedelta(hours=1))
    due = timezone.now() + timedelta(hours=1)
    FeedReading.objects.create(key=feed.about, about=feed.about, feed=feed, due_at=due)

    answer = signed_in(ana).post(reverse("handoff:calendar-read", args=[feed.pk]), **HTMX)

    assert "Reading" in answer.content.decode()
    assert drain(FeedReading, at=timezone.now()) == 1
    assert "Reading" not in signed_in(ana).get(reverse("handoff:calendar-feeds")).content.decode()


def test_removing_a_calendar(ana):
    feed = busy_feed(ana.user)

    answer = signed_in(ana).post(reverse("handoff:calendar-remove", args=[feed.pk]), follow=True)

    assert "is removed" in answer.content.decode()
    assert not BusyFeed.objects.exists()


@pytest.mark.parametrize("name", ["calendar-read", "calendar-remove"])
def test_nobody_else_touches_a_calendar_nor_learns_of_it(ana, name):
    feed = busy_feed(ana.user)
    FeedReading.objects.create(key=feed.about, about=feed.about, feed=feed, due_at=timezone.now())
    route = reverse(f"handoff:{name}", args=[feed.pk])

    assert signed_in(agent(ana.team)).post(route).status_code == 404
    assert signed_in(agent()).post(route).status_code == 404
    assert signed_in(lead(ana.team)).post(route).status_code == 403
    assert signed_in(isa(ana.team)).post(route).status_code == 403
    assert Client().post(route).status_code == 302
    assert signed_in(ana).post(reverse(f"handoff:{name}", args=[0])).status_code == 404
    assert BusyFeed.objects.filter(pk=feed.pk).exists()


def test_an_agent_in_two_teams_sees_the_calendar_in_both_and_the_other_teams_booking_without_its_name(ana):
    elsewhere = agent(TeamFactory.create(), user=ana.user, hours="")
    whose = ready(elsewhere.team, first_name="Hidden", last_name="Person")
    appointment(elsewhere, lead=whose, starts_at=timezone.now() + timedelta(days=1))

    text = signed_in(ana).get(PAGE).content.decode()

    assert "Hidden Person" not in text
    assert "<strong>Booked</strong>" in text


@pytest.mark.parametrize("said", ["2026-13-45", "x", "9999-12-31", "0001-01-01", "2026-11-24\0", "२०२६-११-२४"])
def test_a_day_that_is_none_shows_this_week(ana, said):
    assert signed_in(ana).get(PAGE, {"from": said}).status_code == 200


def test_the_week_can_be_turned(ana):
    later = (timezone.now() + timedelta(days=14)).date()

    text = signed_in(ana).get(PAGE, {"from": later.isoformat()}).content.decode()

    assert f"from={later + timedelta(days=7):%Y-%m-%d}" in text
    assert f"from={later - timedelta(days=7):%Y-%m-%d}" in text


@pytest.mark.parametrize("rows", [1, 4])
def test_the_page_costs_the_same_however_much_is_on_it(ana, rows, django_assert_num_queries):
    now = timezone.now()
    for n in range(rows):
        begins = now + timedelta(days=1, hours=n * 3)
        busy_spans(ana.user, (begins, begins + timedelta(hours=1)))
        appointment(ana, starts_at=begins + timedelta(hours=2), minutes=30)
    browser = signed_in(ana)
    browser.get(PAGE)

    with django_assert_num_queries(8):
        browser.get(PAGE)


@pytest.mark.parametrize("rows", [1, 4])
def test_the_team_leads_list_costs_the_same_however_long(rows, django_assert_num_queries):
    boss = lead()
    for n in range(rows):
        each = agent(boss.team, user__name=f"Agent {n}")
        busy_feed(each.user, host=f"host{n}.example.com", problem="It broke" if n == 0 else "")
    agent(boss.team, user__name="Nobody Reads")
    busy_feed(agent().user, host="foreign.example.com")
    browser = signed_in(boss)
    browser.get(reverse("handoff:calendar-team"))

    with django_assert_num_queries(4):
        text = browser.get(reverse("handoff:calendar-team")).content.decode()

    assert "host0.example.com" in text
    assert "It broke" in text
    assert "working hours and time off alone" in text
    assert "foreign.example.com" not in text
    assert "secret" not in text


def test_only_team_leads_see_everybodys_state_and_only_agents_the_page(ana):
    assert signed_in(ana).get(reverse("handoff:calendar-team")).status_code == 403
    assert signed_in(isa(ana.team)).get(reverse("handoff:calendar-team")).status_code == 403
    assert signed_in(lead(ana.team)).get(PAGE).status_code == 403
    assert signed_in(lead(ana.team)).get(reverse("teams:people")).status_code == 200


def test_an_isa_sees_the_doubt_beside_the_times(ana):
    whose = ready(ana.team)
    busy_feed(ana.user, read_at=timezone.now() - timedelta(hours=5, minutes=9))

    text = signed_in(whose.isa).get(reverse("handoff:panel", args=[whose.pk]), {"method": "scheduled"}, **HTMX)

    assert "Calendar last read 5 hours ago" in text.content.decode()
