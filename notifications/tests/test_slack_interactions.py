"""What may come in from Slack: signed by the team's own app, in time, and of Slack's shape. Nothing else is heard."""

from __future__ import annotations

import json
import time

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import SlackCall, SlackMatch
from notifications.promises.drains import drain
from notifications.slack_people import match_people
from notifications.tests.said import AT
from notifications.tests.slack_pressing import SECRET, pressed, send, signed, submitted
from notifications.trying import try_channel
from teams.models import SlackConnection
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

ROBIN = "U0ROBIN"


@pytest.fixture
def peer(team, boss, slack_peer):
    team.slack.token, team.slack.channel, team.slack.signing_secret = "xoxb-invented-token-1234", "C0HANDOFF", SECRET
    team.slack.save()
    slack_peer.people = {boss.user.email: ROBIN}
    match_people(team, at=AT)
    drain(SlackMatch, at=AT)
    return slack_peer


def trial(team, **how):
    return pressed(f"{team.pk}/trial/ok", user=ROBIN, **how)


def heard(team) -> bool:
    return SlackConnection.objects.get(team=team).heard_at is not None


def test_the_vector_of_the_documents():
    body = b"payload=%7B%22type%22%3A%22block_actions%22%7D"
    assert signed(body, stamp=1_700_000_000)["X-Slack-Signature"] == (
        "v0=8db5c6935539bab0224a57d21ee2f82f5789a9624fd2b92aa4529412fe007e74"
    )


def test_the_button_of_a_test_message_proves_that_buttons_work(team, peer):
    try_channel(team=team, channel="slack", at=AT)
    elements = next(block["elements"] for block in peer.posts[0]["blocks"] if block["type"] == "actions")
    value = next(each["value"] for each in elements if each["text"]["text"] == "Press to test buttons")

    assert send(pressed(value, user=ROBIN)).status_code == 200

    assert "it works" in peer.called("views.open")[0]["view"]["blocks"][0]["text"]["text"]
    assert heard(team)


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "0" * 32},
        {"stamp": lambda: int(time.time()) - 301},
        {"stamp": lambda: int(time.time()) + 302},
        {"headers": {}},
        {"headers": {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=1"}},
        {"headers": {"X-Slack-Request-Timestamp": str(10**11), "X-Slack-Signature": ""}},
    ],
    ids=["forged", "late", "from the future", "unsigned", "nonsense", "no signature"],
)
def test_what_is_not_signed_in_time_is_not_heard(team, peer, how):
    made = {name: value() if callable(value) else value for name, value in how.items()}
    answer = send(trial(team), **made)
    assert (answer.status_code, heard(team), peer.calls) == (403, False, [])


def test_a_minute_late_is_in_time(team, peer):
    assert send(trial(team), stamp=int(time.time()) - 290).status_code == 200


def test_one_teams_secret_opens_no_other_team(team, peer):
    other = TeamFactory.create()
    other.slack.token, other.slack.channel, other.slack.signing_secret = "xoxb-other-token-12345", "C0", "1" * 32
    other.slack.save()

    assert send(trial(other)).status_code == 403
    assert not heard(other)


def test_a_team_without_a_signing_secret_hears_nothing(team, peer):
    team.slack.signing_secret = ""
    team.slack.save()
    assert send(trial(team), secret="").status_code == 403


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "no json",
        "[]",
        "null",
        '{"type": "block_actions"}',
        '{"type": "block_actions", "actions": [{}]}',
        '{"type": "block_actions", "actions": [{"value": 7}]}',
        '{"type": "view_submission", "view": {"private_metadata": {}}}',
        '{"type": "view_submission", "view": "x"}',
        '{"actions": [{"value": "99999999999999999999/trial/ok"}]}',
        '{"actions": [{"value": "999999/trial/ok"}]}',
        "[" * 100_000,
    ],
)
def test_what_is_not_of_slacks_shape_is_refused_and_breaks_nothing(team, peer, payload):
    assert send(payload).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"user": None},
        {"user": "U0ROBIN"},
        {"user": {"id": ["U0ROBIN"]}},
        {"team": None},
        {"trigger_id": None},
        {"type": "message_action"},
        {"response_url": "http://evil.example.com/"},
    ],
)
def test_signed_but_odd_changes_nothing_and_is_acknowledged(team, peer, change):
    assert send(trial(team) | change).status_code == 200


def test_we_answer_at_slacks_own_addresses_alone(team, peer, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False
    send(pressed(f"{team.pk}/trial/ok", user="U0WHO", response_url="https://evil.example.com/x"))
    drain(SlackCall, at=AT.replace(year=2100))
    drain(SlackCall, at=SlackCall.objects.get().due_at)
    assert SlackCall.objects.get().state == "failed"


def test_a_link_that_was_opened_is_acknowledged_and_nothing_more(team, peer):
    assert send(pressed(f"{team.pk}/", user=ROBIN)).status_code == 200
    assert peer.calls == []


def test_a_button_that_nobody_knows_any_more_says_so(team, peer):
    answer = json.loads(send(submitted(f"{team.pk}/gone/1", user=ROBIN)).content)
    assert "older message" in answer["view"]["blocks"][0]["text"]["text"]


def test_only_posts(team):
    assert Client().get(reverse("notifications:slack-interactions")).status_code == 405


def test_the_settings_page_keeps_the_secret_and_names_the_address(client, boss, team, peer):
    client.force_login(boss.user)
    page = client.get(reverse("teams:slack")).content.decode()
    assert reverse("notifications:slack-interactions") in page
    assert SECRET not in page

    said = {"channel": "C0HANDOFF", "signing_secret": "a" * 32}
    assert client.post(reverse("teams:slack"), said).status_code == 302
    assert SlackConnection.objects.get(team=team).signing_secret == "a" * 32
    assert client.post(reverse("teams:slack"), {"channel": "C0HANDOFF"}).status_code == 302
    assert SlackConnection.objects.get(team=team).signing_secret == "a" * 32
    assert client.post(reverse("teams:slack"), said | {"signing_secret": "short"}).status_code == 422
    client.post(reverse("teams:slack-disconnect"))
    assert SlackConnection.objects.get(team=team).signing_secret == ""


def test_the_secret_is_encrypted_at_rest(team, peer):
    from django.db import connection  # noqa: PLC0415 - to look past the model

    with connection.cursor() as cursor:
        cursor.execute("SELECT signing_secret FROM teams_slackconnection WHERE team_id = %s", [team.pk])
        assert SECRET not in cursor.fetchone()[0]
