"""A team whose Slack is connected by a token, hears buttons, and knows some of its people."""

from __future__ import annotations

from typing import Any

from notifications.models import SlackMatch
from notifications.promises.drains import drain
from notifications.slack_people import match_people
from notifications.tests.peers.slack import SlackPeer
from notifications.tests.said import AT
from notifications.tests.slack_pressing import SECRET
from teams.models import Membership


def known_in_slack(peer: SlackPeer, *members: Membership) -> None:
    """Connect the members' team; each is “U0” and their first name in capitals there."""
    team = members[0].team
    team.slack.channel, team.slack.token, team.slack.signing_secret = "C0HANDOFF", "xoxb-invented-token-1234", SECRET
    team.slack.save()
    peer.people.update({member.user.email: slack_name(member) for member in members})
    match_people(team, at=AT)
    drain(SlackMatch, at=AT)


def slack_name(member: Membership) -> str:
    """Return what the member is called there."""
    return f"U0{member.user.name.split()[0].upper()}"


def buttons(post: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the buttons of a card, by what they say."""
    found = [each for block in post["blocks"] if block["type"] == "actions" for each in block["elements"]]
    return {each["text"]["text"]: each for each in found}
