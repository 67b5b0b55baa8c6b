"""The list of first steps on the first page of a new team."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handoff.queries.first_steps import first_steps
from leads.tests.factories import LeadFactory
from teams.getting_started import put_away
from teams.invitations import invite
from teams.models import Role, SlackConnection, Team
from teams.tests.factories import AreaFactory, TeamFactory, agent, isa, lead

pytestmark = pytest.mark.django_db

ALL = ["Invite your people", "Name your areas", "Give agents working hours", "Connect Slack", "Bring your leads"]


@pytest.fixture
def boss():
    return lead(TeamFactory())


@pytest.fixture
def browser(boss):
    client = Client()
    client.force_login(boss.user)
    return client


def still_to_do(team) -> list[str]:
    return [step.words for step in first_steps(team) if not step.is_done]


def test_a_new_team_has_all_of_it_before_it(boss, browser):
    page = browser.get(reverse("handoff:day")).content.decode()

    assert still_to_do(boss.team) == ALL
    for words in ALL:
        assert words in page


def test_each_step_ticks_itself_off(boss):
    team = boss.team
    invite(email="noa@example.com", name="", role=Role.AGENT, actor=boss, at=timezone.now())
    assert still_to_do(team) == ALL[1:]
    AreaFactory(team=team)
    assert still_to_do(team) == ALL[2:]
    agent(team)
    assert still_to_do(team) == ALL[3:]
    SlackConnection.objects.filter(team=team).update(webhook_url="https://hooks.slack.com/services/T/B/x")
    assert still_to_do(team) == ALL[4:]
    LeadFactory.create(team=team, isa=isa(team))
    assert first_steps(team) == ()


def test_what_another_team_has_does_not_count(boss):
    other = lead(TeamFactory())
    agent(other.team)
    AreaFactory(team=other.team)

    assert still_to_do(boss.team) == ALL


def test_the_list_can_be_put_away(boss, browser):
    assert browser.get(reverse("teams:put-steps-away")).status_code == 405
    browser.post(reverse("teams:put-steps-away"))

    assert "Getting started" not in browser.get(reverse("handoff:day")).content.decode()
    assert Team.objects.get(pk=boss.team_id).settled_at is not None


def test_only_a_team_lead_puts_it_away(boss):
    for other in (agent(boss.team), isa(boss.team)):
        client = Client()
        client.force_login(other.user)
        assert client.post(reverse("teams:put-steps-away")).status_code == 403
    assert Team.objects.get(pk=boss.team_id).settled_at is None


def test_it_asks_once_and_not_at_all_once_it_is_put_away(boss, django_assert_num_queries):
    with django_assert_num_queries(1):
        first_steps(boss.team)
    put_away(team=boss.team, at=timezone.now())
    team = Team.objects.get(pk=boss.team_id)
    with django_assert_num_queries(0):
        assert first_steps(team) == ()
