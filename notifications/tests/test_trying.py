"""A team lead sends a test message, and is told what the other side said."""

from __future__ import annotations

import pytest
from django.urls import reverse

from notifications.models import Delivery
from notifications.promises.drains import drain
from notifications.tests.said import AT, owe_alert
from teams.models import TeamsConnection, User
from teams.tests.factories import isa

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, boss):
    client.force_login(boss.user)
    return client


@pytest.fixture
def slack(team, slack_peer):
    team.slack.token, team.slack.channel = "xoxb-invented", "C0HANDOFF"
    team.slack.save()
    return slack_peer


def send_test(browser):
    return browser.post(reverse("notifications:slack-test"), follow=True).content.decode()


def test_a_test_message_is_posted_at_once_and_then_it_is_known_to_work(browser, slack):
    page = send_test(browser)

    (said,) = slack.posts
    assert said["blocks"][0]["text"]["text"] == "Baton can post here"
    assert "Slack answered: ok" in page
    assert "Working" in page
    assert "Last tried out" in page
    assert not Delivery.objects.exists()


def test_a_refusal_is_told_in_words_with_what_to_do(browser, slack, team):
    slack.fail_with("token_revoked")

    page = send_test(browser)

    assert "Slack says this token was revoked: make a new one and save it" in page
    assert "Refused" in page
    team.slack.refresh_from_db()
    assert team.slack.flagged_reason == "token_revoked"


def test_a_passing_trouble_is_no_refusal(browser, slack, team):
    slack.answer_with(503, "upstream")

    assert "try again in a minute" in send_test(browser)
    team.slack.refresh_from_db()
    assert team.slack.flagged_reason == ""


def test_a_real_alert_that_is_refused_shows_too_and_a_test_that_works_takes_it_back(browser, slack, team):
    slack.fail_with("invalid_auth")
    owe_alert(team)
    drain(Delivery, at=AT, stream="slack")
    assert "Refused" in browser.get(reverse("teams:slack")).content.decode()

    assert "Refused" not in send_test(browser)


def test_only_a_team_lead_sends_it(client, slack, team):
    client.force_login(isa(team).user)

    assert client.post(reverse("notifications:slack-test")).status_code in {403, 404}
    assert slack.posts == []


@pytest.fixture
def msteams(team, teams_peer):
    TeamsConnection.objects.create(team=team, webhook_url=teams_peer.url)
    return teams_peer


def try_msteams(browser):
    return browser.post(reverse("notifications:msteams-test"), follow=True).content.decode()


def test_teams_taking_it_is_told_as_no_more_than_that(browser, msteams, team):
    page = try_msteams(browser)

    assert len(msteams.posts) == 1
    assert "does not say whether it was posted" in page
    assert "Last tried out" in page
    assert TeamsConnection.objects.get(team=team).worked_at is not None


def test_what_came_of_the_last_try_stays_on_the_page(browser, msteams, team):
    msteams.refuse_with(404, "Gone")

    try_msteams(browser)

    page = browser.get(reverse("teams:msteams")).content.decode()
    assert "Last tried out" in page
    assert "copy its address again and save it" in page
    assert "sig=" not in page


def test_a_try_that_got_no_answer_leaves_no_flag(browser, msteams, team):
    msteams.server.stop()

    assert "try again in a minute" in try_msteams(browser)
    connection = TeamsConnection.objects.get(team=team)
    assert connection.flagged_reason == ""
    assert "try again in a minute" in connection.tried_answer


def test_what_is_not_connected_is_not_tried(browser, team):
    assert "not connected yet" in try_msteams(browser)


def try_texts(browser):
    return browser.post(reverse("notifications:sms-test"), follow=True).content.decode()


def test_a_test_text_goes_to_the_team_leads_own_phone_though_they_asked_for_none(browser, texts, twilio_peer, boss):
    User.objects.filter(pk=boss.user_id).update(phone="+15125550103")

    page = try_texts(browser)

    assert [text["To"] for text in twilio_peer.texts] == ["+15125550103"]
    assert "Accepted by Twilio" in page
    assert "Working" in page


def test_without_a_phone_of_ones_own_there_is_nowhere_to_send_a_test(browser, texts, twilio_peer):
    assert "has no phone number" in try_texts(browser)
    assert twilio_peer.texts == []


def test_a_refused_account_is_told_in_words(browser, texts, twilio_peer, boss):
    User.objects.filter(pk=boss.user_id).update(phone="+15125550103")
    twilio_peer.refuse_with(20003, "Authenticate", status=401)

    page = try_texts(browser)

    assert "copy both again" in page
    assert "Refused" in page
    assert texts.token not in page
