"""A small team in the test database, and the addresses at which the product's own processes find everything."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.utils import timezone

from leads.models import Lead
from leads.tests.factories import ready_lead
from teams.models import Membership, Scope, Team, User
from teams.tests import factories as people
from teams.tokens import create_token

PASSWORD = "a long test password"
ALL_WEEK = "00:00-23:59 mon-sun"


@dataclass(frozen=True, slots=True)
class World:
    """One team with an ISA, two agents and a team lead, and the ISA's API token."""

    team: Team
    isa: Membership
    ana: Membership
    ben: Membership
    lead: Membership
    token: str

    def ready_lead(self, **fields: Any) -> Lead:
        """A lead that lacks nothing for a handoff, as of now."""
        return ready_lead(self.team, self.isa, at=timezone.now(), **fields)


def make_world() -> World:
    """Make the team, with a Slack token and channel, and mails that are answered to the team."""
    team = people.TeamFactory.create(name="Example Realty", reply_to="hello@example.com")
    team.slack.token, team.slack.channel = "xoxb-invented", "C0HANDOFF"
    team.slack.save()
    isa = people.isa(team, user__name="Ivy Sample", user__email="ivy@example.com")
    ana = people.agent(team, hours=ALL_WEEK, user__name="Ana Example", user__email="ana@example.com")
    ben = people.agent(team, hours=ALL_WEEK, user__name="Ben Placeholder", user__email="ben@example.com")
    lead = people.lead(team, user__name="Lea Template", user__email="lea@example.com")
    # The tests' own hasher is quick and weak; the running product would not accept what it made.
    User.objects.update(password=Argon2PasswordHasher().encode(PASSWORD, "an invented salt"))
    _, token = create_token(membership=isa, scopes=list(Scope), name="test", at=timezone.now())
    return World(team, isa, ana, ben, lead, token)


def database_url() -> str:
    """Return the address of the test database of this very process."""
    return os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + str(connection.settings_dict["NAME"])


def in_minutes(minutes: int) -> str:
    """Return a full half hour at least that far away, as ISO 8601 in UTC; none that runs into an agent's midnight."""
    soon = timezone.now() + timedelta(minutes=minutes + 30)
    begins = soon.replace(minute=soon.minute // 30 * 30, second=0, microsecond=0)
    is_late = begins.astimezone(ZoneInfo("America/Chicago")).hour == 23
    return (begins + timedelta(hours=1 if is_late else 0)).isoformat()


@dataclass(frozen=True, slots=True)
class Api:
    """The API of a running web, spoken to as another program would."""

    url: str
    token: str
    request_id: str = ""

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """POST JSON; return status and JSON. Raises OSError when the web dies meanwhile."""
        return self._ask("POST", path, body)

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        """GET JSON."""
        return self._ask("GET", path, None)

    def patch(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """PATCH JSON."""
        return self._ask("PATCH", path, body)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            f"{self.url}/api/v1/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                **({"X-Request-ID": self.request_id} if self.request_id else {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)


def wait_for(condition: Callable[[], object], *, seconds: float, what: str, pause: float = 0.02) -> float:
    """Wait until the condition is true, and return the seconds it took. Fails, saying what was waited for.

    ``pause``: seconds between two looks.
    """
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"Not within {seconds:.0f} s: {what}")
        time.sleep(pause)
    return time.monotonic() - began
