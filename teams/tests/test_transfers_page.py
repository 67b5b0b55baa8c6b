"""The page on which a team lead sets how agents are rung, and sees who is on call."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from teams.models import Policy, SettingChange
from teams.models.transfers import RingWay
from teams.presence import go_on_call, presence_of
from teams.ringing import ladder_in_words
from teams.tests.factories import agent

WAYS = {"ring_way": "all", "ring_seconds": "25", "ring_all_seconds": "40", "missed_rings": "2"}
PAGE = "teams:transfers"


@pytest.fixture
def browser(team_lead, signed_in):
    return signed_in(team_lead)


def on_call(team, **fields):
    member, now = agent(team, **fields), timezone.now()
    go_on_call(member=member, until=now + timedelta(hours=2), at=now)
    return member


def test_a_team_lead_sets_how_agents_are_rung(browser, team):
    assert browser.post(reverse(PAGE), WAYS).url == reverse(PAGE)

    policy = Policy.objects.get(team=team)
    assert (policy.ring_way, policy.ring_seconds, policy.ring_all_seconds, policy.missed_rings) == ("all", 25, 40, 2)
    assert "20 → 25" in SettingChange.objects.get(team=team, part="transfers").words


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ring_way", "at random"),
        ("ring_way", ""),
        ("ring_seconds", "9"),
        ("ring_seconds", "121"),
        ("ring_all_seconds", "181"),
        ("ring_all_seconds", "soon"),
        ("missed_rings", "0"),
        ("missed_rings", "9" * 12),
    ],
)
def test_what_makes_no_sense_is_refused(field, value, browser, team):
    answer = browser.post(reverse(PAGE), WAYS | {field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert Policy.objects.get(team=team).ring_seconds == 20


def test_the_line_says_what_the_values_come_to(browser):
    assert "with 3 on call a client waits 90 seconds at most" in browser.get(reverse(PAGE)).text

    line = ladder_in_words(Policy(ring_way=RingWay.ALL, ring_all_seconds=40, missed_rings=1))
    assert line.startswith("All who are on call and free ring together for 40 seconds;")
    assert "Whoever misses one ring is off call" in line


def test_who_is_on_call_is_there_and_is_taken_off(browser, team, other_team):
    ana = on_call(team, user__name="Ana Sample")
    on_call(other_team, user__name="Foreign Sample")
    shown = browser.get(reverse(PAGE)).text
    assert "Ana Sample" in shown
    assert "Foreign Sample" not in shown

    browser.post(reverse("teams:take-off-call", args=[ana.pk]))

    assert presence_of(ana, at=timezone.now()) is None
    assert "Nobody. Agents go on call themselves" in browser.get(reverse(PAGE)).text


@pytest.mark.parametrize("rows", [1, 4])
def test_it_costs_the_same_however_many_are_on_call(rows, browser, team, django_assert_max_num_queries):
    for _ in range(rows):
        on_call(team)
    browser.get(reverse(PAGE))
    with django_assert_max_num_queries(6):
        assert browser.get(reverse(PAGE)).status_code == 200
