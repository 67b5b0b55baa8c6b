"""Ana has met her client just now, and Slack is on the other side."""

from __future__ import annotations

import pytest
import time_machine

from handoff.models import Handoff
from handoff.tests.chat_outcomes.sheets import AFTER, ANA
from handoff.tests.factories import NOW, open_handoff, ready
from notifications.models import SlackMatch
from notifications.promises.drains import drain
from notifications.slack_people import match_people
from notifications.tests.peers.slack import slack_peer  # noqa: F401 - a fixture
from notifications.tests.slack_pressing import SECRET
from teams.models import SlackConnection


@pytest.fixture(autouse=True)
def after_the_meeting():
    with time_machine.travel(AFTER, tick=True):
        yield


@pytest.fixture
def peer(slack_peer):  # noqa: F811
    return slack_peer


@pytest.fixture
def handoff(peer) -> Handoff:
    """Ana has met the client just now; she and the team lead are known in Slack."""
    handoff = open_handoff(ready(first_name="Dana", last_name="Example"), at=NOW)
    connected(handoff, peer)
    return Handoff.objects.select_related("team", "agent__user", "setter__user", "lead", "appointment").get(
        pk=handoff.pk
    )


def connected(handoff: Handoff, peer) -> None:
    SlackConnection.objects.filter(team=handoff.team).update(channel="C0HANDOFF")
    connection_ = SlackConnection.objects.get(team=handoff.team)
    connection_.token, connection_.signing_secret = "xoxb-invented-token-1234", SECRET
    connection_.save()
    handoff.team.slack = connection_
    peer.people = {handoff.agent.user.email: ANA}
    match_people(handoff.team, at=NOW)
    drain(SlackMatch, at=NOW)
