"""Going on call and off on the pages: who may, until when, and what it costs everybody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from teams.models import Presence
from teams.models.presence import Ended
from teams.presence import LONGEST, go_off_call, go_on_call, standing_of
from teams.tests import factories as people

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday, 10:00 in Chicago
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ana():
    return people.agent()


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def press(member, name, **typed):
    return signed_in(member).post(reverse(f"teams:on-call-{name}"), typed, **HTMX)


@pytest.mark.parametrize(("minutes", "words"), [("30", "10:30 AM CST"), ("120", "12:00 PM CST")])
def test_one_tap_puts_an_agent_on_call(ana, minutes, words):
    answer = press(ana, "start", minutes=minutes)

    assert f"On call until <strong>{words}" in answer.content.decode()
    assert answer["HX-Trigger"] == "presence-changed"
    assert Presence.objects.get(membership=ana).until == NOW + timedelta(minutes=int(minutes))


def test_a_time_of_the_agents_own_clock_will_do(ana):
    assert "On call until <strong>5:30 PM CST" in press(ana, "start", until="17:30").content.decode()


def test_a_time_that_is_over_today_is_tomorrows_and_too_far(ana):
    answer = press(ana, "start", until="09:30")

    assert answer.status_code == 422
    assert "within twelve hours" in answer.content.decode()
    assert not Presence.objects.exists()


@pytest.mark.parametrize("typed", [{}, {"minutes": "31"}, {"until": "25:00"}, {"minutes": "x", "until": "17:30"}])
def test_nonsense_is_refused_in_words(ana, typed):
    answer = press(ana, "start", **typed)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Presence.objects.exists()


def test_who_takes_no_handoffs_cannot_be_on_call(ana):
    ana.profile.takes_handoffs = False
    ana.profile.save()

    assert "you take no handoffs" in press(ana, "start", minutes="30").content.decode()


def test_half_an_hour_more_keeps_since_when(ana):
    go_on_call(member=ana, until=NOW + timedelta(minutes=30), at=NOW)

    assert "11:00 AM CST" in press(ana, "longer").content.decode()
    assert Presence.objects.get().since == NOW


def test_nobody_stays_longer_who_is_off_or_beyond_a_days_work(ana):
    assert "go on call again" in press(ana, "longer").content.decode()
    go_on_call(member=ana, until=NOW + LONGEST, at=NOW)
    assert "longer than twelve hours" in press(ana, "longer").content.decode()
    assert Presence.objects.get().until == NOW + LONGEST


def test_one_tap_takes_them_off_and_a_second_changes_nothing(ana):
    go_on_call(member=ana, until=NOW + LONGEST, at=NOW)

    assert "Off call</a>" in press(ana, "stop").content.decode()
    assert press(ana, "stop").status_code == 200
    assert Presence.objects.get().ended_because == Ended.OFF


def test_without_scripts_the_answer_is_the_page(ana):
    client = signed_in(ana)

    answer = client.post(reverse("teams:on-call-start"), {"minutes": "30"}, follow=True)
    assert "10:30 AM CST" in answer.content.decode()
    refused = client.post(reverse("teams:on-call-start"), {}, follow=True)
    assert "Choose until when." in refused.content.decode()


def test_who_was_taken_off_is_told_on_the_control(ana):
    go_on_call(member=ana, until=NOW + timedelta(hours=2), at=NOW - timedelta(hours=1))
    Presence.objects.update(missed=3)
    go_off_call(member=ana, because=Ended.MISSED, at=NOW - timedelta(minutes=5))

    page = signed_in(ana).get(reverse("teams:on-call")).content.decode()
    assert "taken off call after 3 missed rings: go on call again" in page
    assert "taken off call" not in press(ana, "start", minutes="30").content.decode()


def asked_anew(member, seen=""):
    return signed_in(member).get(reverse("teams:on-call"), {"seen": seen}, **HTMX)


def test_an_open_page_draws_the_control_anew_when_it_shows_something_else(ana):
    go_on_call(member=ana, until=NOW + timedelta(hours=2), at=NOW)
    shown = standing_of(ana, at=NOW).key
    assert asked_anew(ana, shown).status_code == 204

    Presence.objects.update(missed=2)
    page = asked_anew(ana, shown).content.decode()
    assert "Missed 2 of 3" in page
    assert f"seen={standing_of(ana, at=NOW).key}" in page

    go_off_call(member=ana, at=NOW)
    answer = asked_anew(ana, shown)
    assert "Off call</a>" in answer.content.decode()
    assert answer["HX-Trigger"] == "presence-changed"


def test_the_control_of_who_was_on_call_until_now_says_off_call(ana):
    go_on_call(member=ana, until=NOW + timedelta(minutes=30), at=NOW)
    shown = standing_of(ana, at=NOW).key

    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        assert "Off call</a>" in asked_anew(ana, shown).content.decode()


@pytest.mark.parametrize("make", [people.isa, people.lead])
def test_only_agents_go_on_call(make):
    member = make()

    assert press(member, "start", minutes="30").status_code == 403
    assert 'id="on-call"' not in signed_in(member).get(reverse("teams:account")).content.decode()


def on_call_queries(member, assert_num) -> list[str]:
    client = signed_in(member)
    client.get(reverse("teams:account"))
    with assert_num() as seen:
        client.get(reverse("teams:account"))
    return [one["sql"] for one in seen.captured_queries if "teams_presence" in one["sql"]]


def test_the_control_costs_an_agent_one_query_and_the_rest_none(ana, django_assert_max_num_queries):
    go_on_call(member=ana, until=NOW + LONGEST, at=NOW)

    assert len(on_call_queries(ana, lambda: django_assert_max_num_queries(99))) == 1
    assert on_call_queries(people.isa(ana.team), lambda: django_assert_max_num_queries(99)) == []
