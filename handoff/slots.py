"""Slots: the times that can be booked, and whether one given time is among them.

Both questions are answered by the same arithmetic, so every slot shown is bookable and every bookable slot is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handoff.availability import MINUTE, Calendar, calendars
from handoff.busy.doubt import doubt_about
from handoff.clock import moment, seconds
from handoff.errors import SlotTaken, Unbookable
from handoff.models import Appointment
from handoff.routing.capacity import Room, check_room, rooms
from handoff.routing.ranking import rank
from leads.models import Lead
from teams.models import Membership, Policy, Team
from teams.policy import policy_of

#: Nothing can be booked further ahead than this.
HORIZON = timedelta(days=365)
#: One search looks at this many days at most; a caller who wants more asks again.
WIDEST = timedelta(days=62)
SHORTEST, LONGEST = 5, 480
#: How far ahead the next free slots are looked for before giving up.
SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that one agent could meet the client. Aware UTC; ``reasons`` say why this agent fits.

    ``doubt`` says how old what is known of the agent's own calendar is, when it is older than it should be.
    """

    agent: Membership
    starts_at: datetime
    ends_at: datetime
    reasons: tuple[str, ...] = ()
    doubt: str = ""


def free_slots(  # noqa: PLR0913  # a search is all of these at once
    *,
    lead: Lead | None,
    team: Team,
    start: datetime,
    end: datetime,
    minutes: int,
    at: datetime,
    agents: Sequence[Membership] | None = None,
    limit_per_agent: int | None = None,
    moving: Appointment | None = None,
) -> list[Slot]:
    """Return the bookable slots that start in [start, end), agent by agent (best first), each in order of time.

    Without ``agents`` it is those whom routing does not remove. Holds of ``lead`` do not count as taken: choosing
    replaces them. Raises Unbookable for a length that no appointment may have.
    """
    check_length(minutes)
    policy = policy_of(team)
    begins = max(start, at + timedelta(minutes=policy.notice_minutes))
    finish = min(end, begins + WIDEST, at + HORIZON)
    if begins >= finish:
        return []
    reasons: dict[int, tuple[str, ...]] = {}
    if agents is None:
        suitable = [each for each in rank(lead=lead, team=team, at=at) if not each.removed_by]
        agents = [each.agent for each in suitable]
        reasons = {each.agent.pk: each.reasons for each in suitable}
    agents = [agent for agent in agents if takes_handoffs(agent)]
    diary = calendars(agents=agents, policy=policy, start=begins, end=finish, at=at, lead=lead, moving=moving)
    room = rooms(agents=agents, policy=policy, start=begins, end=finish, at=at, lead=lead, moving=moving, diary=diary)
    length = timedelta(minutes=minutes)
    found = []
    for agent in agents:
        why, doubt = reasons.get(agent.pk, ()), doubt_about(diary[agent.pk].read_at, at=at, zone=team.zone)
        starts = _starts(diary[agent.pk], begins, finish, minutes, policy)
        for instant in _with_room(starts, room.get(agent.pk))[:limit_per_agent]:
            begin = moment(instant)
            found.append(Slot(agent, begin, begin + length, why, doubt))
    return found


def next_slots(
    *,
    lead: Lead,
    at: datetime,
    limit: int = 5,
    minutes: int | None = None,
    agents: Sequence[Membership] | None = None,
    after: datetime | None = None,
    moving: Appointment | None = None,
) -> list[Slot]:
    """Return the soonest slots in the two weeks ``after`` (now), of any suitable agent or of ``agents``."""
    slots = free_slots(
        lead=lead,
        team=lead.team,
        start=after or at,
        end=(after or at) + SOON,
        minutes=minutes or policy_of(lead.team).appointment_minutes,
        at=at,
        agents=agents,
        limit_per_agent=limit,
        moving=moving,
    )
    return sorted(slots, key=lambda slot: slot.starts_at)[:limit]


def check_bookable(
    *,
    agent: Membership,
    starts_at: datetime,
    minutes: int,
    at: datetime,
    lead: Lead | None = None,
    moving: Appointment | None = None,
) -> None:
    """Raise SlotTaken or Unbookable, with the reason, unless this very slot is one that free_slots shows."""
    check_length(minutes)
    policy = policy_of(agent.team)
    if not takes_handoffs(agent):
        raise Unbookable(f"{agent.user} takes no appointments.")
    if starts_at <= at:
        raise Unbookable("That time is in the past.")
    if starts_at < at + timedelta(minutes=policy.notice_minutes):
        raise Unbookable(f"That is too soon: agents need {policy.notice_minutes} minutes' notice.")
    if starts_at >= at + HORIZON:
        raise Unbookable(f"That is more than {HORIZON.days} days ahead.")
    ends_at = starts_at + timedelta(minutes=minutes)
    diary = _diary(agent, policy, starts_at, ends_at, at, lead, moving)
    if starts_at.microsecond or seconds(starts_at) not in _starts(
        diary, starts_at, starts_at + timedelta(seconds=1), minutes, policy
    ):
        raise _refusal(diary, agent, starts_at, ends_at, policy)
    check_room(agent=agent, policy=policy, starts_at=starts_at, at=at, lead=lead, moving=moving)


def check_free(*, agent: Membership, starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    """Raise SlotTaken or Unbookable unless the agent works and is free then: an appointment comes to them as it is.

    Neither notice nor the grid of slots counts here: the time was agreed with the client before.
    """
    policy = policy_of(agent.team)
    diary = _diary(agent, policy, starts_at, ends_at, at, None, None)
    if not diary.is_free(seconds(starts_at), seconds(ends_at)):
        raise _refusal(diary, agent, starts_at, ends_at, policy)
    check_room(agent=agent, policy=policy, starts_at=starts_at, at=at, lead=None)


def takes_handoffs(agent: Membership) -> bool:
    """Whether this member is an agent who is here and not benched."""
    return agent.is_agent and agent.ended_at is None and agent.profile.takes_handoffs


def check_length(minutes: int) -> None:
    """Raise Unbookable unless an appointment may last so long."""
    if not SHORTEST <= minutes <= LONGEST:
        raise Unbookable(f"An appointment lasts between {SHORTEST} and {LONGEST} minutes.")


def _diary(
    agent: Membership,
    policy: Policy,
    start: datetime,
    end: datetime,
    at: datetime,
    lead: Lead | None,
    moving: Appointment | None,
) -> Calendar:
    return calendars(agents=[agent], policy=policy, start=start, end=end, at=at, lead=lead, moving=moving)[agent.pk]


def _starts(diary: Calendar, start: datetime, end: datetime, minutes: int, policy: Policy) -> list[int]:
    step = max(policy.slot_step_minutes, 1) * MINUTE
    return diary.starts(begins=_ceiling(start), ends=_ceiling(end), lasts=minutes * MINUTE, step=step)


def _with_room(starts: list[int], room: Room | None) -> list[int]:
    """Leave out the days on which the agent has enough already."""
    if room is None or not starts:
        return starts
    closed = room.closed(starts[0], starts[-1])
    return [instant for instant in starts if not _meets(closed, instant, instant + 1)] if closed else starts


def _ceiling(moment: datetime) -> int:
    return seconds(moment) + bool(moment.microsecond)


def _refusal(
    diary: Calendar, agent: Membership, starts_at: datetime, ends_at: datetime, policy: Policy
) -> SlotTaken | Unbookable:
    """Say why not; being taken comes first, as then another time is what helps."""
    begins, ends = seconds(starts_at), seconds(ends_at)
    if _meets(diary.appointments, begins, ends):
        return SlotTaken()
    if _meets(diary.time_off, begins, ends):
        return Unbookable(f"{agent.user} has time off then.")
    if _meets(diary.busy, begins, ends):
        return Unbookable(f"{agent.user} has something on their own calendar then.")
    if not any(low <= begins and ends <= high for low, high in diary.working):
        local = starts_at.astimezone(ZoneInfo(agent.user.zone))
        return Unbookable(f"{agent.user} does not work then: it is {local:%A %H:%M} in {agent.user.zone}.")
    return Unbookable(f"Appointments start every {policy.slot_step_minutes} minutes from the opening of the day.")


def _meets(spans: Iterable[tuple[int, int]], begins: int, ends: int) -> bool:
    return any(low < ends and begins < high for low, high in spans)
