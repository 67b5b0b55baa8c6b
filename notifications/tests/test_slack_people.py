"""People of a team in its Slack: looked up by email, named in alerts, and shown with what came of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import Delivery, OutboxCard, SlackMatch
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.slack_people import NoToken, match_people, mention_of, people_of
from notifications.tests.said import AT, a_message, owe_alert
from teams import slack
from teams.tests.factories import agent, isa, lead

pytestmark = pytest.mark.django_db

TOKEN = "xoxb-invented-token-1234"


@pytest.fixture
def peer(team, slack_peer):
    team.slack.token, team.slack.channel = TOKEN, "C0HANDOFF"
    team.slack.save()
    return slack_peer


@pytest.fixture
def ana(team):
    return agent(team, user__name="Ana Sample", user__email="ana+realty@example.com")


@pytest.fixture
def browser(client, boss):
    client.force_login(boss.user)
    return client


def look_up(team, at=AT):
    match_people(team, at=at)
    drain(SlackMatch, at=at)


def state_of(team, member):
    return next((each.state, each.words) for each in people_of(team) if each.membership == member)


def test_people_are_found_by_the_address_they_use_here(team, boss, ana, peer):
    peer.people = {"ana+realty@example.com": "U0ANA"}

    look_up(team)

    assert sorted(peer.looked_up) == ["ana+realty@example.com", "robin@example.com"]
    assert set(peer.tokens) == {TOKEN}
    assert state_of(team, ana) == ("matched", "U0ANA")
    assert state_of(team, boss) == ("missing", "Nobody in Slack has this address.")


def test_an_alert_names_the_agent_whom_it_concerns(team, ana, peer):
    peer.people = {ana.user.email: "U0ANA"}
    look_up(team)

    owe_alert(team, message=a_message(concerns=ana.pk))
    drain(Delivery, at=AT, stream="slack")

    (said,) = peer.posts
    assert said["blocks"][1]["text"]["text"].startswith("<@U0ANA> Casey Sample meets")
    assert said["text"].startswith("<@U0ANA> New handoff")


def test_a_hot_alert_pings_the_channel_and_names_the_agent(team, ana, peer):
    peer.people = {ana.user.email: "U0ANA"}
    look_up(team)
    owe_alert(team, message=a_message(concerns=ana.pk, is_urgent=True))
    drain(Delivery, at=AT, stream="slack")
    assert peer.posts[0]["text"].startswith("<!channel> <@U0ANA> ")


def test_an_alert_about_somebody_unknown_names_nobody(team, ana, peer):
    look_up(team)
    owe_alert(team, message=a_message(concerns=ana.pk))
    drain(Delivery, at=AT, stream="slack")
    assert "<@" not in json.dumps(peer.posts)


def test_a_member_of_another_team_is_not_named_here(team, peer):
    stranger = agent()
    SlackMatch.objects.create(
        key="x", about="team/0", team=stranger.team, membership=stranger, slack_user="U0OTHER", due_at=AT
    )
    assert mention_of(team.pk, stranger.pk) == ""
    assert mention_of(stranger.team_id, stranger.pk) == "U0OTHER"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("missing_scope", "users:read.email"),
        ("invalid_auth", "Slack does not know this token"),
        ("something_new", "something_new"),
    ],
)
def test_a_refusal_is_shown_with_what_to_do(team, boss, peer, error, words):
    peer.fail_with(error)
    look_up(team)
    assert state_of(team, boss)[0] == "failed"
    assert words in state_of(team, boss)[1]


def test_a_pace_that_is_too_quick_is_tried_again_later(team, boss, peer):
    peer.people = {"robin@example.com": "U0ROBIN"}
    peer.answer_with(429, Retry_After="30")
    look_up(team)
    match = SlackMatch.objects.get()
    assert (match.state, state_of(team, boss)[0]) == (State.WAITING, "waiting")
    assert match.due_at > AT.replace(second=29)
    drain(SlackMatch, at=match.due_at)
    assert state_of(team, boss) == ("matched", "U0ROBIN")


def test_slack_that_does_not_answer_is_given_up_in_time(team, boss, slack_peer, peer):
    peer.server.stop()
    look_up(team)
    match = SlackMatch.objects.get()
    assert (match.state, match.attempts) == (State.WAITING, 1)
    drain(SlackMatch, at=AT + timedelta(minutes=30))
    assert state_of(team, boss)[0] == "failed"


@pytest.mark.parametrize("body", ['{"ok": true}', '{"ok": true, "user": {"id": "<!channel>"}}', "[]", "no json"])
def test_an_answer_that_is_none_of_slacks_names_nobody(team, boss, peer, body):
    peer.answer_with(200, body)
    look_up(team)
    assert state_of(team, boss)[0] == "failed"
    assert SlackMatch.objects.get().slack_user == ""


def test_looking_up_again_finds_who_has_come_since_and_forgets_who_left(team, boss, ana, peer):
    look_up(team)
    peer.people = {"robin@example.com": "U0ROBIN"}
    type(ana).objects.filter(pk=ana.pk).update(ended_at=AT)
    look_up(team)
    assert state_of(team, boss) == ("matched", "U0ROBIN")
    assert SlackMatch.objects.count() == 1


def test_a_new_token_looks_everybody_up_and_another_connection_forgets_them(team, boss, ana, slack_peer):
    connection = slack.connection_of(team)
    slack.connect_by_token(connection=connection, token=TOKEN, channel="#a", actor=boss, at=AT)
    assert SlackMatch.objects.filter(state=State.WAITING).count() == 2

    SlackMatch.objects.update(state=State.DONE, slack_user="U0SOME")
    slack.connect_by_token(connection=connection, token=TOKEN, channel="#b", actor=boss, at=AT)
    assert mention_of(team.pk, ana.pk) == "U0SOME"  # the same workspace: nothing to forget

    slack.connect_by_webhook(connection=connection, url=slack_peer.webhook_url, actor=boss, at=AT)
    assert not SlackMatch.objects.exists()


def test_a_look_up_without_a_token_is_refused(team):
    with pytest.raises(NoToken, match="bot token"):
        match_people(team, at=AT)


def test_a_token_that_is_gone_when_the_turn_comes_ends_the_look_up(team, boss, peer):
    match_people(team, at=AT)
    team.slack.token = ""
    team.slack.save()
    drain(SlackMatch, at=AT)
    assert state_of(team, boss) == ("failed", "Slack is not connected by a token any more.")
    assert peer.looked_up == []


def test_the_page_asks_for_the_people_and_the_part_shows_each(team, boss, ana, peer, browser):
    peer.people = {ana.user.email: "U0ANA"}
    url = reverse("notifications:slack-people")
    assert f'hx-get="{url}"' in browser.get(reverse("teams:slack")).content.decode()
    assert "Not asked" in browser.get(url).content.decode()

    answer = browser.post(reverse("notifications:slack-match"), follow=True).content.decode()
    assert "Looking 2 people up in Slack" in answer
    waiting = browser.get(url).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    drain(SlackMatch, at=SlackMatch.objects.first().due_at)

    text = browser.get(url).content.decode()
    assert "every 2s" not in text
    assert "1 of 2 matched" in text
    assert "Nobody in Slack has this address." in text


def test_with_a_webhook_the_part_says_what_it_takes(team, slack_peer, browser):
    team.slack.webhook_url = slack_peer.webhook_url
    team.slack.save()
    assert "a webhook cannot look people up" in browser.get(reverse("notifications:slack-people")).content.decode()
    answer = browser.post(reverse("notifications:slack-match"), follow=True).content.decode()
    assert "Connect a bot token first" in answer


def test_the_part_is_the_team_leads_alone_and_of_their_team(team, ana, peer, client):
    peer.people = {ana.user.email: "U0ANA"}
    look_up(team)
    for member in (ana, isa(team)):
        client.force_login(member.user)
        assert client.get(reverse("notifications:slack-people")).status_code == 403
        assert client.post(reverse("notifications:slack-match")).status_code == 403
    client.force_login(lead().user)
    assert "Ana Sample" not in client.get(reverse("notifications:slack-people")).content.decode()


def test_the_part_costs_the_same_however_many_people(team, peer, browser):
    costs = []
    for rows in (1, 3):
        for _ in range(rows):
            agent(team)
        look_up(team)
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("notifications:slack-people"))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_demo_draws_a_mention_as_one(team, boss, demo_outbox, browser):
    SlackMatch.objects.create(key="x", about="t", team=team, membership=boss, slack_user="U0ROBIN", due_at=AT)
    owe_alert(team, message=a_message(concerns=boss.pk))
    drain(Delivery, at=AT, stream="slack")
    card = OutboxCard.objects.get()
    page = browser.get(reverse("notifications:outbox-card", args=[card.pk])).content.decode()
    assert '<span class="slack-mention">@U0ROBIN</span>' in page
