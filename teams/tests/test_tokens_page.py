"""The page of API tokens: one's own for everybody, the team's for team leads; shown once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from teams.models import ApiToken, Scope, SettingChange
from teams.tests.factories import isa, lead
from teams.tokens import create_token, find_token

URL = "teams:tokens"
NEW = {"name": "Dialer", "scope": ["read", "leads"], "days": "90"}


def make(member, name="Dialer", **fields):
    token, _ = create_token(membership=member, scopes=[Scope.READ], name=name, at=timezone.now(), **fields)
    return token


def page(browser):
    return browser.get(reverse(URL)).content.decode()


def test_a_token_is_made_and_shown_once(team_agent, signed_in):
    browser = signed_in(team_agent)
    answer = browser.post(reverse(URL), NEW)
    assert answer.status_code == 201
    assert "no-store" in answer.headers["Cache-Control"]
    text = answer.context["text"]
    assert text.startswith("baton_")
    assert text in answer.content.decode()
    assert text not in page(browser)

    token = find_token(text, at=timezone.now())
    assert (token.membership, token.name, token.scopes) == (team_agent, "Dialer", ["leads", "read"])
    assert token.expires_at
    assert abs(token.expires_at - token.created_at - timedelta(days=90)) < timedelta(seconds=1)
    assert SettingChange.objects.get().words == "Token “Dialer” made: Read, Write leads"


def test_what_programs_can_ask_for_is_linked_before_and_after_a_token_is_made(team_isa, signed_in):
    browser, link = signed_in(team_isa), f'href="{reverse("api:openapi-view")}"'
    assert page(browser).count(link) == 1
    assert browser.post(reverse(URL), NEW).text.count(link) == 1


def test_a_token_without_an_end_says_so(team_isa, signed_in):
    browser = signed_in(team_isa)
    browser.post(reverse(URL), NEW | {"days": ""})
    assert ApiToken.objects.get().expires_at is None
    assert "no end" in page(browser)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "a\nb"}, "Line breaks"),
        ({"name": "x" * 81}, "at most 80"),
        ({"scope": []}, "Choose at least one"),
        ({"scope": ["everything"]}, "Select a valid choice"),
        ({"days": "9999"}, "Select a valid choice"),
    ],
)
def test_a_bad_token_is_refused(changes, words, team_isa, signed_in):
    answer = signed_in(team_isa).post(reverse(URL), NEW | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_one_sees_ones_own_and_a_team_lead_the_whole_teams(team, team_isa, team_agent, team_lead, signed_in):
    make(team_isa, "Of the ISA")
    make(team_agent, "Of the agent")
    make(lead(), "Of another team")
    assert "Of the ISA" in page(signed_in(team_isa))
    assert "Of the agent" not in page(signed_in(team_isa))
    whole = page(signed_in(team_lead))
    assert "Of the ISA" in whole
    assert "Of the agent" in whole
    assert "Of another team" not in whole


def test_a_token_tells_when_it_was_used_last(team_isa, signed_in):
    token = make(team_isa)
    assert "never used" in page(signed_in(team_isa))
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=timezone.now())
    assert "last used" in page(signed_in(team_isa))


def test_what_has_ended_is_not_listed(team_isa, signed_in):
    make(team_isa, "Expired", expires_at=timezone.now() - timedelta(days=1))
    revoked = make(team_isa, "Revoked")
    ApiToken.objects.filter(pk=revoked.pk).update(revoked_at=timezone.now())
    text = page(signed_in(team_isa))
    assert "Expired" not in text
    assert "Revoked" not in text


def test_a_revoked_token_opens_nothing_and_the_story_tells_who_did_it(team_isa, team_lead, signed_in):
    token, text = create_token(membership=team_isa, scopes=[Scope.READ], name="Dialer", at=timezone.now())
    url = reverse("teams:token-revoke", args=[token.pk])
    answer = signed_in(team_lead).post(url, follow=True)
    assert "opens nothing any more" in answer.content.decode()
    assert find_token(text, at=timezone.now()) is None
    change = SettingChange.objects.get()
    assert (change.actor, change.words) == (team_lead, f"Token “Dialer” of {team_isa.user} revoked")
    assert "revoked already" in signed_in(team_lead).post(url, follow=True).content.decode()
    assert SettingChange.objects.count() == 1


def test_nobody_ends_the_token_of_another(team, team_isa, team_agent, signed_in):
    token = make(team_isa)
    for member in (team_agent, isa(team), lead()):
        assert signed_in(member).post(reverse("teams:token-revoke", args=[token.pk])).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_hostile_name_is_only_a_name(team_isa, signed_in):
    make(team_isa, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in page(signed_in(team_isa))


def test_the_page_costs_the_same_however_many_tokens(team, team_lead, signed_in):
    browser = signed_in(team_lead)
    costs = []
    for rows in (1, 3):
        for _ in range(rows):
            make(isa(team))
        with CaptureQueriesContext(connection) as queries:
            page(browser)
        costs.append(len(queries))
    assert costs[0] == costs[1]
