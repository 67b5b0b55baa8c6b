"""How fairly a team's leads are shared out: each agent's share beside what they received, and how full they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Func, JSONField

from handoff.clock import local_day
from handoff.clock import seconds as in_seconds
from handoff.models import RoutingDecision
from handoff.numbers.figures import Share
from handoff.numbers.queries import on_time_by_agent
from handoff.routing.agents import is_offered, sharing_agents, standings_of
from handoff.routing.capacity import Room, rooms
from handoff.routing.fairness import Standing
from handoff.routing.ranking import bench_gap
from handoff.routing.scoring import FAIR
from teams.models import Membership, Policy, TimeOff
from teams.policy import policy_of

NOTHING_DUE = Share(0, 0)
#: As many decisions as explain where somebody stands.
LATEST = 10


@dataclass(frozen=True, slots=True)
class Filled:
    """So many leads of so many; ``most`` is None without a limit."""

    there: int
    most: int | None

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another one."""
        return self.most is not None and self.there >= self.most

    @property
    def words(self) -> str:
        """Say "2 of 4", or "2"."""
        return str(self.there) if self.most is None else f"{self.there} of {self.most}"


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One agent. ``state`` is empty for an agent who is offered leads today."""

    agent: Membership
    weight: int
    standing: Standing
    today: Filled
    this_week: Filled
    state: str
    #: Outcomes that this agent reported in time, of the window.
    on_time: Share = NOTHING_DUE

    @property
    def days(self) -> float:
        """Days of the window on which the agent was there, to half a day."""
        return round(self.standing.days * 2) / 2

    @property
    def verdict(self) -> str:
        """Whether the share is kept: "fair", "ahead" or "behind"."""
        if abs(self.standing.ahead) < 1 + FAIR:
            return "fair"
        return "ahead" if self.standing.ahead > 0 else "behind"


@dataclass(frozen=True, slots=True)
class Shares:
    """All that the page shows. ``days`` is the window."""

    rows: tuple[ShareRow, ...]
    days: int
    given: int
    credited: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One decision by which an agent got a lead, with the reasons that spoke for them."""

    decision: RoutingDecision
    reasons: tuple[str, ...]
    score: float | None


def shares_for(viewer: Membership, *, at: datetime) -> Shares:
    """Return every agent of the team for a team lead, and an agent's own row for the agent. Four queries."""
    team = viewer.team
    policy = policy_of(team)
    agents = sharing_agents(team=team, policy=policy, at=at)
    standings = standings_of(agents, policy=policy, at=at)
    shown = [agent for agent in agents if hasattr(agent, "profile") and (viewer.is_lead or agent.pk == viewer.pk)]
    room = _rooms(shown, policy, at)
    away = _away_now(shown, at)
    on_time = on_time_by_agent(viewer, days=policy.fairness_days, at=at)
    rows = [
        replace(
            _row(agent, standings[agent.pk], room[agent.pk], away=agent.pk in away, at=at),
            on_time=on_time.get(agent.pk, NOTHING_DUE),
        )
        for agent in shown
    ]
    return Shares(
        rows=tuple(sorted(rows, key=lambda row: (row.agent.ended_at is not None, str(row.agent.user), row.agent.pk))),
        days=policy.fairness_days,
        given=sum(standing.received for standing in standings.values()),
        credited=sum(standing.credited for standing in standings.values()),
    )


def latest_turns(agent: Membership) -> list[Turn]:
    """Return the last decisions that gave this agent a lead, newest first. One query, whatever was decided about."""
    theirs = Func(
        F("candidates"),
        F("chosen_id"),
        template="jsonb_path_query_first(%(expressions)s))",
        arg_joiner=", '$[*] ? (@.agent == $agent)', jsonb_build_object('agent', ",
        output_field=JSONField(),
    )
    decisions = (
        RoutingDecision.objects.filter(chosen=agent)
        .select_related("handoff__lead", "by__user", "was__user")
        .defer("candidates")
        .annotate(theirs=theirs)
        .order_by("-id")[:LATEST]
    )
    return [_turn(decision, decision.theirs or {}) for decision in decisions]


def _turn(decision: RoutingDecision, kept: dict[str, Any]) -> Turn:
    return Turn(decision, tuple(kept.get("reasons", ())), kept.get("score"))


def _rooms(agents: list[Any], policy: Policy, at: datetime) -> dict[int, Room]:
    """Return what each has today and this week, of those without a limit too."""
    return rooms(agents=agents, policy=policy, start=at, end=at, at=at, is_for_all=True)


def _away_now(agents: list[Any], at: datetime) -> set[int]:
    off = TimeOff.objects.filter(membership__in=[agent.pk for agent in agents], starts_at__lte=at, ends_at__gt=at)
    return set(off.order_by().values_list("membership_id", flat=True))


def _row(agent: Any, standing: Standing, room: Room, *, away: bool, at: datetime) -> ShareRow:
    day = local_day(in_seconds(at), agent.user.zone)
    if agent.ended_at is not None:
        state = "Left the team"
    elif not is_offered(agent):
        state = "Takes no handoffs"
    else:
        state = bench_gap(agent) or ("Away" if away else "")
    return ShareRow(
        agent=agent,
        weight=agent.profile.weight,
        standing=standing,
        today=Filled(*room.on_day(day)),
        this_week=Filled(*room.in_week(day)),
        state=state,
    )
