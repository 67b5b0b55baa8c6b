"""Connecting Twilio, and never showing its token."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.urls import reverse

from teams.models import SettingChange, TextsConnection
from teams.tests.factories import lead

SID = "AC" + "0a" * 16
TOKEN = "0123456789abcdef0123456789abwxyz"
GOOD = {"account": SID, "token": TOKEN, "sender": "+1 512 555 0199"}


@pytest.fixture
def browser(team_lead, signed_in):
    return signed_in(team_lead)


@pytest.fixture
def page_url():
    return reverse("teams:texts")


def of(team):
    return TextsConnection.objects.get(team=team)


def test_a_token_is_kept_encrypted_and_never_shown_again(browser, team, page_url):
    browser.post(page_url, GOOD)

    assert (of(team).account, of(team).token, of(team).sender) == (SID, TOKEN, "+15125550199")
    with database.cursor() as cursor:
        cursor.execute("SELECT token FROM teams_textsconnection")
        assert TOKEN not in cursor.fetchone()[0]
    page = browser.get(page_url).content.decode()
    assert TOKEN not in page
    assert "ends in …wxyz" in page
    assert TOKEN not in str(list(SettingChange.objects.values()))


def test_the_page_tells_where_twilio_sends_answers_to(browser, team, page_url):
    assert "/webhooks/twilio/" not in browser.get(page_url).content.decode()
    browser.post(page_url, GOOD)

    address = f"http://testserver/webhooks/twilio/{of(team).inbound_key}/"
    assert address in browser.get(page_url).content.decode()
    browser.post(page_url, {**GOOD, "token": "", "sender": "+15125550198"})
    assert address in browser.get(page_url).content.decode()


def test_looking_at_the_page_writes_nothing(browser, page_url):
    browser.get(page_url)

    assert not TextsConnection.objects.exists()


def test_the_number_changes_without_the_token_being_typed_again(browser, team, page_url):
    browser.post(page_url, GOOD)
    browser.post(page_url, {**GOOD, "token": "", "sender": "MG" + "a" * 32})

    assert (of(team).token, of(team).sender) == (TOKEN, "MG" + "a" * 32)


def test_another_account_needs_its_own_token(browser, team, page_url):
    browser.post(page_url, GOOD)

    answer = browser.post(page_url, {**GOOD, "account": "AC" + "1" * 32, "token": ""})

    assert answer.status_code == 422
    assert of(team).account == SID


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("account", ""),
        ("account", "SK" + "0" * 32),
        ("account", SID + "0"),
        ("account", f"{SID}/../x"),
        ("token", ""),
        ("token", "short"),
        ("token", "with spaces in it and so on 1234"),
        ("sender", ""),
        ("sender", "us"),
        ("sender", "12"),
        ("sender", "MG123"),
        ("sender", "\x00"),
    ],
)
def test_what_twilio_could_not_take_is_refused_at_its_field(field, typed, browser, page_url):
    answer = browser.post(page_url, {**GOOD, field: typed})

    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not TextsConnection.objects.exists()


def test_a_refusal_says_what_to_do_until_there_is_a_new_token(browser, team, page_url):
    TextsConnection.objects.create(
        team=team, account=SID, token=TOKEN, sender="+15125550199", flagged_reason="20003 Authenticate"
    )
    assert "copy both again" in browser.get(page_url).content.decode()

    browser.post(page_url, {**GOOD, "token": "f" * 32})

    assert not of(team).flagged_reason


def test_texts_are_paused_and_the_keys_forgotten(browser, team, page_url):
    browser.post(page_url, GOOD)
    browser.post(reverse("teams:texts-sending"), {"is_enabled": "0"})
    assert not of(team).is_ready
    browser.post(reverse("teams:texts-sending"), {"is_enabled": "1"})
    assert of(team).is_ready
    browser.post(reverse("teams:texts-disconnect"))
    assert (of(team).account, of(team).token, of(team).sender) == ("", "", "")


@pytest.mark.parametrize("name", ["texts", "texts-sending", "texts-disconnect"])
def test_only_a_team_lead_sets_it(name, team, team_isa, team_agent, signed_in, client, page_url):
    TextsConnection.objects.create(team=team, account=SID)
    assert signed_in(team_isa).post(reverse(f"teams:{name}"), GOOD).status_code == 403
    assert signed_in(team_agent).post(reverse(f"teams:{name}"), GOOD).status_code == 403
    assert client.post(reverse(f"teams:{name}"), GOOD).status_code == 302
    assert (of(team).account, of(team).is_enabled) == (SID, True)


def test_another_teams_lead_sees_and_sets_their_own(browser, team, other_team, signed_in, page_url):
    browser.post(page_url, GOOD)
    stranger = signed_in(lead(other_team))

    assert SID not in stranger.get(page_url).content.decode()
    assert stranger.post(reverse("teams:texts-disconnect")).status_code == 404
    assert of(team).account == SID
