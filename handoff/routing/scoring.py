"""What makes an agent the right one, in points a team sets, and each said in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from handoff.phrases import language_name, money_range
from handoff.routing.fairness import Standing
from handoff.routing.wishes import Wish
from teams.models import Membership, Policy

#: What is scored, and how each is called, in the order in which it is explained.
COMPONENTS = {
    "known": "Client knows them",
    "area": "Area",
    "language": "Language",
    "price": "Price band",
    "fairness": "Fair share",
}
#: Whoever is nearer to the fair share than this has it: leads come whole.
FAIR = 0.4


class Part(NamedTuple):
    """One component: how many points, and why, in a few words (empty: not worth a word)."""

    name: str
    points: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent as routing sees them. ``removed_by`` says why they are not offered; empty when they are."""

    agent: Membership
    score: float
    reasons: tuple[str, ...]
    removed_by: str = ""
    is_overdue: bool = False
    scores: Mapping[str, float] = field(default_factory=dict)
    standing: Standing | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what a RoutingDecision keeps."""
        return {
            "agent": self.agent.pk,
            "name": str(self.agent.user),
            "score": self.score,
            "scores": dict(self.scores),
            "reasons": list(self.reasons),
            "removed_by": self.removed_by,
            "is_overdue": self.is_overdue,
            "ahead": self.standing.ahead if self.standing else None,
        }

    @property
    def place(self) -> tuple[bool, bool, float, int, int]:
        """What candidates are sorted by: of equals who has waited longest comes first, then by id."""
        last = self.standing.last_at if self.standing else None
        return (bool(self.removed_by), self.is_overdue, -self.score, last or 0, self.agent.pk)


def judge(
    agent: Any, *, wish: Wish, how_known: str, standing: Standing, policy: Policy, about: Iterable[str], removed_by: str
) -> Candidate:
    """Score one of ``sharing_agents``. ``about`` are further reasons that earn no points."""
    parts = list(_parts(agent, wish, how_known, standing, policy))
    licence = [f"Licensed in {wish.state}"] if wish.state and wish.state in agent.profile.states else []
    overdue = ["Has an overdue outcome, so comes last"] if agent.is_overdue else []
    fair = parts[-1].reason
    said = (*(part.reason for part in parts[:-1] if part.reason), *licence, fair, *about, *overdue)
    scores = {part.name: part.points for part in parts}
    return Candidate(
        agent=agent,
        score=round(sum(scores.values()), 2),
        reasons=said,
        removed_by=removed_by,
        is_overdue=agent.is_overdue,
        scores=scores,
        standing=standing,
    )


def _parts(agent: Any, wish: Wish, how_known: str, standing: Standing, policy: Policy) -> Iterator[Part]:
    yield Part("known", policy.known_points if how_known else 0, how_known)
    areas = ", ".join(agent.shared_areas)
    yield Part("area", policy.area_points if areas else 0, f"Works in {areas}" if areas else "")
    speaks = wish.language in agent.profile.languages
    yield Part("language", policy.language_points if speaks else 0, f"Speaks {language_name(wish.language)}" * speaks)
    yield _price(agent, wish, policy)
    points = round(-policy.fairness_points * standing.ahead, 2) + 0.0  # no "-0.0"
    yield Part("fairness", points, share_words(standing.ahead, days=policy.fairness_days))


def _price(agent: Any, wish: Wish, policy: Policy) -> Part:
    low, high = agent.profile.price_min, agent.profile.price_max
    if not wish.prices:
        return Part("price", 0)
    if low is None and high is None:
        return Part("price", policy.price_points / 2)
    band = money_range(low, high, agent.team.currency)
    if any((low or 0) <= price and (high is None or price <= high) for price in wish.prices):
        return Part("price", policy.price_points, f"Price fits {band}")
    return Part("price", 0, f"Usually {band}")


def share_words(ahead: float, *, days: int) -> str:
    """Say how an agent stands: "2 fewer than their share in 28 days"."""
    if abs(ahead) < FAIR:
        return "Has their fair share"
    if abs(ahead) < 1:
        return f"Just {'ahead of' if ahead > 0 else 'behind'} their share"
    return f"{round(abs(ahead))} {'more' if ahead > 0 else 'fewer'} than their share in {days} days"
