"""What is done with what somebody pressed or sent in Slack, once it is known to come from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from notifications import outbound
from notifications.channels.slack_api import call
from notifications.channels.slack_modals import answers_in, last_word, modal
from notifications.channels.vocabulary import ChannelError
from notifications.models import SlackMatch
from notifications.promises.nudges import nudge
from notifications.sheets import AtOnce, NotTaken, Unclear, conversation_of, who_asks
from notifications.slack_calls import reply
from notifications.tasks import answer_in_slack
from teams.models import Membership, SlackConnection

log = structlog.get_logger(__name__)

#: What opens a sheet lives three seconds, and Slack waits as long for our answer.
OPEN_WITHIN = 2.0
UNKNOWN = "Baton does not know who you are in Slack: a team lead can match people on its Slack page, by their email."
GONE = "You are no longer in this team in Baton, so there is nothing for you to do here."
NOT_OPENED = "Slack did not open the form. Press the button once more, or use the link in the message."


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that Slack told: by which connection, what it sent, our own words in it, and a mark of this sending."""

    connection: SlackConnection
    payload: Mapping[str, Any]
    press: str
    mark: str


def hear(heard: Heard, *, at: datetime) -> dict[str, Any]:
    """Do it, and return what Slack is answered; empty for a bare yes."""
    if not heard.press:  # a link was opened
        return {}
    if heard.payload.get("type") == "view_submission":
        return _take(heard, at=at)
    if heard.payload.get("type") == "block_actions":
        _ask(heard, at=at)
    return {}


def _ask(heard: Heard, *, at: datetime) -> None:
    try:
        member = _member(heard)
        conversation, words = conversation_of(heard.press)
        if isinstance(conversation, AtOnce):
            _reply(heard, conversation.do(member, words, at=at), at=at)
            return
        sheet = conversation.ask(member, words, at=at)
    except NotTaken as refusal:
        _reply(heard, str(refusal), at=at)
        return
    view = modal(sheet, metadata=f"{heard.connection.team_id}/{heard.press}")
    trigger = str(heard.payload.get("trigger_id", ""))
    try:
        call(heard.connection, "views.open", {"trigger_id": trigger, "view": view}, within=OPEN_WITHIN)
    except (ChannelError, outbound.Unreachable, outbound.Forbidden) as problem:
        log.warning("slack_sheet_not_opened", problem=str(problem))
        _reply(heard, NOT_OPENED, at=at)


def _take(heard: Heard, *, at: datetime) -> dict[str, Any]:
    view = heard.payload.get("view")
    answers = answers_in(view if isinstance(view, dict) else {})
    try:
        member = _member(heard)
        conversation, words = who_asks(heard.press)
        thanks = conversation.take(member, words, answers, at=at)
    except Unclear as unclear:
        asked = {name: words for name, words in unclear.errors.items() if name in answers}
        if asked:
            return {"response_action": "errors", "errors": asked}
        return {"response_action": "update", "view": last_word("Not recorded", str(unclear))}
    except NotTaken as refusal:
        return {"response_action": "update", "view": last_word("Not recorded", str(refusal))}
    return {"response_action": "update", "view": last_word("Recorded", thanks)}


def _member(heard: Heard) -> Membership:
    """Return who that is in the team. Raises NotTaken."""
    user = heard.payload.get("user")
    name = user.get("id") if isinstance(user, dict) else None
    place = heard.payload.get("team")
    workspace = place.get("id") if isinstance(place, dict) else None
    if not isinstance(name, str) or not name:
        raise NotTaken(UNKNOWN)
    matches = SlackMatch.objects.filter(team=heard.connection.team_id, slack_user=name)
    match = matches.select_related("membership__user", "membership__team__policy").first()
    if match is None or (match.workspace and match.workspace != workspace):
        raise NotTaken(UNKNOWN)
    if match.membership.ended_at is not None or not match.membership.user.is_active:
        raise NotTaken(GONE)
    return match.membership


def _reply(heard: Heard, words: str, *, at: datetime) -> None:
    address = heard.payload.get("response_url")
    if isinstance(address, str) and address:
        reply(team=heard.connection.team, address=address[:500], words=words, mark=heard.mark, at=at)
        transaction.on_commit(lambda: nudge(answer_in_slack, team_id=heard.connection.team_id), robust=True)
