"""The team's policy on second steps: who is led to set one up, and who decides that."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.tests.signing_in.entering import code_of, give_app, log_in, prove_again
from teams.models import Policy, Scope, SecondFactor, SettingChange
from teams.tests.factories import TeamFactory, agent, isa
from teams.tokens import create_token

pytestmark = pytest.mark.django_db


def ask(team, whom) -> None:
    Policy.objects.filter(team=team).update(second_factor=whom)


@pytest.mark.parametrize(
    ("whom", "boss_is_led", "ana_is_led"),
    [(SecondFactor.NOBODY, False, False), (SecondFactor.LEADS, True, False), (SecondFactor.EVERYONE, True, True)],
)
def test_who_has_none_is_led_to_set_it_up_before_anything_else(whom, boss_is_led, ana_is_led, team, boss, ana):
    ask(team, whom)

    for member, is_led in ((boss, boss_is_led), (ana, ana_is_led)):
        answer = log_in(member).get(reverse("teams:profile"))
        assert (answer.status_code == 302) is is_led
        if is_led:
            assert answer["Location"] == reverse("mfa_index")


def test_the_page_says_why_and_everything_opens_once_it_is_set_up(team, ana):
    ask(team, SecondFactor.EVERYONE)
    browser = log_in(ana)
    assert f"{team.name} asks you for a second step" in browser.get("/", follow=True).content.decode()
    assert browser.post(reverse("teams:change-person"), {"person-name": "X"})["Location"] == reverse("mfa_index")

    give_app(ana)

    assert browser.get(reverse("teams:profile")).status_code == 200
    assert "asks you for" not in browser.get(reverse("mfa_index")).content.decode()


def test_a_part_of_a_page_takes_the_whole_page_there(team, boss):
    ask(team, SecondFactor.EVERYONE)

    answer = log_in(boss).get(reverse("handoff:baton"), headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == reverse("mfa_index")


def test_api_tokens_are_not_asked(team, ana, client):
    ask(team, SecondFactor.EVERYONE)
    _, key = create_token(membership=ana, scopes=[Scope.READ], name="", at=timezone.now())

    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_it_is_the_policy_of_the_team_one_acts_in(team, ana):
    elsewhere = isa(TeamFactory(), user=ana.user)
    ask(team, SecondFactor.EVERYONE)
    browser = log_in(ana)
    assert browser.get(reverse("teams:profile")).status_code == 302

    browser.post(reverse("teams:switch"), {"membership": elsewhere.pk})

    assert browser.get(reverse("teams:profile")).status_code == 200


def test_a_team_lead_asks_for_it_once_they_have_one_themselves(team, boss, ana):
    browser, page = log_in(boss), reverse("teams:signing-in")
    assert ana.user.name in browser.get(page).content.decode()

    refused = browser.post(page, {"second_factor": "everyone"})
    assert refused.status_code == 422
    assert "your own second step first" in str(refused.context["form"].errors)

    give_app(boss)
    assert browser.post(page, {"second_factor": "everyone"}).status_code == 302
    assert Policy.objects.get(team=team).second_factor == SecondFactor.EVERYONE
    assert SettingChange.objects.get(team=team).words == "Second step: everyone"


@pytest.mark.parametrize("value", ["", "all", "\x00"])
def test_a_policy_that_does_not_exist_is_refused(value, boss, team):
    give_app(boss)
    browser = Client()
    browser.force_login(boss.user)

    assert browser.post(reverse("teams:signing-in"), {"second_factor": value}).status_code == 422
    assert Policy.objects.get(team=team).second_factor == SecondFactor.NOBODY


def test_only_team_leads_see_and_set_the_policy(ana, team):
    for member in (ana, isa(team)):
        browser = log_in(member)
        assert browser.get(reverse("teams:signing-in")).status_code == 403
        assert browser.post(reverse("teams:signing-in"), {"second_factor": "everyone"}).status_code == 403
    assert Policy.objects.get(team=team).second_factor == SecondFactor.NOBODY


def test_the_last_second_step_stays_while_the_team_asks_for_one(team, ana):
    secret = give_app(ana)
    browser = log_in(ana)
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    ask(team, SecondFactor.EVERYONE)

    prove_again(browser).post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=ana.user, type="totp").exists()

    ask(team, SecondFactor.NOBODY)
    browser.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=ana.user, type="totp").exists()


@pytest.mark.parametrize("rows", [1, 4])
def test_the_page_of_the_policy_costs_the_same_however_many(rows, team, boss, django_assert_num_queries):
    for _ in range(rows):
        agent(team)
    browser = Client()
    browser.force_login(boss.user)
    with django_assert_num_queries(6):  # session, person with places, without one, has one, unread messages, transfer
        browser.get(reverse("teams:signing-in"))
