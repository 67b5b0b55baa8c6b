"""Many appointments at once: one is set by the verbs, the others copy its rows, with timers set by the real door."""

from __future__ import annotations

import json
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from handoff import booking
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How, new_uid
from handoff.signals import handoff_opened
from handoff.timing import set_timers_of
from leads.models import Lead, LeadEmail, LeadPhone, Lpmama
from leads.states import Stage, Via
from leads.tests.factories import ready_lead
from notifications.models import Delivery
from notifications.promises.owed import State
from teams.models import Membership
from teams.tests import factories as people

MINUTES = 30
#: Eight starts a day, from nine in the morning in Chicago, on five days; on more when that would take more agents.
STARTS, DAYS, MOST_AGENTS = 8, 5, 40
CHUNK = 1_000
#: Whom the facts of the first handoff name; in each copy its own client.
PATTERN = "Pattern"
ALL_DAY = "00:00-23:59 mon-sun"


@dataclass(slots=True)
class Ground:
    """A team, and the handoffs of its clients by how they are referred to."""

    isa: Membership
    boss: Membership
    begins: datetime
    handoffs: dict[str, Handoff] = field(default_factory=dict)


def client_name(number: int) -> str:
    """Return a client's first name, by which a mail about them is known."""
    return f"Client{number:05}"


def make_ground(appointments: int, *, begins: datetime) -> Ground:
    """Set so many appointments at ``begins``, the first of them two days ahead."""
    team = people.TeamFactory.create(name="Travelling Realty", postal_address="12 Invented Street, Austin, TX 78700")
    ground = Ground(people.isa(team), people.lead(team), begins)
    agents = [people.agent(team, hours=ALL_DAY) for _ in range(min(ceil(appointments / (STARTS * DAYS)), MOST_AGENTS))]
    days = ceil(appointments / (STARTS * len(agents)))
    first = _first(ground, agents[0])
    times = [
        (agent, begins + timedelta(days=2 + day, hours=hour))
        for day in range(days)
        for hour in range(STARTS)
        for agent in agents
    ]
    for offset in range(0, appointments, CHUNK):
        _copy(ground, first, times[offset : min(offset + CHUNK, appointments)], offset)
    return ground


def _first(ground: Ground, agent: Membership) -> Handoff:
    """The one that the verbs set: the pattern of the rest, which goes no further itself."""
    lead = ready_lead(ground.isa.team, ground.isa, at=ground.begins, first_name=PATTERN, email="pattern@example.com")
    handoff = booking.book(
        lead=lead,
        agent=agent,
        starts_at=ground.begins + timedelta(days=60),
        minutes=MINUTES,
        how=How.CALL,
        place="",
        setter=ground.isa,
        via=Via.PAGE,
        at=ground.begins,
    )
    Delivery.objects.filter(about=handoff.about).update(state=State.DROPPED)  # it is not what is looked at
    return Handoff.objects.select_related("lead__lpmama", "appointment").get(pk=handoff.pk)


def _copy(ground: Ground, first: Handoff, times: list[tuple[Membership, datetime]], offset: int) -> None:
    leads = _leads(first.lead, [agent for agent, _ in times], offset)
    appointments = Appointment.objects.bulk_create(
        _appointment(first, lead, agent, starts_at) for lead, (agent, starts_at) in zip(leads, times, strict=True)
    )
    copies = []
    for lead, appointment in zip(leads, appointments, strict=True):
        made = _fresh(first)
        made.lead, made.appointment, made.agent = lead, appointment, appointment.agent
        made.stage_change = None
        made.facts = json.loads(_about(lead, json.dumps(first.facts)))
        made.outcome_due_at = appointment.ends_at + (first.outcome_due_at - _appointment_of(first).ends_at)
        copies.append(made)
    for handoff in Handoff.objects.bulk_create(copies):
        set_timers_of(handoff, at=ground.begins)
        handoff_opened.send(sender=Handoff, handoff=handoff, at=ground.begins)
        ground.handoffs[handoff.about] = handoff


def _about(lead: Lead, facts: str) -> str:
    return facts.replace(PATTERN, lead.first_name).replace(f"{PATTERN.lower()}@", f"{lead.first_name.lower()}@")


def _leads(pattern: Lead, agents: list[Membership], offset: int) -> list[Lead]:
    rows = []
    for number, agent in enumerate(agents, start=offset):
        lead = _fresh(pattern)
        lead.first_name, lead.last_name, lead.sort_name = client_name(number), "Example", client_name(number).lower()
        lead.stage, lead.owner = Stage.APPOINTMENT_SET, agent
        rows.append(lead)
    leads = Lead.objects.bulk_create(rows)
    LeadEmail.objects.bulk_create(
        LeadEmail(lead=lead, address=f"{lead.first_name.lower()}@example.com", is_primary=True) for lead in leads
    )
    LeadPhone.objects.bulk_create(
        LeadPhone(lead=lead, number=f"+1512{5_550_000 + offset + number:07}", is_primary=True)
        for number, lead in enumerate(leads)
    )
    answers = []
    for lead in leads:
        copied = _fresh(pattern.lpmama)
        copied.lead = lead
        answers.append(copied)
    Lpmama.objects.bulk_create(answers)
    return leads


def _appointment(first: Handoff, lead: Lead, agent: Membership, starts_at: datetime) -> Appointment:
    made: Appointment = _fresh(_appointment_of(first))
    ends_at = starts_at + timedelta(minutes=MINUTES)
    made.lead, made.agent, made.person, made.uid = lead, agent, agent.user, new_uid()
    made.starts_at, made.ends_at, made.during = starts_at, ends_at, (starts_at, ends_at)
    return made


def _appointment_of(handoff: Handoff) -> Appointment:
    assert handoff.appointment is not None
    return handoff.appointment


def _fresh(row: Any) -> Any:
    made = copy(row)
    made._state = copy(row._state)
    made._state.fields_cache = {}
    made.pk, made._state.adding = None, True
    return made
