"""Connecting Slack, and never showing its keys."""

import pytest
from django.db import connection as database
from django.urls import reverse
from django.utils import timezone

from teams.models import SlackConnection

TOKEN = "xoxb-1234567890-not-a-real-token-wxyz"
WEBHOOK = "https://hooks.slack.com/services/T000/B000/notarealsecretabcd"


@pytest.fixture
def browser(team_lead, signed_in):
    return signed_in(team_lead)


def slack_of(team):
    return SlackConnection.objects.get(team=team)


def test_a_token_is_kept_encrypted_and_never_shown_again(browser, team):
    browser.post(reverse("teams:slack"), {"token": TOKEN, "channel": "#handoffs"})
    assert slack_of(team).token == TOKEN
    assert slack_of(team).is_ready
    with database.cursor() as cursor:
        cursor.execute("SELECT token FROM teams_slackconnection")
        assert TOKEN not in cursor.fetchone()[0]

    page = browser.get(reverse("teams:slack")).content.decode()
    assert TOKEN not in page
    assert "ends in …wxyz" in page


def test_the_channel_changes_without_the_token_being_typed_again(browser, team):
    browser.post(reverse("teams:slack"), {"token": TOKEN, "channel": "#handoffs"})
    browser.post(reverse("teams:slack"), {"token": "", "channel": "C0HANDOFF"})
    assert (slack_of(team).token, slack_of(team).channel) == (TOKEN, "C0HANDOFF")


def test_a_webhook_takes_the_place_of_a_token(browser, team):
    browser.post(reverse("teams:slack"), {"token": TOKEN, "channel": "#handoffs"})
    browser.post(reverse("teams:slack"), {"webhook_url": WEBHOOK, "channel": "#handoffs"})
    assert (slack_of(team).token, slack_of(team).webhook_url) == ("", WEBHOOK)
    page = browser.get(reverse("teams:slack")).content.decode()
    assert WEBHOOK not in page
    assert "ends in …abcd" in page


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"token": TOKEN},
        {"channel": "#handoffs"},
        {"token": "xoxp-1234567890-a-users-token", "channel": "#a"},
        {"token": TOKEN, "channel": "two words"},
        {"token": TOKEN, "channel": "#a", "webhook_url": WEBHOOK},
        {"token": TOKEN + "\nX: y", "channel": "#a"},
        {"webhook_url": "http://hooks.slack.com/services/T/B/X"},
        {"webhook_url": "https://hooks.slack.com.example.com/services/T/B/X"},
        {"webhook_url": "https://hooks.slack.com@example.com/services/T/B/X"},
        {"webhook_url": "https://169.254.169.254/services/"},
        {"webhook_url": "https://[bad/services/"},
        {"webhook_url": "\x00"},
    ],
)
def test_what_slack_could_not_take_is_refused(data, browser, team):
    assert browser.post(reverse("teams:slack"), data).status_code == 422
    assert not slack_of(team).is_ready


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("xoxp-1234567890-a-users-token", "begins with xoxb-"),
        ("xoxb-12", "too short"),
        ("xoxb-1234567890_wrong", "only letters, digits and hyphens"),
    ],
)
def test_a_bad_token_is_told_what_is_wrong_with_it(token, words, browser):
    answer = browser.post(reverse("teams:slack"), {"token": token, "channel": "#a"})
    assert words in answer.context["form"].errors["token"][0]


def test_what_is_saved_is_not_called_working_before_a_post_was_taken(browser, team):
    assert "Not set" in browser.get(reverse("teams:slack")).content.decode()

    answer = browser.post(reverse("teams:slack"), {"token": TOKEN, "channel": "#handoffs"}, follow=True)

    page = answer.content.decode()
    assert "Saved. Send a test message to see that it works." in page
    assert "Saved, not tested" in page
    assert "Send a test message</button>" in page


def test_loopback_is_refused_where_it_is_not_opened(browser, team, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False
    data = {"webhook_url": "http://127.0.0.1:9000/services/T/B/X"}
    assert browser.post(reverse("teams:slack"), data).status_code == 422
    settings.ALLOW_PRIVATE_OUTBOUND = True
    assert browser.post(reverse("teams:slack"), data).status_code == 302


def test_a_refusal_is_shown_until_there_is_a_new_key(browser, team):
    SlackConnection.objects.filter(team=team).update(
        token=TOKEN, channel="#a", flagged_reason="token_revoked", flagged_at=timezone.now()
    )
    assert "token_revoked" in browser.get(reverse("teams:slack")).content.decode()
    browser.post(reverse("teams:slack"), {"token": TOKEN, "channel": "#a"})
    assert not slack_of(team).flagged_reason


def test_alerts_are_paused_and_keys_forgotten(browser, team):
    browser.post(reverse("teams:slack"), {"token": TOKEN, "channel": "#a"})
    browser.post(reverse("teams:slack-alerts"), {"is_enabled": "0"})
    assert not slack_of(team).is_ready
    browser.post(reverse("teams:slack-alerts"), {"is_enabled": "1"})
    assert slack_of(team).is_ready
    browser.post(reverse("teams:slack-disconnect"))
    assert slack_of(team).token == ""
