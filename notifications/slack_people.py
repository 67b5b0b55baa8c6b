"""People of a team in its Slack, matched by email, so that an alert can name the agent there.

Each look-up is a promise of its own: asked for by a button, or when a token is connected; kept by the sweep.
https://docs.slack.dev/reference/methods/users.lookupByEmail (scope users:read.email).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver

from notifications import outbound
from notifications.models import SlackMatch
from notifications.promises import doorbell
from notifications.promises.endings import Permanent, Transient
from notifications.promises.owed import State
from notifications.promises.registry import register
from teams.models import Membership, SlackConnection, Team
from teams.signals import slack_connected
from teams.slack import has_token, what_to_do

HOSTS = frozenset({"slack.com"})
PATIENCE = timedelta(minutes=15)
NOT_FOUND = "users_not_found"
USER = re.compile(r"[UW][A-Z0-9]{2,22}")
#: What a team lead does about a look-up that Slack refuses; ``what_to_do`` speaks of posting.
SCOPE = "The bot may not look people up: give it the scope users:read.email, install it again and save its token"


class NoToken(Exception):
    """Only a bot can look people up; a webhook cannot."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member and how the look-up stands: matched, missing, waiting, failed or unasked, with what was said."""

    membership: Membership
    state: str
    words: str


def match_people(team: Team, *, at: datetime) -> int:
    """Owe a look-up of everybody in the team, those found before too. Returns how many. Raises NoToken."""
    if not has_token(team):
        raise NoToken("Connect a bot token first: a webhook cannot look people up.")
    return _owe_look_ups(team, at=at)


def forget_people(team: Team) -> None:
    """Forget who is whom: another workspace knows other people."""
    SlackMatch.objects.filter(team=team).delete()


def people_of(team: Team) -> Sequence[Person]:
    """Return everybody in the team, by name, with how their look-up stands."""
    matches = {match.membership_id: match for match in SlackMatch.objects.filter(team=team)}
    members = Membership.objects.active().filter(team=team).select_related("user").order_by("user__name", "pk")
    return [_person(member, matches.get(member.pk)) for member in members]


def mention_of(team_id: int, membership_id: int) -> str:
    """Return Slack's id of this member; nothing if we do not know it."""
    found = SlackMatch.objects.filter(team_id=team_id, membership_id=membership_id).exclude(slack_user="")
    return found.values_list("slack_user", flat=True).first() or ""


def look_up(match: SlackMatch) -> str:
    """Ask Slack for the person of this address, and return what came of it. Raises Transient or Permanent."""
    connection = SlackConnection.objects.filter(team=match.team_id).exclude(token="").first()
    if connection is None:
        raise Permanent("Slack is not connected by a token any more.")
    url = f"{settings.SLACK_API_URL.rstrip('/')}/users.lookupByEmail?{urlencode({'email': match.email})}"
    key = {"Authorization": f"Bearer {connection.token}"}
    try:
        answer = outbound.get(url, hosts=HOSTS, headers=key)
    except outbound.Forbidden as refusal:
        raise Permanent(str(refusal)) from refusal
    except outbound.Unreachable as problem:
        raise Transient(str(problem)) from problem
    match.slack_user, match.workspace = _user_in(answer)
    return "Matched." if match.slack_user else "Nobody in Slack has this address."


def _user_in(answer: outbound.Answer) -> tuple[str, str]:
    """Return the ids of person and workspace, or nothing when Slack knows nobody. The body says how it went."""
    if answer.status == 429 or answer.status >= 500:
        raise Transient(f"{answer.status}, not now.", retry_after=answer.retry_after)
    try:
        body: Any = json.loads(answer.text)
    except ValueError:
        body = None
    if answer.status != 200 or not isinstance(body, dict):
        raise Permanent(f"{answer.status}, not an answer of Slack's.")
    error = str(body.get("error") or "")
    if error == NOT_FOUND:
        return "", ""
    if error == "ratelimited":
        raise Transient(error, retry_after=answer.retry_after)
    if body.get("ok") is not True:
        raise Permanent(SCOPE if error == "missing_scope" else what_to_do(error or "unknown_error"))
    user = body.get("user")
    found = str(user.get("id", "")) if isinstance(user, dict) else ""
    if not USER.fullmatch(found):
        raise Permanent("Slack named the person in a way we do not know.")
    return found, str(user.get("team_id") or "")[:24] if isinstance(user, dict) else ""


def _person(member: Membership, match: SlackMatch | None) -> Person:
    if match is None:
        return Person(member, "unasked", "Not looked up yet")
    if match.state == State.WAITING:
        return Person(member, "waiting", match.answer or "Looking up")
    if match.state != State.DONE:
        return Person(member, "failed", match.answer)
    return Person(member, "matched" if match.slack_user else "missing", match.slack_user or match.answer)


def _about(team: Team) -> str:
    return f"team/{team.pk}"


register(SlackMatch, look_up, stamps=("slack_user", "workspace"), threads=2)


@receiver(slack_connected, dispatch_uid="notifications.match_people")
def match_when_connected(*, connection: SlackConnection, at: datetime, **_: Any) -> None:
    """Another connection knows other people: forget them, and look them up if it can."""
    forget_people(connection.team)
    if connection.token:
        _owe_look_ups(connection.team, at=at)


@transaction.atomic
def _owe_look_ups(team: Team, *, at: datetime) -> int:
    members = list(Membership.objects.active().filter(team=team).select_related("user"))
    SlackMatch.objects.filter(team=team).exclude(membership__in=members).delete()
    asked = [
        SlackMatch(
            key=f"{_about(team)}|slack_match|m{member.pk}",
            about=_about(team),
            team=team,
            membership=member,
            email=member.user.email,
            due_at=at,
            deadline_at=at + PATIENCE,
        )
        for member in members
    ]
    anew = ["email", "due_at", "deadline_at", "state", "slack_user", "answer", "done_at", "attempts", "request_id"]
    SlackMatch.objects.bulk_create(asked, update_conflicts=True, unique_fields=["key"], update_fields=anew)
    doorbell.ring()
    return len(members)
