"""Which team a request acts in, and who may open what."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from teams.tests.factories import MembershipFactory, UserFactory, agent

LEAD_PAGES = [
    "teams:settings",
    "teams:team",
    "teams:policy",
    "leads:stages",
    "handoff:scripts",
    "teams:areas",
    "teams:people",
    "teams:slack",
]
LEAD_POSTS = [
    "teams:team",
    "teams:policy",
    "leads:stages",
    "teams:trigger-tags",
    "teams:areas",
    "teams:people",
    "teams:slack",
    "teams:slack-alerts",
    "teams:slack-disconnect",
]


def test_a_stranger_is_sent_to_sign_in(db):
    answer = Client().get(reverse("teams:profile"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_a_person_without_a_team_is_told_so(db, client):
    client.force_login(UserFactory())
    answer = client.get(reverse("teams:home"))
    assert answer.status_code == 403
    assert "You belong to no team" in answer.content.decode()
    assert reverse("admin:index") not in answer.content.decode()


def test_whoever_mends_things_and_has_no_team_is_shown_the_way(db, client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    answer = client.get(reverse("teams:home"))
    assert answer.status_code == 403
    assert f'href="{reverse("admin:index")}"' in answer.content.decode()


def test_a_place_that_ended_opens_nothing(team_agent, signed_in):
    browser = signed_in(team_agent)
    assert browser.get(reverse("teams:profile")).status_code == 200
    type(team_agent).objects.update(ended_at=timezone.now() - timedelta(days=1))
    assert browser.get(reverse("teams:profile")).status_code == 403


@pytest.mark.parametrize("route", LEAD_PAGES)
def test_settings_open_to_team_leads_alone(route, team_lead, team_agent, team_isa, signed_in):
    assert signed_in(team_lead).get(reverse(route)).status_code == 200
    for other in (team_agent, team_isa):
        answer = signed_in(other).get(reverse(route))
        assert answer.status_code == 403
        assert "Team lead" in answer.content.decode()


@pytest.mark.parametrize("route", LEAD_POSTS)
def test_settings_are_changed_by_team_leads_alone(route, team_agent, team_isa, signed_in):
    for other in (team_agent, team_isa):
        assert signed_in(other).post(reverse(route)).status_code == 403


def test_a_person_lands_in_the_team_chosen_last(team_agent, other_team, signed_in):
    elsewhere = agent(other_team, user=team_agent.user)
    browser = signed_in(team_agent)
    assert browser.get(reverse("teams:profile")).context["membership"] == team_agent

    browser.post(reverse("teams:switch"), {"membership": elsewhere.pk})
    page = browser.get(reverse("teams:profile"))
    assert page.context["membership"] == elsewhere
    assert page.context["member"].team == other_team


@pytest.mark.parametrize("wanted", ["", "abc", "0", "99999999999999999999", "\x00"])
def test_nobody_switches_to_a_team_that_is_not_theirs(wanted, team_agent, signed_in):
    assert signed_in(team_agent).post(reverse("teams:switch"), {"membership": wanted}).status_code == 404


def test_nobody_switches_to_the_place_of_another(team_agent, foreign_agent, signed_in):
    answer = signed_in(team_agent).post(reverse("teams:switch"), {"membership": foreign_agent.pk})
    assert answer.status_code == 404


def test_a_request_asks_for_the_person_and_their_teams_once(
    team_agent, other_team, signed_in, django_assert_num_queries
):
    MembershipFactory(user=team_agent.user, team=other_team)
    browser = signed_in(team_agent)
    with django_assert_num_queries(2):  # session, person with places
        browser.post(reverse("teams:switch"), {"membership": "0"})
