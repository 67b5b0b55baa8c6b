"""The people of an invented history: how many it takes, and what each of them is like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from django.db import transaction

from handoff.demo.callers import FIRST_NAMES, LAST_NAMES
from teams.founding import found_team
from teams.getting_started import put_away
from teams.models import Area, Membership, Policy, Role, Team, User, WorkingHours
from teams.people import join

ZONE: Final = "America/Chicago"
#: An agent meets so many clients a day, and an ISA hands off so many: a million in three years takes 100 and 20.
PER_AGENT, PER_ISA = 9.1, 45.6
FEWEST_AGENTS, FEWEST_ISAS = 6, 3
#: Besides the team lead; ``names`` has no more that differ.
MOST: Final = 399
#: A meeting's length and the hours of every day in which there are any: ``calendars`` is laid out by them.
MINUTES, OPENS, CLOSES = 30, 8, 20
#: Areas and the median price of a home there, in dollars.
AREAS: Final = {
    "Harbor Point": 615_000,
    "Cooper Hill": 380_000,
    "Lantern Row": 455_000,
    "Mill Pond": 520_000,
    "North Quay": 705_000,
    "Orchard End": 345_000,
    "Saltmarsh": 425_000,
    "Windward": 860_000,
}


@dataclass(frozen=True, slots=True)
class Isa:
    """Who sets. ``low``: books prices below the median; ``unreliable``: their clients do not show."""

    member: Membership
    low: bool = False
    unreliable: bool = False
    complete: float = 0.6
    days_ahead: float = 2.2


@dataclass(frozen=True, slots=True)
class Agent:
    """Who closes. ``takes`` and ``passes``: chances at a ring; ``seconds`` until they take it; ``hours`` to report."""

    member: Membership
    areas: tuple[str, ...]
    takes: float = 0.62
    passes: float = 0.1
    seconds: float = 6.0
    reads: float = 0.8
    hours: float = 3.0
    skill: float = 0.0


@dataclass(frozen=True, slots=True)
class Cast:
    """All of them. The first ISA books too low, the second one's clients do not come.

    The first agent passes rings and is slow, the second one reports late.
    """

    team: Team
    lead: Membership
    isas: tuple[Isa, ...]
    agents: tuple[Agent, ...]
    areas: dict[str, Area]

    @property
    def members(self) -> list[Membership]:
        """Everybody, the team lead first."""
        return [self.lead, *(each.member for each in self.isas), *(each.member for each in self.agents)]


def names(count: int) -> list[tuple[str, str]]:
    """Return so many invented first and last names, no two the same up to ``MOST`` and one."""
    first, last = FIRST_NAMES, LAST_NAMES
    return [(first[n % len(first)], last[(n // len(first) + n) % len(last)]) for n in range(count)]


def address(name: tuple[str, str], slug: str) -> str:
    """Return the address they sign in with: of nobody, whatever the team is called."""
    return f"{name[0]}.{name[1]}.{slug}@example.com".lower()


def how_many(handoffs: int, *, days: int) -> tuple[int, int]:
    """Return how many ISAs and agents it takes."""
    a_day = handoffs / days
    return max(FEWEST_ISAS, round(a_day / PER_ISA)), max(FEWEST_AGENTS, round(a_day / PER_AGENT))


@transaction.atomic
def gather(
    *, name: str, slug: str, isas: int, agents: int, passwords: list[str], since: datetime, chance: Random
) -> Cast:
    """Found the team, and let so many join; ``passwords`` are the team lead's, the ISAs' and the agents', in order."""
    team = found_team(name=name, slug=slug, zone=ZONE, reply_to="hello@example.com")
    team.postal_address = "1 Invented Quay, Austin, TX 78701"
    team.save(update_fields=["postal_address"])
    ways = {"appointment_minutes": MINUTES, "buffer_minutes": 0, "slot_step_minutes": MINUTES}
    Policy.objects.filter(team=team).update(**ways)
    team.policy.refresh_from_db()
    put_away(team=team, at=since)
    areas = {each: Area.objects.create(team=team, name=each, median_price=price) for each, price in AREAS.items()}
    roles = [Role.LEAD] + [Role.ISA] * isas + [Role.AGENT] * agents
    members = [
        join(
            team=team,
            email=address(each, slug),
            name=" ".join(each),
            role=role,
            zone=ZONE,
            password=password,
            phone=f"+1512555{100 + number % 100:04}",
        )
        for number, (each, role, password) in enumerate(zip(names(len(roles)), roles, passwords, strict=True))
    ]
    joined = since - timedelta(days=1)
    Membership.objects.filter(team=team).update(created_at=joined)
    User.objects.filter(memberships__team=team).update(joined_at=joined)
    closers = tuple(_agent(number, each, areas, chance) for number, each in enumerate(members[1 + isas :]))
    setters = tuple(_isa(number, each, chance) for number, each in enumerate(members[1 : 1 + isas]))
    return Cast(team, members[0], setters, closers, areas)


def _isa(number: int, member: Membership, chance: Random) -> Isa:
    complete, days_ahead = chance.uniform(0.45, 0.75), chance.uniform(1.6, 2.8)
    return Isa(member, low=number == 0, unreliable=number == 1, complete=complete, days_ahead=days_ahead)


def _agent(number: int, member: Membership, areas: dict[str, Area], chance: Random) -> Agent:
    known = tuple(chance.sample(list(areas), 3))
    profile = member.profile
    profile.title, profile.years = f"{known[0]} specialist", chance.randrange(2, 24)
    profile.line = f"Knows {known[0]} and {known[1]} street by street."
    profile.languages, profile.states = ["en"], ["TX"]
    profile.save()
    profile.areas.set(areas[each] for each in known)
    WorkingHours.objects.bulk_create(
        WorkingHours(membership=member, weekday=day, opens=time(OPENS), closes=time(CLOSES)) for day in range(7)
    )
    skill, reads = chance.uniform(-0.3, 0.3), chance.uniform(0.7, 0.9)
    if number == 0:
        return Agent(member, known, takes=0.2, passes=0.5, seconds=14.0, reads=reads, skill=skill)
    if number == 1:
        return Agent(member, known, hours=27.0, reads=reads, skill=skill)
    return Agent(member, known, seconds=chance.uniform(4.5, 8.0), reads=reads, hours=chance.uniform(2, 5), skill=skill)
