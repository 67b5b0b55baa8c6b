"""Slack, as a peer that behaves as Slack does."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from slack_sdk.models.blocks import Block

from notifications import outbound
from notifications.channels.slack_cards import card, escaped
from notifications.messages import Action, Fact, Message
from notifications.models import Bucket, Delivery, InboxItem, OutboxCard
from notifications.owing import owe_channel
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.tests.said import ABOUT, AT, a_message, owe_alert
from notifications.tests.test_invites import HOSTILE
from teams.tests.factories import TeamFactory, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_token(team, slack_peer):
    team.slack.token, team.slack.channel = "xoxb-invented", "C0HANDOFF"
    team.slack.save()
    return slack_peer


@pytest.fixture
def with_webhook(team, slack_peer):
    team.slack.webhook_url = slack_peer.webhook_url
    team.slack.save()
    return slack_peer


def post(at=AT):
    drain(Delivery, at=at, stream="slack")


def test_an_alert_is_posted_with_the_token_to_the_channel(team, with_token):
    delivery = owe_alert(team)
    post()

    (said,) = with_token.posts
    assert said["channel"] == "C0HANDOFF"
    assert with_token.tokens == ["xoxb-invented"]
    assert said["blocks"][0]["text"]["text"] == "New handoff: Dana Example"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == (State.DONE, "ok")
    assert delivery.provider_ref.startswith("C0HANDOFF 17")


def test_an_alert_is_posted_to_a_webhook(team, with_webhook):
    delivery = owe_alert(team)
    post()

    assert len(with_webhook.posts) == 1
    delivery.refresh_from_db()
    assert delivery.state == State.DONE


def test_a_card_names_everything_and_links_to_it(team):
    blocks = {block["type"]: block for block in card(a_message())["blocks"]}

    assert [block["type"] for block in card(a_message())["blocks"]] == [
        "header", "section", "section", "section", "actions", "context",
    ]  # fmt: skip
    assert [button["url"] for button in blocks["actions"]["elements"]] == [
        "http://testserver/h/1/",
        "http://testserver/h/1/pass/",
    ]
    assert {"type": "mrkdwn", "text": "*Price*\n$450k", "verbatim": True} in card(a_message())["blocks"][2]["fields"]


def test_only_an_urgent_alert_pings_everybody():
    assert "<!channel>" not in json.dumps(card(a_message()))
    urgent = card(a_message(is_urgent=True))
    assert urgent["text"].startswith("<!channel> ")
    assert json.dumps(urgent["blocks"]).count("<!channel>") == 1
    assert "<!channel>" not in json.dumps(card(a_message(is_urgent=True), is_direct=True))


@pytest.mark.parametrize("text", [*HOSTILE, "&" * 4000, "<" * 4000, "a" * 9000])
def test_no_text_pages_people_or_exceeds_what_slack_takes(text):
    message = Message(
        title=text, lead_in=text, facts=tuple(Fact(text, text) for _ in range(35)), lines=(text,) * 30,
        actions=tuple(Action(text, "https://example.com/" + "x" * 20) for _ in range(9)), footer=text,
        link="https://example.com/" + "y" * 4000,
    )  # fmt: skip

    said = card(Message.from_json(message.as_json()))

    assert "<" not in json.dumps(said["blocks"]) + said["text"]
    assert len(said["text"]) <= 4000
    assert len(said["blocks"]) <= 50
    for block in Block.parse_all(said["blocks"]):
        block.validate_json()
    for block in said["blocks"]:
        assert len(block.get("text", {}).get("text", "")) <= (150 if block["type"] == "header" else 3000)
        assert len(block.get("fields", [])) <= 10
        assert all(len(field["text"]) <= 2000 for field in block.get("fields", []))


@pytest.mark.parametrize("limit", [10, 100, 151])
def test_a_cut_never_leaves_half_an_entity(limit):
    cut = escaped("&<>" * 200, limit)

    assert len(cut) <= limit
    assert cut.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "") in {"", "…"}


@pytest.mark.parametrize(
    "error", ["invalid_auth", "channel_not_found", "is_archived", "token_revoked", "not_in_channel"]
)
def test_a_refused_connection_fails_at_once_is_flagged_and_the_leads_get_mail(team, boss, with_token, error):
    with_token.fail_with(error)
    delivery = owe_alert(team, responsible=boss)
    post()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer, delivery.attempts) == (State.FAILED, error, 1)
    team.slack.refresh_from_db()
    assert team.slack.flagged_reason == error
    assert AT <= team.slack.flagged_at < AT + timedelta(seconds=1)
    mail = Delivery.objects.get(channel="email")
    assert (mail.address, mail.about) == ("robin@example.com", ABOUT)
    assert {"label": "Not on Slack", "value": error} in mail.message["facts"]
    assert InboxItem.objects.get().membership == boss


def test_every_lead_of_the_team_is_told_and_no_other(team, boss, with_token):
    second = lead(team)
    lead(TeamFactory())
    with_token.fail_with("invalid_auth")
    owe_alert(team)
    post()

    told = set(Delivery.objects.filter(channel="email").values_list("recipient", flat=True))
    assert told == {boss.pk, second.pk}


def test_a_message_that_slack_cannot_take_does_not_flag_the_connection(team, with_token):
    with_token.fail_with("invalid_blocks")
    owe_alert(team)
    post()

    team.slack.refresh_from_db()
    assert team.slack.flagged_reason == ""


def test_a_connection_that_works_again_loses_its_flag(team, with_token):
    team.slack.flagged_reason, team.slack.flagged_at = "invalid_auth", AT
    team.slack.save()
    owe_alert(team)
    post()

    team.slack.refresh_from_db()
    assert (team.slack.flagged_reason, team.slack.flagged_at) == ("", None)


def test_a_429_rests_the_channel_for_as_long_as_asked(team, with_token):
    with_token.answer_with(429, Retry_After="30")
    first = owe_alert(team)
    second = owe_alert(team, revision=2)
    post()

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == State.WAITING
    assert first.due_at >= AT + timedelta(seconds=30)
    assert Bucket.objects.get().closed_until >= AT + timedelta(seconds=30)

    post(at=AT + timedelta(seconds=45))
    assert len(with_token.posts) == 2


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_tried_again(team, with_token, status):
    with_token.answer_with(status, "upstream")
    delivery = owe_alert(team)
    post()
    delivery.refresh_from_db()
    assert delivery.state == State.WAITING

    post(at=delivery.due_at)

    delivery.refresh_from_db()
    assert delivery.state == State.DONE


@pytest.mark.parametrize(
    ("status", "text"), [(403, "invalid_token"), (404, "no_service"), (410, "channel_is_archived")]
)
def test_a_dead_webhook_is_flagged(team, with_webhook, status, text):
    with_webhook.answer_with(status, text)
    delivery = owe_alert(team)
    post()

    delivery.refresh_from_db()
    team.slack.refresh_from_db()
    assert (delivery.state, team.slack.flagged_reason) == (State.FAILED, text)


def test_a_bad_payload_is_our_fault_not_the_webhooks(team, with_webhook):
    with_webhook.answer_with(400, "invalid_payload")
    owe_alert(team)
    post()

    team.slack.refresh_from_db()
    assert team.slack.flagged_reason == ""


def test_a_redirect_is_not_followed(team, with_webhook):
    with_webhook.answer_with(302, Location=with_webhook.webhook_url)
    delivery = owe_alert(team)
    post()

    delivery.refresh_from_db()
    assert delivery.state == State.FAILED
    assert with_webhook.posts == []


def test_a_peer_that_hangs_is_left_in_time(team, with_token, monkeypatch):
    monkeypatch.setattr(outbound, "READ_LIMIT", 0.2)
    with_token.hang(1)
    delivery = owe_alert(team)
    post()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == (State.WAITING, "No answer in time.")


def test_a_peer_that_is_gone_is_tried_again(team, with_token):
    with_token.server.stop()
    delivery = owe_alert(team)
    post()

    delivery.refresh_from_db()
    assert delivery.state == State.WAITING
    assert "xoxb" not in delivery.answer


def test_an_answer_that_is_not_slacks_is_a_failure(team, with_token):
    with_token.answer_with(200, "<html>A captive portal</html>")
    delivery = owe_alert(team)
    post()

    delivery.refresh_from_db()
    assert delivery.state == State.WAITING


def test_the_demo_draws_the_card_for_a_team_without_slack(team):
    delivery = owe_alert(team)
    post()

    delivery.refresh_from_db()
    assert delivery.state == State.DONE
    assert OutboxCard.objects.get().team == team


def test_a_team_that_turned_slack_off_is_owed_nothing_there(team):
    team.slack.is_enabled = False

    assert owe_channel(team, kind="alert", about=ABOUT, message=a_message(), at=AT) is False


def test_a_team_without_slack_is_owed_nothing_in_production(team, settings):
    settings.DEMO_OUTBOX = False

    assert owe_channel(team, kind="alert", about=ABOUT, message=a_message(), at=AT) is False


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/services/T/B/X",
        "https://hooks.slack.com.example.com/services/T/B/X",
        "https://hooks.slack.com@127.0.0.1/",
        "https://user:pw@hooks.slack.com/",
        "https://hooks.slack.com:8443/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "https://[::1",
    ],
)
def test_only_slack_itself_is_posted_to(team, slack_peer, settings, url):
    settings.ALLOW_PRIVATE_OUTBOUND = False
    team.slack.webhook_url = url
    team.slack.save()
    delivery = owe_alert(team)
    post()

    delivery.refresh_from_db()
    assert delivery.state == State.FAILED
