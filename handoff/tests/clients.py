"""A client with their link: what tests of their pages share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import time_machine
from django.test import Client

from handoff.client.links import token_for
from handoff.forms import slot_value
from handoff.models import Handoff
from handoff.tests.factories import NOW
from teams.models import Membership


@dataclass(slots=True)
class Visitor:
    """Somebody without a cookie who opens the link of a handoff."""

    handoff: Handoff
    at: datetime = NOW
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    @property
    def home(self) -> str:
        """The page itself."""
        return f"/a/{token_for(self.handoff)}/"

    def get(self, path: str = "", **query: Any) -> Any:
        """Open a page below the link."""
        with time_machine.travel(self.at, tick=False):
            return self.client.get(self.home + path, query)

    def post(self, path: str, data: dict[str, Any] | None = None) -> Any:
        """Send a form, as browsers do from a page under no-referrer."""
        with time_machine.travel(self.at, tick=False):
            return self.client.post(self.home + path, data or {}, headers={"origin": "null"})

    def see(self, path: str = "", **query: Any) -> str:
        """Return what the page says, following where it leads."""
        with time_machine.travel(self.at, tick=False):
            return str(self.client.get(self.home + path, query, follow=True).content.decode())

    def pick(self, agent: Membership, starts_at: datetime) -> Any:
        """Choose a time; the answer asks whether that is right."""
        with time_machine.travel(self.at, tick=False):
            return self.client.post(f"{self.home}times/", {"slot": slot_value(agent, starts_at)}, follow=True)

    def choose(self, agent: Membership, starts_at: datetime) -> Any:
        """Choose a time, and say yes to what the page asks."""
        return self.post("times/", {"step": step_in(self.pick(agent, starts_at))})

    def confirm(self) -> Any:
        """Press that they will be there."""
        found = re.search(r'data-pressed="step ([^"]+)"', self.see())
        assert found
        return self.post("confirm/", {"step": found[1]})

    def cancel(self, reason: str = "plans", note: str = "") -> Any:
        """Cancel, and say yes to what the page asks."""
        return self.post("cancel/", {"step": step_in(self.say_why(reason, note))})

    def say_why(self, reason: str = "plans", note: str = "") -> Any:
        """Say why they cancel; the answer asks whether they are sure."""
        with time_machine.travel(self.at, tick=False):
            return self.client.post(f"{self.home}cancel/", {"reason": reason, "note": note}, follow=True)


def step_in(answer: Any) -> str:
    """Return the signed step that a page asks to confirm."""
    found = re.search(r'name="step" value="([^"]+)"', answer.content.decode())
    assert found, answer.content.decode()
    return found[1]
