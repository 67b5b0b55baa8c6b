"""How teams begin, and what the admin shows of them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from teams.agents import working_agents
from teams.founding import found_team
from teams.models import Membership, Policy, Role, SlackConnection, User
from teams.policy import policy_of
from teams.tests.factories import AreaFactory, agent, give_hours

SECRET = "xoxb-1234567890-not-a-real-token-wxyz"


def test_a_new_team_has_a_policy_and_an_empty_slack_connection(db):
    team = found_team(name="Invented Realty", slug="invented", zone="America/Denver")
    assert policy_of(team).outcome_hours == 24
    assert "Handed off" in policy_of(team).trigger_tags
    assert not team.slack.is_ready


def test_a_team_made_by_hand_gets_the_usual_policy(team):
    Policy.objects.all().delete()
    team = type(team).objects.get()
    assert policy_of(team).appointment_minutes == 45
    assert policy_of(team).pk == policy_of(type(team).objects.get()).pk


def test_the_command_founds_a_team_with_its_lead(db):
    call_command(
        "found_team", "Invented Realty", slug="inv", lead="Lee@example.com", lead_name="Lee", stdout=StringIO()
    )
    place = Membership.objects.get()
    assert (place.role, place.user.email, place.team.slug) == (Role.LEAD, "lee@example.com", "inv")
    with pytest.raises(CommandError, match="already"):
        call_command("found_team", "Again", slug="inv", lead="max@example.com", lead_name="Max")
    assert not User.objects.filter(email="max@example.com").exists()


@pytest.mark.parametrize(
    ("option", "value"), [("slug", "no slug"), ("zone", "Mars"), ("lead", "x"), ("lead_name", "\n\x00")]
)
def test_the_command_refuses_nonsense(option, value, db):
    options = {"slug": "inv", "lead": "lee@example.com", "lead_name": "Lee"} | {option: value}
    with pytest.raises(CommandError):
        call_command("found_team", "Invented Realty", **options)


def test_working_agents_are_those_who_take_handoffs_now(team, team_isa, other_team):
    working = agent(team)
    agent(team, profile={"takes_handoffs": False})
    agent(team, user__is_active=False)
    agent(other_team)
    assert list(working_agents(team)) == [working]


@pytest.mark.parametrize("rows", [1, 4])
def test_working_agents_cost_the_same_however_many(rows, team, django_assert_num_queries):
    for _ in range(rows):
        agent(team, profile={"areas": [AreaFactory(team=team)]})
    with django_assert_num_queries(4):
        for each in working_agents(team):
            assert each.user.name
            assert [area.name for area in each.profile.areas.all()]
            assert len(each.working_hours.all()) == 5
            assert not each.time_off.all()


def test_hours_can_be_given_in_words(team):
    member = agent(team, hours="")
    give_hours(member, "09:00-12:00 mon, 10:00-11:30 sat-sun")
    assert [each.weekday for each in member.working_hours.all()] == [0, 5, 6]


@pytest.mark.parametrize(
    "model", ["user", "team", "membership", "agentprofile", "area", "policy", "slackconnection", "apitoken"]
)
def test_the_admin_shows_and_never_writes(model, team, team_agent, client):
    SlackConnection.objects.update(token=SECRET)
    client.force_login(User.objects.create_superuser("admin@example.com", "a long test password", name="Ada"))
    assert client.get(reverse(f"admin:teams_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:teams_{model}_add")).status_code == 403
    pk = {"user": team_agent.user_id, "team": team.pk, "slackconnection": team.pk, "policy": team.pk}.get(
        model, team_agent.pk
    )
    page = client.get(reverse(f"admin:teams_{model}_change", args=[pk]), follow=True)
    assert page.status_code == 200
    assert SECRET not in page.content.decode()
    assert client.post(reverse(f"admin:teams_{model}_change", args=[pk]), {"name": "x"}).status_code == 403
