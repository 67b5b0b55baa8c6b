"""Handoffs and appointments, made by the verbs that people's are made by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from handoff.booking import book, hand_off_now
from handoff.models import Appointment, BusyFeed, BusySpan, Handoff
from handoff.models.appointments import How
from handoff.states import AppointmentStatus
from leads.models import Lead
from leads.states import Via
from leads.tests.factories import NOW, ready_lead
from teams.models import Membership, Policy, Team, User
from teams.tests.factories import TeamFactory, agent, isa

#: Tuesday 10:00 in Chicago, a day after NOW: on the grid of everybody who opens at nine.
SLOT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
MINUTES = 45

__all__ = [
    "MINUTES",
    "NOW",
    "SLOT",
    "appointment",
    "busy_feed",
    "busy_spans",
    "open_direct",
    "open_handoff",
    "policy",
    "ready",
]


def ready(team: Team | None = None, **fields: Any) -> Lead:
    """A lead that lacks nothing, of an ISA of the team."""
    team = team or TeamFactory.create()
    setter = fields.pop("isa", None) or isa(team)
    return ready_lead(team, setter, **fields)


def open_handoff(
    lead: Lead | None = None,
    *,
    to: Membership | None = None,
    starts_at: datetime = SLOT,
    at: datetime = NOW,
    **fields: Any,
) -> Handoff:
    """Book a slot of an agent for a ready lead; ``fields`` go to ``book``. The lead's ISA sets it."""
    lead = lead or ready()
    asked = {"minutes": MINUTES, "how": How.CALL, "place": "", "setter": lead.isa, "via": Via.PAGE} | fields
    return book(lead=lead, agent=to or agent(lead.team), starts_at=starts_at, at=at, **asked)


def open_direct(lead: Lead | None = None, *, to: Membership | None = None, at: datetime = NOW) -> Handoff:
    """Hand a ready lead over at once."""
    lead = lead or ready()
    assert lead.isa
    return hand_off_now(lead=lead, agent=to or agent(lead.team), setter=lead.isa, via=Via.PAGE, at=at)


def appointment(
    to: Membership,
    *,
    starts_at: datetime = SLOT,
    minutes: int = MINUTES,
    status: AppointmentStatus = AppointmentStatus.BOOKED,
    lead: Lead | None = None,
    **fields: Any,
) -> Appointment:
    """A row on somebody's calendar, past every rule but the database's."""
    lead = lead or ready(to.team)
    ends_at = starts_at + timedelta(minutes=minutes)
    return Appointment.objects.create(
        team=to.team,
        lead=lead,
        agent=to,
        person=to.user,
        setter=lead.isa,
        starts_at=starts_at,
        ends_at=ends_at,
        during=(starts_at, ends_at),
        status=status,
        created_at=NOW,
        **fields,
    )


def busy_feed(person: User, **fields: Any) -> BusyFeed:
    """A calendar of theirs that was read just now."""
    known = {"url": "https://calendars.example.com/a.ics", "host": "calendars.example.com", "ending": ".ics"}
    stamps = {"created_at": NOW, "read_at": NOW, "laid_out_at": NOW, "next_at": NOW + timedelta(minutes=15)}
    mark = f"{BusyFeed.objects.count():064}"
    return BusyFeed.objects.create(person=person, **(known | stamps | {"url_mark": mark, "zone": person.zone} | fields))


def busy_spans(person: User, *spans: tuple[datetime, datetime], feed: BusyFeed | None = None) -> BusyFeed:
    """Let them be busy then, by their own calendar."""
    feed = feed or busy_feed(person)
    BusySpan.objects.bulk_create(BusySpan(feed=feed, person=person, starts_at=a, ends_at=b) for a, b in spans)
    return feed


def policy(team: Team, **fields: Any) -> Policy:
    """Change the team's policy; the instance the team carries is the changed one."""
    Policy.objects.filter(team=team).update(**fields)
    team.policy = Policy.objects.get(team=team)
    return team.policy
