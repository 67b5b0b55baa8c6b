"""The terms of a handoff: the policy that was the team's when it was opened, frozen with it."""

from __future__ import annotations

from typing import Any, Final

from handoff.models import Handoff
from teams.models import Policy
from teams.policy import policy_of

#: What of the policy governs a handoff to its end, whatever the team decides meanwhile.
FROZEN: Final = (
    "outcome_hours",
    "outcome_reminders",
    "reminder_early_hours",
    "reminder_late_minutes",
    "unconfirmed_minutes",
    "unread_minutes",
)


def frozen(policy: Policy) -> dict[str, Any]:
    """Return what is written down at the opening."""
    return {name: getattr(policy, name) for name in FROZEN}


def term(handoff: Handoff, name: str) -> int:
    """Return a number of the policy as it was at the opening; of that of now where none was written down."""
    terms = handoff.facts.get("terms") or {}
    return int(terms[name] if name in terms else getattr(policy_of(handoff.team), name))
