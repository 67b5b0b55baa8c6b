"""The slot picker: a strip of days, and under it each agent's free times on the day that is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handoff.forms import slot_value
from handoff.models import Appointment
from handoff.slots import Slot, free_slots
from leads.models import Lead
from teams.models import Membership
from teams.templatetags.look import clock_words, day_words
from teams.zones import zone

#: Days on one strip.
STRIP = 7
#: How far ahead the strip opens by itself, when the first days have no free time.
LOOK_AHEAD = 2 * STRIP
#: The first times of the best agent answer to the keys 1 to 9.
KEYS = 9


@dataclass(frozen=True, slots=True)
class Time:
    """One free time, on the client's clock; ``other`` is the agent's, where it differs."""

    value: str
    words: str
    other: str
    who: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class AgentTimes:
    """An agent, why this one, and the free times of the open day."""

    agent: Membership
    reasons: tuple[str, ...]
    times: list[Time]
    next_words: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class DayTab:
    """One day of the strip."""

    on: date
    words: str
    free: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """Everything that the slot picker draws. Days are the client's."""

    days: list[DayTab]
    agents: list[AgentTimes]
    open_day: date
    earlier: date | None
    later: date
    soonest: Slot | None
    zone: str

    @property
    def is_empty(self) -> bool:
        """Whether no agent has any time in these days."""
        return not any(day.free for day in self.days)


def picker(
    *,
    lead: Lead,
    agents: Sequence[tuple[Membership, tuple[str, ...]]],
    minutes: int,
    at: datetime,
    day: date | None = None,
    moving: Appointment | None = None,
) -> Picker:
    """Return the strip that holds ``day`` (the first one with a free time when there is none), agents as given."""
    today = at.astimezone(zone(lead.zone)).date()
    first = today + timedelta(days=max((day - today).days, 0) // STRIP * STRIP) if day else today
    days = STRIP if day else LOOK_AHEAD
    slots = free_slots(
        lead=lead,
        team=lead.team,
        start=_midnight(first, lead.zone),
        end=_midnight(first + timedelta(days=days), lead.zone),
        minutes=minutes,
        at=at,
        agents=[agent for agent, _ in agents],
        moving=moving,
    )
    by_day: dict[date, dict[int, list[Slot]]] = {}
    for slot in slots:
        on = slot.starts_at.astimezone(zone(lead.zone)).date()
        by_day.setdefault(on, {}).setdefault(slot.agent.pk, []).append(slot)
    open_day = day if day and day >= today else min(by_day, default=first)
    if not day and by_day:
        first = today + timedelta(days=(open_day - today).days // STRIP * STRIP)
    return Picker(
        days=_strip(first, by_day, open_day=open_day),
        agents=_agent_times(agents, by_day, open_day=open_day, lead=lead),
        open_day=open_day,
        earlier=first - timedelta(days=STRIP) if first > today else None,
        later=first + timedelta(days=STRIP),
        soonest=_soonest(agents, by_day.get(open_day, {})),
        zone=lead.zone,
    )


def time_of(slot: Slot, *, client_zone: str, key: str = "", with_day: bool = False) -> Time:
    """Write a slot for a button."""
    here, there = slot.starts_at.astimezone(zone(client_zone)), slot.starts_at.astimezone(zone(slot.agent.user.zone))
    words = _hour(here) if not with_day else f"{day_words(here)}, {_hour(here)}"
    if here.replace(fold=0).utcoffset() != here.replace(fold=1).utcoffset():
        words = f"{words} {here:%Z}"  # clocks go back: this reading comes twice that night
    other = clock_words(there) if here.utcoffset() != there.utcoffset() else ""
    return Time(
        value=slot_value(slot.agent, slot.starts_at), words=words, other=other, who=slot.agent.user.first_name, key=key
    )


def _strip(first: date, by_day: dict[date, dict[int, list[Slot]]], *, open_day: date) -> list[DayTab]:
    days = [first + timedelta(days=ahead) for ahead in range(STRIP)]
    return [
        DayTab(
            on=day,
            words=f"{day:%a} {day.day}",
            free=sum(len(slots) for slots in by_day.get(day, {}).values()),
            is_open=day == open_day,
        )
        for day in days
    ]


def _agent_times(
    agents: Sequence[tuple[Membership, tuple[str, ...]]],
    by_day: dict[date, dict[int, list[Slot]]],
    *,
    open_day: date,
    lead: Lead,
) -> list[AgentTimes]:
    """Agents with a time that day come first, in the order of the ranking; the others say when they have one."""
    found = []
    keys = iter(range(1, KEYS + 1))
    for agent, reasons in agents:
        slots = by_day.get(open_day, {}).get(agent.pk, [])
        times = [time_of(slot, client_zone=lead.zone, key=str(next(keys, ""))) for slot in slots]
        doubt = slots[0].doubt if slots else ""
        found.append(AgentTimes(agent, reasons, times, "" if times else _next(agent, by_day, open_day), doubt))
    return sorted(found, key=lambda each: not each.times)


def _soonest(agents: Sequence[tuple[Membership, tuple[str, ...]]], slots: dict[int, list[Slot]]) -> Slot | None:
    """The first time of the open day of the best agent who has one: what the ISA offers aloud."""
    return next((slots[agent.pk][0] for agent, _ in agents if slots.get(agent.pk)), None)


def _next(agent: Membership, by_day: dict[date, dict[int, list[Slot]]], open_day: date) -> str:
    days = sorted(day for day in by_day if day > open_day and agent.pk in by_day[day])
    return f"next on {days[0]:%a, %b} {days[0].day}" if days else ""


def _hour(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def _midnight(day: date, zone_name: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone(zone_name))
