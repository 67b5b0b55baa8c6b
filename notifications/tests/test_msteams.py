"""Microsoft Teams, as a workflow's address that behaves as one does."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from notifications import outbound
from notifications.channels.msteams import ACCEPTED
from notifications.channels.msteams_cards import LIMIT, card
from notifications.messages import Action, Fact, Message
from notifications.models import Bucket, Delivery, OutboxCard
from notifications.owing import owe_channel
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.tests.said import ABOUT, AT, a_message
from notifications.tests.test_invites import HOSTILE
from teams.models import TeamsConnection

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(team, teams_peer):
    team.slack.is_enabled = False
    team.slack.save()
    return TeamsConnection.objects.create(team=team, webhook_url=teams_peer.url)


def owe(team, **changes):
    said = {"kind": "alert", "about": ABOUT, "message": a_message(), "at": AT}
    assert owe_channel(team, **{**said, **changes})
    return Delivery.objects.latest("pk")


def post(at=AT):
    drain(Delivery, at=at, stream="msteams")


def texts(node):
    """Every text that a card shows."""
    if isinstance(node, dict):
        found = [node["text"]] if "text" in node else []
        return found + [text for value in node.values() for text in texts(value)]
    if isinstance(node, list):
        return [text for value in node for text in texts(value)]
    return []


def test_an_alert_is_posted_as_a_card_and_the_receipt_says_what_that_proves(team, connection, teams_peer):
    delivery = owe(team)
    post()

    (said,) = teams_peer.posts
    assert said["type"] == "message"
    (attached,) = said["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attached["content"]["version"] == "1.4"
    assert "New handoff: Dana Example" in texts(attached["content"])
    assert [(each["type"], each["url"]) for each in attached["content"]["actions"]] == [
        ("Action.OpenUrl", "http://testserver/h/1/"),
        ("Action.OpenUrl", "http://testserver/h/1/pass/"),
    ]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == (State.DONE, ACCEPTED)
    connection.refresh_from_db()
    assert AT <= connection.worked_at < AT + timedelta(seconds=5)


def test_a_team_with_both_chats_is_alerted_in_both(team, connection):
    team.slack.is_enabled = True

    owe(team)

    assert set(Delivery.objects.values_list("channel", flat=True)) == {"slack", "msteams"}


def test_only_an_urgent_alert_is_marked_as_urgent():
    assert "Urgent" not in texts(card(a_message()))
    assert "Urgent" in texts(card(a_message(is_urgent=True)))


MARKUP = [
    "**bold** _it_ [click](https://evil.example)",
    "<at>everyone</at>",
    "{{DATE(2020-01-01T00:00:00Z)}}",
    "- a\n- b",
]


@pytest.mark.parametrize("text", [*HOSTILE, *MARKUP, "&" * 4000, "a" * 9000, "🏠" * 9000, "\\" * 9000, '"' * 9000])
def test_peoples_words_are_plain_runs_and_the_card_fits_whatever_they_are(text):
    message = Message(
        title=text, lead_in=text, facts=tuple(Fact(text, text) for _ in range(35)), lines=(text,) * 30,
        actions=tuple(Action(text, "https://example.com/" + "x" * 20) for _ in range(9)), footer=text,
        link="https://example.com/" + "y" * 4000,
    )  # fmt: skip

    said = card(Message.from_json(message.as_json()))

    assert len(json.dumps(said).encode()) <= LIMIT
    content = said["attachments"][0]["content"]
    assert {block["type"] for block in content["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in content["body"] for run in block["inlines"]} == {"TextRun"}
    assert "entities" not in content["msteams"]
    assert len(content["actions"]) <= 6


def test_a_button_leads_to_the_web_alone():
    message = a_message(actions=(Action("Call", "tel:+15125550101"), Action("X", "javascript:alert(1)")))

    assert [each["title"] for each in card(message)["attachments"][0]["content"]["actions"]] == ["Open the brief"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_address_that_is_dead_fails_at_once_is_flagged_and_the_leads_get_mail(
    team, boss, connection, teams_peer, status
):
    teams_peer.refuse_with(status, "SomeCode")
    delivery = owe(team, responsible=boss)
    post()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (State.FAILED, 1)
    assert delivery.answer == f"{status} SomeCode"
    connection.refresh_from_db()
    assert connection.flagged_reason == f"{status} SomeCode"
    mail = Delivery.objects.get(channel="email")
    assert mail.recipient == boss
    assert mail.message["facts"][-1]["label"] == "Not on Microsoft Teams"


def test_a_workflow_that_is_switched_off_is_our_connections_fault_not_the_messages(team, connection, teams_peer):
    teams_peer.refuse_with(400, "WorkflowTriggerIsNotEnabled")
    owe(team)
    post()

    connection.refresh_from_db()
    assert connection.flagged_reason == "400 WorkflowTriggerIsNotEnabled"


def test_a_card_that_is_refused_says_nothing_against_the_connection(team, connection, teams_peer):
    teams_peer.refuse_with(400, "TriggerInputSchemaMismatch")
    delivery = owe(team)
    post()

    delivery.refresh_from_db()
    connection.refresh_from_db()
    assert (delivery.state, connection.flagged_reason) == (State.FAILED, "")


def test_what_it_says_never_carries_the_address(team, connection, teams_peer):
    teams_peer.refuse_with(404, "Gone")
    delivery = owe(team)
    post()

    delivery.refresh_from_db()
    connection.refresh_from_db()
    assert "sig=" not in delivery.answer + connection.flagged_reason


def test_too_fast_is_waited_out_by_the_whole_channel(team, connection, teams_peer):
    teams_peer.answer_with(429, "", Retry_After="30")
    first, _, third = (owe(team, revision=number) for number in (1, 2, 3))  # two are claimed at a time
    post()

    first.refresh_from_db()
    third.refresh_from_db()
    assert first.state == third.state == State.WAITING
    assert first.due_at >= AT + timedelta(seconds=30)
    assert third.attempts == 0
    assert Bucket.objects.get().name == f"msteams/{team.pk}"
    post(at=AT + timedelta(seconds=60))
    assert len(teams_peer.posts) == 3


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_trouble_of_their_own_is_tried_again(team, connection, teams_peer, status):
    teams_peer.answer_with(status, "upstream")
    delivery = owe(team)
    post()

    delivery.refresh_from_db()
    assert delivery.state == State.WAITING
    post(at=delivery.due_at)
    assert len(teams_peer.posts) == 1


def test_a_redirect_is_not_followed(team, connection, teams_peer):
    teams_peer.answer_with(302, "", Location="http://127.0.0.1:1/")
    delivery = owe(team)
    post()

    delivery.refresh_from_db()
    connection.refresh_from_db()
    assert delivery.state == State.FAILED
    assert connection.flagged_reason.startswith("302")


def test_a_workflow_that_hangs_is_cut_off_and_tried_again(team, connection, teams_peer, monkeypatch):
    monkeypatch.setattr(outbound, "READ_LIMIT", 0.2)
    teams_peer.answers.append(1.0)
    delivery = owe(team)
    post()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == (State.WAITING, "No answer in time.")


def test_a_peer_that_is_gone_is_tried_again(team, connection, teams_peer):
    teams_peer.server.stop()
    delivery = owe(team)
    post()

    delivery.refresh_from_db()
    assert delivery.state == State.WAITING
    assert "sig=" not in delivery.answer


def test_an_address_elsewhere_is_never_asked(team, connection, teams_peer, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False
    delivery = owe(team)
    post()

    delivery.refresh_from_db()
    assert delivery.state == State.FAILED
    assert teams_peer.posts == []


def test_the_demo_draws_the_card_where_nothing_is_connected(team):
    TeamsConnection.objects.create(team=team, channel="Handoffs")
    owe(team)
    post()

    shown = OutboxCard.objects.get(kind="msteams")
    assert (shown.channel, shown.title) == ("Handoffs", "New handoff: Dana Example")
    team.msteams.refresh_from_db()
    assert team.msteams.worked_at is None


def test_a_drawn_card_is_looked_at_and_its_words_stay_words(client, boss, team):
    TeamsConnection.objects.create(team=team)
    owe(team, message=a_message(lead_in="<script>alert(1)</script> [x](https://evil.example)"))
    post()
    client.force_login(boss.user)

    page = client.get(f"/outbox/card/{OutboxCard.objects.get().pk}/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; [x](https://evil.example)" in page
    assert 'href="http://testserver/h/1/"' in page


def test_the_outbox_shows_each_chat_apart(client, boss, team):
    TeamsConnection.objects.create(team=team)
    owe(team)
    drain(Delivery, at=AT, stream="slack")
    post()
    client.force_login(boss.user)

    def kinds(which):
        return [row.kind for row in client.get("/outbox/", {"kind": which}).context["rows"]]

    assert kinds("msteams") == ["msteams"]
    assert kinds("slack") == ["slack"]
    assert sorted(kinds("")) == ["msteams", "slack"]


def test_without_the_demo_a_team_that_never_connected_is_owed_nothing_there(team, settings):
    settings.DEMO_OUTBOX = False
    TeamsConnection.objects.create(team=team)

    assert owe_channel(team, kind="alert", about=ABOUT, message=a_message(), at=AT) is False
