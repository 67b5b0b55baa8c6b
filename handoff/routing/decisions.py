"""Decisions: what was known and weighed when a handoff got its agent, written down for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff.models import Handoff, RoutingDecision
from handoff.routing.scoring import COMPONENTS, Candidate
from teams.models import Membership, Policy
from teams.policy import policy_of


def keep_decision(
    handoff: Handoff,
    *,
    candidates: Sequence[Candidate],
    was_named: bool,
    by: Membership | None,
    at: datetime,
    was: Membership | None = None,
) -> None:
    """Write down why this handoff has the agent it has now, with everybody who could have had it."""
    RoutingDecision.objects.create(
        handoff=handoff,
        chosen_id=handoff.agent_id,
        was=was,
        was_named=was_named,
        by=by,
        candidates=[each.as_json() for each in candidates],
        weights=weights_of(policy_of(handoff.team)),
        at=at,
    )


def weights_of(policy: Policy) -> dict[str, int]:
    """Return the points of each component, and the days shares are counted over."""
    points = {name: getattr(policy, f"{name}_points") for name in COMPONENTS}
    return {**points, "fairness_days": policy.fairness_days}


@dataclass(frozen=True, slots=True)
class Considered:
    """A candidate as a kept decision tells of it. ``scores``: points by component; ``place`` from 1."""

    agent: int
    name: str
    place: int | None
    score: float
    scores: Mapping[str, float]
    reasons: tuple[str, ...]
    removed_by: str
    is_overdue: bool
    is_chosen: bool

    @property
    def parts(self) -> list[tuple[str, float]]:
        """The points under the names people know them by; none in a decision that kept none."""
        return [(label, self.scores.get(name, 0)) for name, label in COMPONENTS.items()] if self.scores else []


@dataclass(frozen=True, slots=True)
class Explained:
    """A kept decision, ready to be shown."""

    decision: RoutingDecision
    considered: tuple[Considered, ...]

    @property
    def has_parts(self) -> bool:
        """Whether points by component were kept."""
        return any(each.scores for each in self.considered)

    @property
    def chosen(self) -> Considered | None:
        """The agent who got it; None if they were no candidate at all."""
        return next((each for each in self.considered if each.is_chosen), None)

    @property
    def words(self) -> str:
        """Say in one sentence how it came about."""
        by = self.decision.by.user.name if self.decision.by else ""
        name = str(self.decision.chosen.user)
        if not self.decision.was_named:
            return f"Routing's first of {sum(not each.removed_by for each in self.considered)}: nobody named an agent."
        who = f"{by} chose {name}" if by else f"{name} was chosen"
        chosen = self.chosen
        if chosen is None or chosen.place is None:
            return f"{who}, whom routing did not offer."
        return f"{who}, place {chosen.place} of {sum(not each.removed_by for each in self.considered)} in the ranking."


def explain(decision: RoutingDecision) -> Explained:
    """Put a kept decision into words and figures. Old ones have no points by component."""
    considered, place = [], 0
    for kept in decision.candidates:
        place += not kept.get("removed_by")
        considered.append(_considered(kept, place, decision.chosen_id))
    return Explained(decision, tuple(considered))


def _considered(kept: dict[str, Any], place: int, chosen: int) -> Considered:
    return Considered(
        agent=kept["agent"],
        name=kept["name"],
        place=None if kept.get("removed_by") else place,
        score=kept["score"],
        scores=kept.get("scores") or {},
        reasons=tuple(kept.get("reasons", ())),
        removed_by=kept.get("removed_by", ""),
        is_overdue=bool(kept.get("is_overdue")),
        is_chosen=kept["agent"] == chosen,
    )
