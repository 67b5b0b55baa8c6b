"""Connecting a mail server, and never showing its password."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.urls import reverse

from teams.models import MailConnection, SettingChange
from teams.tests.factories import lead

PASSWORD = "correct horse battery"
GOOD = {
    "host": "smtp.example.org", "port": "587", "security": "starttls", "username": "desk", "password": PASSWORD,
    "from_address": "hello@example.org",
}  # fmt: skip


@pytest.fixture
def browser(team_lead, signed_in):
    return signed_in(team_lead)


@pytest.fixture
def page_url():
    return reverse("teams:smtp")


def of(team):
    return MailConnection.objects.get(team=team)


def test_a_password_is_kept_encrypted_and_nothing_of_it_is_shown_again(browser, team, page_url):
    browser.post(page_url, GOOD)

    assert (of(team).host, of(team).port, of(team).password) == ("smtp.example.org", 587, PASSWORD)
    with database.cursor() as cursor:
        cursor.execute("SELECT password FROM teams_mailconnection")
        assert PASSWORD not in cursor.fetchone()[0]
    page = browser.get(page_url).content.decode()
    assert PASSWORD not in page
    assert "tery" not in page
    assert "password set" in page
    assert PASSWORD not in str(list(SettingChange.objects.values()))


def test_a_form_that_is_refused_does_not_show_the_password_either(browser, page_url):
    answer = browser.post(page_url, {**GOOD, "from_address": "nobody"})

    assert answer.status_code == 422
    assert PASSWORD not in answer.content.decode()


def test_looking_at_the_page_writes_nothing(browser, page_url):
    assert "Not set" in browser.get(page_url).content.decode()
    assert not MailConnection.objects.exists()


def test_the_address_changes_without_the_password_being_typed_again(browser, team, page_url):
    browser.post(page_url, GOOD)
    browser.post(page_url, {**GOOD, "password": "", "from_address": "desk@example.org"})

    assert (of(team).password, of(team).from_address) == (PASSWORD, "desk@example.org")


@pytest.mark.parametrize("change", [{"host": "smtp.evil.example"}, {"username": "other"}])
def test_a_kept_password_goes_to_no_other_server_or_user(change, browser, team, page_url):
    browser.post(page_url, GOOD)

    answer = browser.post(page_url, {**GOOD, **change, "password": ""})

    assert answer.status_code == 422
    assert answer.context["form"].errors["password"]
    assert of(team).host == "smtp.example.org"


def test_a_server_without_a_login_forgets_the_password(browser, team, page_url):
    browser.post(page_url, GOOD)
    browser.post(page_url, {**GOOD, "username": "", "password": ""})

    assert (of(team).username, of(team).password) == ("", "")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("host", ""),
        ("host", "https://smtp.example.org"),
        ("host", "two words"),
        ("host", "user@smtp.example.org"),
        ("host", "smtp.example.org\r\nX"),
        ("host", "\x00"),
        ("port", "0"),
        ("port", "99999"),
        ("port", "smtp"),
        ("security", "none"),
        ("security", "?"),
        ("username", ""),
        ("from_address", ""),
        ("from_address", "hello"),
        ("from_address", "a@example.org\r\nBcc: x@example.org"),
    ],
)
def test_what_no_mail_server_could_be_is_refused_at_its_field(field, typed, browser, page_url):
    answer = browser.post(page_url, {**GOOD, field: typed})

    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not MailConnection.objects.exists()


@pytest.mark.parametrize("port", ["22", "6379", "80", "5432"])
def test_only_ports_of_mail_servers_are_taken_where_loopback_is_closed(port, browser, page_url, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False

    assert browser.post(page_url, {**GOOD, "port": port}).status_code == 422
    assert browser.post(page_url, GOOD).status_code == 302


def test_sending_in_the_clear_is_not_offered_where_loopback_is_closed(browser, page_url, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False

    assert "only to this machine" not in browser.get(page_url).content.decode()
    assert browser.post(page_url, {**GOOD, "host": "localhost", "security": "none"}).status_code == 422


def test_a_refusal_says_what_to_do_and_who_sends_meanwhile(browser, team, page_url):
    MailConnection.objects.create(
        team=team, host="smtp.example.org", from_address="hello@example.org", flagged_reason="535 5.7.8 bad credentials"
    )
    page = browser.get(page_url).content.decode()

    assert "type both again and save them" in page
    assert "bad credentials</strong>" in page
    assert "</strong>." not in page  # an answer may bring its own full stop
    assert "Baton&#x27;s own server" in page or "Baton's own server" in page
    browser.post(page_url, GOOD)
    assert not of(team).flagged_reason


def test_it_is_paused_and_forgotten(browser, team, page_url):
    browser.post(page_url, GOOD)
    browser.post(reverse("teams:smtp-sending"), {"is_enabled": "0"})
    assert not of(team).is_ready
    browser.post(reverse("teams:smtp-disconnect"))
    assert (of(team).host, of(team).password, of(team).port) == ("", "", 587)


@pytest.mark.parametrize("name", ["smtp", "smtp-sending", "smtp-disconnect"])
def test_only_a_team_lead_sets_it(name, team, team_isa, team_agent, signed_in, client):
    MailConnection.objects.create(team=team, host="smtp.example.net")
    assert signed_in(team_isa).post(reverse(f"teams:{name}"), GOOD).status_code == 403
    assert signed_in(team_agent).post(reverse(f"teams:{name}"), GOOD).status_code == 403
    assert client.post(reverse(f"teams:{name}"), GOOD).status_code == 302
    assert of(team).host == "smtp.example.net"


def test_another_teams_lead_sees_and_sets_their_own(browser, team, other_team, signed_in, page_url):
    browser.post(page_url, GOOD)
    stranger = signed_in(lead(other_team))

    assert "smtp.example.org" not in stranger.get(page_url).content.decode().replace("Such as smtp.example.com", "")
    assert stranger.post(reverse("teams:smtp-disconnect")).status_code == 404
    assert of(team).host == "smtp.example.org"
