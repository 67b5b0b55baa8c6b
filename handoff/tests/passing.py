"""Handoffs as rows, without the processor: for tests of what is said of a handoff rather than how it opens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from psycopg2.extras import DateTimeTZRange

from handoff.facts import freeze
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.states import AppointmentStatus, Method
from leads.models import Lead
from leads.states import Stage
from leads.tests.factories import NOW, ready_lead
from teams.models import Membership, Team
from teams.tests.factories import TeamFactory, agent, isa

#: The day after: Tuesday 15:30 in Chicago.
TOMORROW = NOW + timedelta(days=1, hours=5, minutes=30)


def a_team(**fields: Any) -> Team:
    """A team in Chicago."""
    team: Team = TeamFactory.create(**({"name": "Example Realty"} | fields))
    return team


def ana(team: Team, **fields: Any) -> Membership:
    """The agent: a specialist with a line about her, in New York."""
    profile = {"title": "downtown condo specialist", "line": "She has sold forty homes around the lake."}
    known = {"user__name": "Ana Flores", "user__phone": "+15125550188", "user__zone": "America/New_York"}
    return agent(team, **(known | {"profile": profile} | fields))


def mia(team: Team, **fields: Any) -> Membership:
    """The ISA."""
    return isa(team, **({"user__name": "Mia Setter", "user__phone": "+15125550177"} | fields))


def dana(setter: Membership, **fields: Any) -> Lead:
    """The lead, in Los Angeles, ready for a handoff."""
    known = {
        "first_name": "Dana",
        "last_name": "Example",
        "phone": "+15125550123",
        "email": "dana.example@example.com",
        "zone": "America/Los_Angeles",
    }
    return ready_lead(setter.team, setter, **(known | fields))


def booked(lead: Lead, *, to: Membership, starts_at: datetime = TOMORROW, **fields: Any) -> Appointment:
    """A booked appointment of 45 minutes."""
    ends_at = starts_at + timedelta(minutes=45)
    known = {
        "team": lead.team,
        "lead": lead,
        "agent": to,
        "person": to.user,
        "setter": lead.isa,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "during": DateTimeTZRange(starts_at, ends_at),
        "status": AppointmentStatus.BOOKED,
        "how": How.CALL,
        "created_at": NOW,
    }
    return Appointment.objects.create(**(known | fields))


def passed(lead: Lead, *, to: Membership, appointment: Appointment | None = None, **fields: Any) -> Handoff:
    """An open handoff: scheduled when there is an appointment, else direct. The lead is where a handoff leaves it."""
    method = Method.SCHEDULED if appointment else Method.DIRECT
    opened_at = fields.pop("opened_at", NOW)
    ends_at = appointment.ends_at if appointment else opened_at
    stage = Stage.APPOINTMENT_SET if appointment else Stage.HANDED_OFF
    Lead.objects.filter(pk=lead.pk).update(stage=stage, owner=to)
    lead.refresh_from_db(fields=["stage", "owner"])
    setter = fields.pop("setter", lead.isa)
    known = {
        "team": lead.team,
        "lead": lead,
        "method": method,
        "setter": setter,
        "agent": to,
        "appointment": appointment,
        "facts": freeze(lead, agent=to, setter=setter, appointment=appointment, method=method, at=opened_at),
        "advised": method,
        "opened_at": opened_at,
        "outcome_due_at": ends_at + timedelta(hours=24),
    }
    return Handoff.objects.create(**(known | fields))


def a_handoff(*, is_direct: bool = False, **fields: Any) -> Handoff:
    """Mia hands Dana to Ana of Example Realty, to be called tomorrow at 13:30 in Dana's Los Angeles."""
    team = fields.pop("team", None) or a_team()
    lead, to = dana(mia(team)), ana(team)
    return passed(lead, to=to, appointment=None if is_direct else booked(lead, to=to), **fields)
