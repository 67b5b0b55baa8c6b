"""What a risk is judged by when it is drawn: the handoff, the row that was found, and who looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handoff.models import Handoff
from handoff.receipts import Receipt
from teams.models import Membership


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that is wrong. ``ref`` is what it is about, as ``finding`` says; ``receipt`` the step, if it is one.

    ``phone``: the client's number, E.164; empty when there is none to call.
    """

    handoff: Handoff
    level: int
    since: datetime
    ref: str
    viewer: Membership
    at: datetime
    phone: str = ""
    receipt: Receipt | None = None

    @property
    def is_own(self) -> bool:
        """Whether the agent of the handoff looks."""
        return self.handoff.agent_id == self.viewer.pk

    @property
    def agent(self) -> str:
        """The agent's first name, as one speaks of them; to themselves, “you”."""
        return "You" if self.is_own else self.handoff.agent.user.first_name

    @property
    def client(self) -> str:
        """The client's first name, or all there is of it."""
        return self.handoff.lead.first_name or self.handoff.lead.name
