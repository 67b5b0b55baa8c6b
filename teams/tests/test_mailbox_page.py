"""Connecting a mailbox: its password and its secret address are kept encrypted, and a new address ends the old one."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.urls import reverse

from teams.mailbox import address_for_answers, mailbox_at
from teams.models import MailboxConnection, SettingChange, Team
from teams.tests.factories import agent, isa

PASSWORD = "correct horse battery"
GOOD = {
    "address": "Answers@example.org", "host": "imap.example.org", "port": "993", "security": "tls", "username": "desk",
    "password": PASSWORD, "folder": "INBOX",
}  # fmt: skip


@pytest.fixture
def browser(team_lead, signed_in):
    return signed_in(team_lead)


@pytest.fixture
def page_url():
    return reverse("teams:mailbox")


def of(team) -> MailboxConnection:
    return MailboxConnection.objects.get(team=team)


def test_password_and_secret_address_are_encrypted_and_the_password_never_shown(browser, team, page_url):
    assert browser.post(page_url, GOOD).status_code == 302

    found = of(team)
    assert (found.address, found.host, found.password) == ("answers@example.org", "imap.example.org", PASSWORD)
    with database.cursor() as cursor:
        cursor.execute("SELECT password || inbound_key FROM teams_mailboxconnection")
        stored = cursor.fetchone()[0]
    assert PASSWORD not in stored
    assert found.inbound_key not in stored
    page = browser.get(page_url).content.decode()
    assert PASSWORD not in page
    assert found.inbound_key in page
    assert PASSWORD not in str(list(SettingChange.objects.values()))


def test_an_address_alone_is_enough_where_a_provider_posts(browser, team, page_url):
    browser.post(page_url, {"address": "answers@example.org", "port": "993", "security": "tls", "folder": ""})
    assert (of(team).host, of(team).is_set, of(team).is_read) == ("", True, False)


def test_looking_at_the_page_writes_nothing(browser, page_url):
    assert "Not set" in browser.get(page_url).content.decode()
    assert not MailboxConnection.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"address": "nobody"},
        {"address": ""},
        {"host": "imap example"},
        {"host": "https://imap.example.org"},
        {"username": ""},
        {"password": ""},
        {"security": "none"},
        {"security": "magic"},
        {"port": "0"},
        {"folder": "Größe"},
        {"folder": "a\nb"},
    ],
)
def test_what_cannot_work_is_refused_without_showing_the_password(change, browser, page_url):
    answer = browser.post(page_url, GOOD | change)
    assert answer.status_code == 422
    assert PASSWORD not in answer.content.decode()
    assert not MailboxConnection.objects.exists()


def test_only_the_usual_ports_are_knocked_at(browser, page_url, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False
    assert browser.post(page_url, GOOD | {"port": "22"}).status_code == 422


def test_a_kept_password_goes_to_no_other_server(browser, team, page_url):
    browser.post(page_url, GOOD)
    assert browser.post(page_url, GOOD | {"password": "", "folder": "Answers"}).status_code == 302
    assert (of(team).password, of(team).folder) == (PASSWORD, "Answers")
    assert browser.post(page_url, GOOD | {"password": "", "host": "imap.evil.example"}).status_code == 422


def test_saving_again_keeps_the_secret_address_and_a_new_one_ends_it(browser, team, page_url):
    browser.post(page_url, GOOD)
    first = of(team).inbound_key
    browser.post(page_url, GOOD)
    assert of(team).inbound_key == first

    browser.post(reverse("teams:mailbox-renew"))

    assert mailbox_at(first) is None
    assert mailbox_at(of(team).inbound_key) == of(team)


def test_what_is_disconnected_is_forgotten(browser, team, page_url):
    browser.post(page_url, GOOD)
    was = of(team).inbound_key
    browser.post(reverse("teams:mailbox-disconnect"))

    assert (of(team).password, of(team).host, of(team).inbound_key) == ("", "", "")
    assert mailbox_at(was) is None
    page = browser.post(reverse("teams:mailbox-renew"), follow=True).content.decode()
    assert "Give an address for answers first." in page
    assert of(team).inbound_key == ""


def test_answers_go_to_the_mailbox_while_it_is_on_else_to_the_teams_address(browser, team, page_url):
    Team.objects.filter(pk=team.pk).update(reply_to="us@example.org")
    assert address_for_answers(Team.objects.get(pk=team.pk)) == "us@example.org"
    browser.post(page_url, GOOD)
    assert address_for_answers(Team.objects.get(pk=team.pk)) == "answers@example.org"
    browser.post(reverse("teams:mailbox-reading"), {"is_enabled": "0"})
    assert address_for_answers(Team.objects.get(pk=team.pk)) == "us@example.org"


@pytest.mark.parametrize("member", [isa, agent])
def test_the_page_is_a_team_leads(member, team, signed_in, page_url):
    assert signed_in(member(team)).get(page_url).status_code in {403, 404}


def test_the_overview_tells_how_it_is(browser, page_url):
    browser.post(page_url, GOOD)
    page = browser.get(reverse("teams:settings")).content.decode()
    assert "Incoming mail" in page
    assert "answers go to answers@example.org" in page
