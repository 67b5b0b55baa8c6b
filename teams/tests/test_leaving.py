"""Leaving a team and changing roles: who may, what ends at once, and that a team always has a team lead."""

import threading
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from teams.leaving import AlreadyGone, NotTheirs, deactivate
from teams.models import AgentProfile, Membership, Role, Scope
from teams.people import LastLead, change_role, join
from teams.tests.factories import agent, isa, lead
from teams.tokens import create_token, find_token

PASSWORD = "a long test password"


def role_of(member):
    return Membership.objects.get(pk=member.pk).role


def is_here(member):
    return Membership.objects.active().filter(pk=member.pk).exists()


def leave(member, to, at=None):
    deactivate(member=member, successor=to, actor=to, at=at or timezone.now())


def log_in(member):
    browser = Client()
    answer = browser.post(reverse("account_login"), {"login": member.user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return browser


def test_sessions_and_keys_of_who_leaves_end_at_once(team_lead, team_agent):
    browser = log_in(team_agent)
    now = timezone.now()
    _, key = create_token(membership=team_agent, scopes=[Scope.READ], name="Dialer", at=now)

    leave(team_agent, team_lead)

    assert not UserSession.objects.filter(user=team_agent.user).exists()
    assert browser.get(reverse("teams:profile"))["Location"].startswith(reverse("account_login"))
    assert find_token(key, at=now) is None
    assert team_agent.api_tokens.get().revoked_at is not None


def test_who_is_in_another_team_too_stays_signed_in_there(team_lead, team_agent, other_team):
    elsewhere = isa(other_team, user=team_agent.user)
    browser = log_in(team_agent)

    leave(team_agent, team_lead)

    assert browser.get(reverse("teams:profile")).context["membership"] == elsewhere


def test_who_left_may_join_again_as_somebody_new(team_lead, team_agent, team):
    leave(team_agent, team_lead)

    again = join(team=team, email=team_agent.user.email, name="", role=Role.ISA, zone="America/Chicago")

    assert again.pk != team_agent.pk
    assert not is_here(team_agent)


def test_nobody_leaves_twice(team_lead, team_agent):
    leave(team_agent, team_lead)

    with pytest.raises(AlreadyGone):
        leave(team_agent, team_lead)


@pytest.mark.parametrize("who", ["themselves", "another role", "another team", "somebody gone"])
def test_not_everybody_can_take_over(who, team, team_lead, team_agent, foreign_agent):
    gone = agent(team, ended_at=timezone.now() - timedelta(days=1))
    choice = {
        "themselves": team_agent,
        "another role": isa(team),
        "another team": foreign_agent,
        "somebody gone": gone,
    }[who]

    with pytest.raises(NotTheirs):
        leave(team_agent, choice)

    assert is_here(team_agent)


def test_the_last_team_lead_neither_leaves_nor_changes_role(team_lead, team_agent, signed_in):
    browser = signed_in(team_lead)
    page = reverse("teams:end-membership", args=[team_lead.pk])

    assert "only team lead" in browser.get(page).content.decode()
    assert browser.post(page, {"successor": team_agent.pk}).status_code == 422
    for role in (Role.ISA, Role.AGENT):
        told = browser.post(reverse("teams:role", args=[team_lead.pk]), {"role": role}, follow=True)
        assert "keeps at least one team lead" in told.content.decode()
    with pytest.raises(LastLead):
        leave(team_lead, team_agent)

    assert is_here(team_lead)
    assert role_of(team_lead) == Role.LEAD


def test_a_team_lead_who_cannot_sign_in_does_not_count(team_lead, team):
    shut_out = lead(team, user__is_active=False)

    with pytest.raises(LastLead):
        leave(team_lead, shut_out)


def test_with_a_second_team_lead_the_first_may_go(team_lead, team, signed_in):
    second, browser = lead(team), signed_in(team_lead)

    answer = browser.post(reverse("teams:end-membership", args=[team_lead.pk]), {"successor": second.pk})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert not is_here(team_lead)


def test_a_role_changed_while_signed_in_holds_at_the_next_click(team_lead, team_isa, signed_in):
    browser = signed_in(team_isa)
    _, key = create_token(membership=team_isa, scopes=[Scope.READ], name="", at=timezone.now())
    assert browser.get(reverse("teams:settings")).status_code == 403

    signed_in(team_lead).post(reverse("teams:role", args=[team_isa.pk]), {"role": "lead"})
    assert browser.get(reverse("teams:settings")).status_code == 200
    assert find_token(key, at=timezone.now()).membership.role == Role.LEAD

    signed_in(team_lead).post(reverse("teams:role", args=[team_isa.pk]), {"role": "isa"})
    assert browser.get(reverse("teams:settings")).status_code == 403
    assert browser.post(reverse("teams:areas"), {"name": "Mueller"}).status_code == 403


def test_a_new_agent_gets_a_profile_and_an_old_one_keeps_theirs(team_lead, team_isa, team_agent):
    now = timezone.now()
    AgentProfile.objects.filter(membership=team_agent).update(title="Condos")
    change_role(membership=team_isa, role=Role.AGENT, actor=team_lead, at=now)
    change_role(membership=team_agent, role=Role.ISA, actor=team_lead, at=now)
    change_role(membership=team_agent, role=Role.AGENT, actor=team_lead, at=now)

    assert AgentProfile.objects.get(membership=team_isa).title == ""
    assert AgentProfile.objects.get(membership=team_agent).title == "Condos"


@pytest.mark.parametrize("role", ["", "owner", "LEAD", "\x00"])
def test_a_role_that_does_not_exist_is_refused(role, team_lead, team_isa, signed_in):
    told = signed_in(team_lead).post(reverse("teams:role", args=[team_isa.pk]), {"role": role}, follow=True)

    assert "Choose one of the roles" in told.content.decode()
    assert role_of(team_isa) == Role.ISA


@pytest.mark.parametrize("route", ["teams:role", "teams:end-membership"])
def test_only_the_teams_own_leads_decide(route, team, team_agent, team_isa, other_team, signed_in):
    lead(team)
    path, data = reverse(route, args=[team_agent.pk]), {"role": "lead", "successor": team_isa.pk}
    for other in (team_agent, team_isa):
        assert signed_in(other).post(path, data).status_code == 403
    stranger = signed_in(lead(other_team))
    assert stranger.post(path, data).status_code == 404
    assert stranger.get(path).status_code == (404 if route == "teams:end-membership" else 405)
    assert role_of(team_agent) == Role.AGENT
    assert is_here(team_agent)


def test_looking_at_the_page_ends_nothing(team_lead, team_agent, signed_in):
    path = reverse("teams:end-membership", args=[team_agent.pk])

    for query in ("", f"?successor={team_lead.pk}"):
        assert signed_in(team_lead).get(path + query).status_code == 200
    assert signed_in(team_lead).get(path + "?successor=0").status_code == 422

    assert is_here(team_agent)


@pytest.mark.parametrize("wanted", ["", "0", "abc", "99999999999999999999", "\x00"])
def test_a_successor_who_does_not_exist_is_refused(wanted, team_lead, team_agent, signed_in):
    answer = signed_in(team_lead).post(reverse("teams:end-membership", args=[team_agent.pk]), {"successor": wanted})

    assert answer.status_code == 422
    assert is_here(team_agent)


@pytest.mark.django_db(transaction=True)
def test_two_leads_cannot_send_each_other_away(team):
    first, second = lead(team), lead(team)
    refusals, start = [], threading.Barrier(2)

    def send_away(member, to):
        start.wait()
        try:
            leave(member, to)
        except (LastLead, NotTheirs) as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=send_away, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert len(refusals) == 1
    assert Membership.objects.active().filter(team=team, role=Role.LEAD).count() == 1
