"""Credit back: which handoffs do not count in their agent's share, because they came to nothing without their doing."""

from __future__ import annotations

from handoff.models import CoverRequest, Handoff
from handoff.models.outcomes import Showed
from handoff.states import Credit
from teams.models import Membership


def credit_for_outcome(showed: str) -> str:
    """A client who did not come, or asked for another time, costs no agent their turn."""
    return {Showed.NO: Credit.NO_SHOW, Showed.MOVED: Credit.CANCELLED}.get(Showed(showed), "")


def credit_for_cancelling(handoff: Handoff, *, actor: Membership | None, is_agents_doing: bool) -> str:
    """An appointment that was called off is credited, unless the agent did it or it was done on their account."""
    is_theirs = is_agents_doing or (actor is not None and actor.pk == handoff.agent_id) or _cannot_make_it(handoff)
    return "" if is_theirs else Credit.CANCELLED


def credit_for_taking_back(handoff: Handoff, *, is_agents_doing: bool) -> str:
    """A lead that was taken away is credited, unless the agent let its outcome go overdue or was the reason."""
    is_theirs = is_agents_doing or handoff.outcome_overdue_at is not None or _cannot_make_it(handoff)
    return "" if is_theirs else Credit.TAKEN_BACK


def _cannot_make_it(handoff: Handoff) -> bool:
    """Whether the agent has said so, and nobody has found another way."""
    return CoverRequest.objects.open().filter(handoff=handoff, agent=handoff.agent_id).exists()
