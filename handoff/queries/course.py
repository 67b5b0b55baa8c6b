"""How a live transfer went: each step with the time it took, and who was rung."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from handoff.models import LiveTransfer, Ring
from handoff.states import TransferStatus
from teams.models import Membership


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: when, so long after the request, and so long after the step before."""

    words: str
    at: datetime
    after: timedelta
    since: timedelta


@dataclass(frozen=True, slots=True)
class Course:
    """All steps, the first one first, and all rings. To an agent who did not accept, their own rings alone."""

    steps: Sequence[Step]
    rings: Sequence[Ring]


def for_course(transfers: QuerySet[LiveTransfer]) -> QuerySet[LiveTransfer]:
    """Load with them what a course and its page name."""
    return transfers.select_related("lead", "setter__user", "agent__user")


def course_of(transfer: LiveTransfer, *, viewer: Membership) -> Course:
    """Return how it went, as far as this member may see it; one query."""
    rings = transfer.rings.select_related("agent__user")
    if not viewer.is_agent:
        return Course(_steps(transfer), list(rings))
    return Course(_steps(transfer) if transfer.agent_id == viewer.pk else [], list(rings.filter(agent=viewer)))


def _steps(transfer: LiveTransfer) -> list[Step]:
    whom = transfer.agent.user.name if transfer.agent else ""
    known = (
        (f"Requested by {transfer.setter.user.name}", transfer.requested_at),
        ("First on the screen of an agent", transfer.first_shown_at),
        (f"Accepted by {whom}", transfer.accepted_at),
        ("The client was told the name", transfer.told_name_at),
        (_end(transfer), transfer.ended_at),
    )
    steps: list[Step] = []
    for words, at in sorted(((words, at) for words, at in known if at), key=lambda each: each[1]):
        before = steps[-1].at if steps else at
        steps.append(Step(words, at, at - transfer.requested_at, at - before))
    return steps


def _end(transfer: LiveTransfer) -> str:
    if transfer.status == TransferStatus.DROPPED:
        return f"Dropped: {transfer.get_drop_reason_display()}"
    return transfer.get_status_display()
