"""Who owes an outcome is handed nothing that has to be taken now, where the team wants it so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handoff.errors import Unbookable
from handoff.models import Handoff
from teams.models import Membership, Policy

WORDS = "Has an overdue outcome, so gets no lead right now"


def overdue_gap(agent: Any, policy: Policy) -> str:
    """Say that one of ``sharing_agents`` is benched until they report, or nothing."""
    return WORDS if policy.bench_overdue and agent.is_overdue else ""


def check_not_overdue(*, agent: Membership, policy: Policy, at: datetime) -> None:
    """Raise Unbookable if this agent is benched until they report."""
    if not policy.bench_overdue:
        return
    if Handoff.objects.open().filter(agent=agent, outcome_due_at__lt=at).exists():
        raise Unbookable(f"{agent.user} has an overdue outcome to report first, so gets no lead right now.")
