"""Ranking: which agent suits a lead, in what order, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handoff.availability import Calendar, calendars
from handoff.clock import moment, seconds
from handoff.models import Handoff
from handoff.routing.agents import OPEN_END, is_offered, sharing_agents, standings_of
from handoff.routing.capacity import Rooms, rooms
from handoff.routing.fairness import Standing
from handoff.routing.overdue import overdue_gap
from handoff.routing.scoring import Candidate, judge
from handoff.routing.wishes import Wish, acquaintances, wish_of
from leads.models import Lead
from teams.absences import bench_words
from teams.models import Membership, Policy, Team
from teams.policy import policy_of


@dataclass(frozen=True, slots=True)
class Field:
    """The agents of a team before a lead: all that a ranking looks at, loaded. Rank it as often as is needed."""

    agents: Sequence[Any]
    wish: Wish
    known: Mapping[int, str]
    standings: Mapping[int, Standing]
    policy: Policy
    at: datetime

    def ranked(
        self,
        *,
        span: tuple[int, int] | None = None,
        diary: Mapping[int, Calendar] | None = None,
        room: Rooms | None = None,
    ) -> list[Candidate]:
        """Return the agents best first, those with overdue outcomes after, those removed last.

        ``span``: seconds UTC of the meeting; who is not free then by ``diary`` is removed. With ``room`` also who has
        enough on that day (today, without a span). With room and no span it is for now: see ``routing.overdue``.
        """
        is_now = span is None and room is not None
        judged = (self._judged(agent, span, diary, room, is_now=is_now) for agent in self.agents)
        return sorted(judged, key=lambda each: each.place)

    def _judged(
        self,
        agent: Any,
        span: tuple[int, int] | None,
        diary: Mapping[int, Calendar] | None,
        room: Rooms | None,
        *,
        is_now: bool,
    ) -> Candidate:
        day = span[0] if span else seconds(self.at)
        lacks = room[agent.pk].lacks(day) if room and agent.pk in room else ""
        is_busy = bool(span and diary is not None and not diary[agent.pk].is_free(*span))
        about = ["State not known: licence not checked"] if not self.wish.state else []
        about += ["Free at that time"] if span and diary is not None and not is_busy else []
        return judge(
            agent,
            wish=self.wish,
            how_known=self.known.get(agent.pk, ""),
            standing=self.standings[agent.pk],
            policy=self.policy,
            about=about,
            removed_by=(
                bench_gap(agent)
                or _licence_gap(agent, self.wish.state)
                or (overdue_gap(agent, self.policy) if is_now else "")
                or (f"Has {lacks}" if lacks else "")
                or ("Not free at that time" if is_busy else "")
            ),
        )


def field_of(*, lead: Lead | None, team: Team, at: datetime) -> Field:
    """Load the agents who take handoffs as they stand before this lead. Two queries for any number of them."""
    policy = policy_of(team)
    everyone = sharing_agents(team=team, policy=policy, at=at, lead=lead)
    agents = [agent for agent in everyone if is_offered(agent)]
    wish = wish_of(lead)
    return Field(
        agents=agents,
        wish=wish,
        known=acquaintances(wish, agents),
        standings=standings_of(everyone, policy=policy, at=at),
        policy=policy,
        at=at,
    )


def rank(
    *, lead: Lead | None, team: Team, at: datetime, starts_at: datetime | None = None, minutes: int | None = None
) -> list[Candidate]:
    """Return every working agent, best first; agents with overdue outcomes after, those removed last.

    With ``starts_at`` who is not free then, or has enough that day, is removed. Two queries; two more for a time, and
    one for limits where there are any.
    """
    found = field_of(lead=lead, team=team, at=at)
    return rank_for(found, lead=lead, starts_at=starts_at, minutes=minutes) if starts_at else found.ranked()


def rank_now(field: Field, *, lead: Lead | None) -> list[Candidate]:
    """Rank a field that is loaded for a lead that is handed over today, without a time."""
    return field.ranked(
        room=rooms(agents=field.agents, policy=field.policy, start=field.at, end=field.at, at=field.at, lead=lead)
    )


def rank_for(field: Field, *, lead: Lead | None, starts_at: datetime, minutes: int | None = None) -> list[Candidate]:
    """Rank a field that is loaded for a meeting at that time."""
    ends_at = starts_at + timedelta(minutes=minutes or field.policy.appointment_minutes)
    asked: dict[str, Any] = {"agents": field.agents, "policy": field.policy, "at": field.at, "lead": lead}
    diary = calendars(start=starts_at, end=ends_at, **asked)
    room = rooms(start=starts_at, end=starts_at, diary=diary, **asked)
    return field.ranked(span=(seconds(starts_at), seconds(ends_at)), diary=diary, room=room)


def rank_others(handoff: Handoff, *, at: datetime) -> list[Candidate]:
    """Rank who could have this handoff instead of its agent: at its time if it has one, else now."""
    lead, appointment = handoff.lead, handoff.appointment
    field = field_of(lead=lead, team=handoff.team, at=at)
    if appointment:
        length = (appointment.ends_at - appointment.starts_at) // timedelta(minutes=1)
        ranked = rank_for(field, lead=lead, starts_at=appointment.starts_at, minutes=length)
    else:
        ranked = rank_now(field, lead=lead)
    return [each for each in ranked if each.agent.pk != handoff.agent_id]


def licence_gap(agent: Membership, lead: Lead | None) -> str:
    """Say why the agent may not have this lead by law, or nothing."""
    return _licence_gap(agent, lead.state) if lead else ""


def _licence_gap(agent: Membership, state: str) -> str:
    return f"No licence in {state}" if state and state not in agent.profile.states else ""


def bench_gap(agent: Any) -> str:
    """Say that one of ``sharing_agents`` is benched, and until when. The reason is between them and the team lead."""
    if not agent.bench_until:
        return ""
    until = min(agent.bench_until)
    words = bench_words(moment(until) if until < OPEN_END else None, zone_name=agent.user.zone)
    return f"{words[0].upper()}{words[1:]}"
