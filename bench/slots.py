"""The search for free slots: a hundred agents with four weeks of handoffs behind them, two weeks, full calendars."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from bench.figures import Row, at_most, milliseconds, percentile
from handoff import slots
from leads.models import Lead
from leads.tests.factories import LeadFactory
from teams.models import Membership, Policy
from teams.tests import factories as people

AGENTS, DAYS, A_DAY = 100, 14, 16
#: Handoffs each agent had in the weeks over which shares are counted.
HANDED = 20
ROUNDS = 15
GOAL = 3

_FILL = """
    INSERT INTO handoff_appointment (team_id, lead_id, agent_id, person_id, setter_id, starts_at, ends_at, during,
                                     status, how, place, uid, sequence, cancel_reason, created_at)
    SELECT %(team)s, %(lead)s, agent.id, agent.user_id, %(isa)s, slot.at, slot.at + interval '30 minutes',
           tstzrange(slot.at, slot.at + interval '30 minutes'), 'booked', 'call', '', gen_random_uuid(), 0, '', now()
    FROM teams_membership AS agent,
         LATERAL (SELECT %(first)s + day * interval '1 day' + n * interval '90 minutes' AS at
                  FROM generate_series(0, %(days)s) AS day, generate_series(0, %(a_day)s - 1) AS n) AS slot
    WHERE agent.team_id = %(team)s AND agent.role = 'agent'
"""
_HAND = """
    INSERT INTO handoff_handoff (team_id, lead_id, method, status, setter_id, agent_id, facts, is_hot, advised, advice,
                                 override_reason, revision, opened_at, closed_at, close_reason, outcome_due_at)
    SELECT %(team)s, %(lead)s, 'direct', 'reported', %(isa)s, agent.id, '{}', false, 'direct', '', '', 1,
           now() - n * interval '31 hours', now(), '', now()
    FROM teams_membership AS agent, generate_series(1, %(handed)s) AS n
    WHERE agent.team_id = %(team)s AND agent.role = 'agent'
"""
_OWN_CALENDARS = """
    WITH feed AS (
        INSERT INTO handoff_busyfeed (person_id, url, url_mark, host, ending, created_at, etag, last_modified,
                                      body_mark, zone, laid_out_at, read_at, next_at, failures, problem, remark)
        SELECT user_id, '', '', 'calendars.example.com', 'abcd', now(), '', '', '', '', now(), now(), now(), 0, '', ''
        FROM teams_membership WHERE team_id = %(team)s AND role = 'agent' RETURNING id, person_id
    )
    INSERT INTO handoff_busyspan (feed_id, person_id, starts_at, ends_at)
    SELECT feed.id, feed.person_id, slot.at, slot.at + interval '50 minutes'
    FROM feed, LATERAL (SELECT %(first)s + day * interval '1 day' + n * interval '3 hours' AS at
                        FROM generate_series(0, 119) AS day, generate_series(4, 7) AS n) AS slot
"""
_BUSY = """
    SELECT person_id, starts_at, ends_at FROM handoff_appointment
    WHERE person_id = ANY(%s) AND status IN ('held_slot', 'booked') AND starts_at < %s AND ends_at > %s
"""


def measure_slots() -> Iterator[Row]:
    """Hold the whole search against one bare query for the same agents' busy times."""
    team = people.TeamFactory.create()
    Policy.objects.filter(team=team).update(day_capacity=A_DAY + 1, week_capacity=7 * A_DAY)
    agents = [people.agent(team, hours="08:00-20:00 mon-sun") for _ in range(AGENTS)]
    isa = people.isa(team)
    lead = LeadFactory.create(team=team, isa=isa)
    at = timezone.now()
    _fill(lead, isa, at)
    start, end = at, at + timedelta(days=DAYS)

    def search() -> None:
        slots.free_slots(lead=lead, team=team, start=start, end=end, minutes=30, at=at)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BUSY, [[agent.user_id for agent in agents], end, start])
            cursor.fetchall()

    took, limit = _p50(search), _p50(bare)
    yield at_most(
        f"free slots of {AGENTS} agents over {DAYS} days, p50",
        figure=milliseconds(took),
        limit=f"{milliseconds(limit)} bare query",
        ratio=took / limit,
        goal=GOAL,
    )


def _fill(lead: Lead, isa: Membership, at: datetime) -> None:
    first = at.replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            _FILL,
            {"team": lead.team_id, "lead": lead.pk, "isa": isa.pk, "first": first, "days": DAYS, "a_day": A_DAY},
        )
        cursor.execute(_HAND, {"team": lead.team_id, "lead": lead.pk, "isa": isa.pk, "handed": HANDED})
        cursor.execute(_OWN_CALENDARS, {"team": lead.team_id, "first": first})
        cursor.execute("ANALYZE")


def _p50(run: Callable[[], None]) -> float:
    samples = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        samples.append(time.perf_counter() - began)
    return percentile(samples, 50)
