"""Who is on call now: who can be rung, until when, and of everybody else what keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handoff.live.standby import NOT_ON_CALL, standing_by
from handoff.routing.ranking import field_of
from teams.models import Membership, Presence, Team
from teams.models.presence import Ended


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent who takes handoffs. ``keeps``: what keeps them from being rung; ``until``: how long they are on call."""

    agent: Membership
    keeps: str
    until: datetime | None
    missed: int

    @property
    def is_free(self) -> bool:
        """Whether they would be rung."""
        return not self.keeps


@dataclass(frozen=True, slots=True)
class Desk:
    """The team's agents at this moment: who can be rung, who is on call but kept, who is not on call."""

    free: list[Standing]
    kept: list[Standing]
    away: list[Standing]


def desk(team: Team, *, at: datetime) -> Desk:
    """Return the agents of the team, whatever lead. A constant number of queries for any number of them."""
    presences = {each.pk: each for each in Presence.objects.filter(membership__team=team)}
    found = [
        _standing(each.agent, each.removed_by, presences.get(each.agent.pk), at=at)
        for each in standing_by(field_of(lead=None, team=team, at=at), lead=None)
    ]
    found.sort(key=lambda each: each.agent.user.name.casefold())
    return Desk(
        free=[each for each in found if each.is_free],
        kept=[each for each in found if not each.is_free and each.until],
        away=[each for each in found if not each.is_free and not each.until],
    )


def _standing(agent: Membership, keeps: str, presence: Presence | None, *, at: datetime) -> Standing:
    is_on_call = presence is not None and presence.is_on_call(at)
    if keeps == NOT_ON_CALL and presence and presence.ended_because == Ended.MISSED:
        keeps = "Off call after missed rings"
    until = presence.until if presence and is_on_call else None
    return Standing(agent, keeps, until, presence.missed if presence and is_on_call else 0)
