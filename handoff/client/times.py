"""The times that a client may choose from: their agent's, and, if they want, those of the team's other agents."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from handoff.client.standing import Standing
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.queries.times import Picker, picker
from handoff.routing.ranking import rank
from handoff.slots import Slot, free_slots, takes_handoffs
from handoff.words.pieces import minutes_of
from teams.models import Membership
from teams.policy import policy_of

#: As many other agents as a client looks through.
OTHERS = 4


def times_of(standing: Standing, *, at: datetime, day: date | None, of_team: bool) -> Picker:
    """Return the strip that holds ``day`` on the client's clock, with each agent's free times."""
    handoff = standing.handoff
    return picker(
        lead=handoff.lead,
        agents=[(agent, ()) for agent in agents_for(handoff, at=at, of_team=of_team)],
        minutes=length_of(handoff),
        at=at,
        day=day,
        moving=_moving(standing),
    )


def agents_for(handoff: Handoff, *, at: datetime, of_team: bool) -> list[Membership]:
    """Return whose times are shown: the client's own agent, or the best of the others who may have this lead."""
    if not of_team:
        return [handoff.agent] if takes_handoffs(handoff.agent) else []
    ranked = rank(lead=handoff.lead, team=handoff.team, at=at)
    others = [each.agent for each in ranked if not each.removed_by and each.agent.pk != handoff.agent_id]
    return others[:OTHERS]


def offered_slot(standing: Standing, agent: Membership, starts_at: datetime, *, at: datetime) -> Slot | None:
    """Return that very slot if the client may have it now, whoever wrote the form."""
    handoff = standing.handoff
    if agent not in agents_for(handoff, at=at, of_team=agent.pk != handoff.agent_id):
        return None
    asked: dict[str, Any] = {"lead": handoff.lead, "team": handoff.team, "agents": [agent], "at": at}
    length = length_of(handoff)
    found = free_slots(
        start=starts_at,
        end=starts_at.replace(microsecond=0) + timedelta(seconds=1),
        minutes=length,
        moving=_moving(standing),
        **asked,
    )
    return found[0] if found else None


def length_of(handoff: Handoff) -> int:
    """Return how long they meet, in minutes: as long as was agreed."""
    return minutes_of(handoff.appointment) if handoff.appointment else policy_of(handoff.team).appointment_minutes


def how_they_meet(handoff: Handoff, agent: Membership) -> tuple[str, str]:
    """Return how and where they would meet with this agent: as was agreed, or by phone where that cannot be.

    A place was agreed with one agent: another one calls, and they settle where.
    """
    was = handoff.appointment
    if was is None:
        return How.CALL, ""
    if agent.pk == handoff.agent_id:
        return was.how, was.place
    return (How.VIDEO, "") if was.how == How.VIDEO and agent.profile.video_link else (How.CALL, "")


def _moving(standing: Standing) -> Appointment | None:
    """Return the appointment whose own time counts as free: the one that would be moved."""
    return standing.handoff.appointment if standing.is_ahead else None
