"""A team's channels: the main one, another for hot leads, another for what is stuck."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from notifications.models import Delivery
from notifications.owing import owe_channel
from notifications.promises.drains import drain
from notifications.tests.said import ABOUT, AT, a_message, owe_alert
from teams.models import SlackConnection

pytestmark = pytest.mark.django_db


@pytest.fixture
def peer(team, slack_peer):
    team.slack.token, team.slack.channel = "xoxb-invented", "#handoffs"
    team.slack.save()
    return slack_peer


def use(team, **channels):
    SlackConnection.objects.filter(team=team).update(**channels)
    team.slack.refresh_from_db()


def posted_to(peer):
    drain(Delivery, at=AT + timedelta(minutes=1), stream="slack")
    return [said["channel"] for said in peer.posts]


def owe_stuck(team):
    return owe_channel(team, kind="stuck", about=ABOUT, message=a_message(), at=AT, is_stuck=True)


def test_with_one_channel_all_but_what_is_stuck_goes_there(team, peer):
    owe_alert(team)
    owe_alert(team, kind="hot", message=a_message(is_urgent=True))
    assert owe_stuck(team) is False
    assert posted_to(peer) == ["#handoffs", "#handoffs"]


def test_hot_leads_and_what_is_stuck_go_to_their_own(team, peer):
    use(team, hot_channel="#hot", stuck_channel="#stuck")
    owe_alert(team)
    owe_alert(team, kind="hot", message=a_message(is_urgent=True))
    assert owe_stuck(team)
    assert posted_to(peer) == ["#handoffs", "#hot", "#stuck"]


def test_a_channel_that_is_taken_away_leaves_the_main_one(team, peer):
    use(team, hot_channel="#hot", stuck_channel="#stuck")
    owe_alert(team, message=a_message(is_urgent=True))
    owe_stuck(team)
    use(team, hot_channel="", stuck_channel="")
    assert posted_to(peer) == ["#handoffs", "#handoffs"]


def test_slack_that_refuses_is_not_told_of_on_slack(team, boss, peer):
    use(team, stuck_channel="#stuck")
    peer.fail_with("channel_not_found")
    owe_alert(team)
    drain(Delivery, at=AT, stream="slack")
    assert Delivery.objects.filter(channel="slack").count() == 1


def test_the_test_message_goes_once_to_each_channel(team, boss, peer, client):
    use(team, hot_channel="#hot", stuck_channel="#handoffs")
    client.force_login(boss.user)
    answer = client.post(reverse("notifications:slack-test"), follow=True).content.decode()
    assert "Slack answered: ok" in answer
    assert [said["channel"] for said in peer.posts] == ["#handoffs", "#hot"]


def test_the_test_message_names_the_channel_that_refuses(team, boss, peer, client):
    use(team, hot_channel="#hot")
    peer.answer_with(503)
    client.force_login(boss.user)
    answer = client.post(reverse("notifications:slack-test"), follow=True).content.decode()
    assert "#handoffs: Slack did not answer as it should" in answer
