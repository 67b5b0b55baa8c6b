"""Alerts in a team's channels that are not true any more: rewritten where that can be done, else followed up."""

from __future__ import annotations

import pytest

from notifications.alerts_told import correct_alert
from notifications.models import Delivery, OutboxCard, SlackCall
from notifications.promises.drains import drain_all
from notifications.promises.owed import State
from notifications.tests.said import ABOUT, AT, a_message, owe_alert
from teams.models import TeamsConnection

pytestmark = pytest.mark.django_db

NOW_SAYS = a_message(title="Dropped", actions=())
BELOW = a_message(title="It was dropped", actions=())


def use(team, **ways):
    for name, value in ways.items():
        setattr(team.slack, name, value)
    team.slack.save()


def correct(**changes):
    said = {"about": ABOUT, "kind": "alert", "message": NOW_SAYS, "at": AT, "revision": 2, "follow_up": BELOW}
    correct_alert(**{**said, **changes})
    drain_all(at=AT, about=ABOUT)


@pytest.fixture
def by_token(team, slack_peer):
    use(team, token="xoxb-invented-token-1234", channel="C0HANDOFF")
    return slack_peer


def test_what_slack_was_told_by_a_token_is_rewritten_in_place(team, by_token):
    owe_alert(team)
    drain_all(at=AT, about=ABOUT)

    correct()

    (update,) = by_token.called("chat.update")
    assert (update["channel"], update["ts"]) == ("C0HANDOFF", "1700000000.000100")
    assert "Dropped" in update["text"]
    assert len(by_token.posts) == 1


def test_a_webhook_gets_a_message_below(team, slack_peer):
    use(team, webhook_url=slack_peer.webhook_url)
    owe_alert(team)
    drain_all(at=AT, about=ABOUT)

    correct()

    assert ["It was dropped" in post["text"] for post in slack_peer.posts] == [False, True]
    assert slack_peer.called("chat.update") == []


def test_without_anything_to_say_below_nothing_is_posted(team, slack_peer):
    use(team, webhook_url=slack_peer.webhook_url)
    owe_alert(team)
    drain_all(at=AT, about=ABOUT)

    correct(follow_up=None)

    assert len(slack_peer.posts) == 1


def test_microsoft_teams_gets_one_below_while_slack_is_rewritten(team, by_token, teams_peer):
    team.msteams = TeamsConnection.objects.create(team=team, webhook_url=teams_peer.url)
    owe_alert(team)
    drain_all(at=AT, about=ABOUT)

    correct()

    assert len(teams_peer.posts) == 2
    assert len(by_token.posts) == 1
    assert len(by_token.called("chat.update")) == 1


def test_what_was_not_posted_yet_is_not_posted_at_all(team, by_token):
    delivery = owe_alert(team)

    correct()

    delivery.refresh_from_db()
    assert delivery.state == State.DROPPED
    assert by_token.posts == []
    assert not SlackCall.objects.exists()


def test_the_newest_word_takes_the_place_of_one_that_waits(team, by_token):
    owe_alert(team)
    drain_all(at=AT, about=ABOUT)
    correct_alert(about=ABOUT, kind="alert", message=a_message(title="Older"), at=AT, revision=1)

    correct()

    assert ["Dropped" in update["text"] for update in by_token.called("chat.update")] == [True]


@pytest.mark.usefixtures("demo_outbox")
def test_in_the_demo_the_drawn_card_changes(team):
    owe_alert(team)
    drain_all(at=AT, about=ABOUT)

    correct()

    assert OutboxCard.objects.get().title == "Dropped"
    assert Delivery.objects.count() == 1
