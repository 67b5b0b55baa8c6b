"""A team with very many leads, written in bulk: what pages cost must not depend on how many there are."""

from __future__ import annotations

from django.db import connection

from teams.models import Membership

_LEADS = """
    INSERT INTO leads_lead (team_id, first_name, last_name, sort_name, stage, stage_at, state, zone, language, source,
                            isa_id, owner_id, next_call_at, created_at, updated_at)
    SELECT %(team)s, 'First' || n, 'Last' || (n %% 997), lower('last' || (n %% 997) || ' first' || n),
           (ARRAY['new', 'contacting', 'nurture', 'qualified', 'lost'])[1 + n %% 5], now() - n * interval '1 minute',
           'TX', 'America/Chicago', 'en', 'Website', %(isa)s, %(isa)s,
           CASE WHEN n %% 7 = 0 THEN now() + (n %% 300 - 150) * interval '1 hour' END,
           now() - n * interval '1 minute', now()
    FROM generate_series(%(first)s, %(last)s) AS n
    RETURNING id
"""
_REST = """
    WITH made AS (
        SELECT id FROM leads_lead WHERE team_id = %(team)s
        AND NOT EXISTS (SELECT FROM leads_lpmama WHERE lead_id = leads_lead.id)
    ), phones AS (
        INSERT INTO leads_leadphone (lead_id, number, label, is_primary)
        SELECT id, '+1512' || lpad((5000000 + id)::text, 7, '0'), '', true FROM made
    ), verifications AS (
        INSERT INTO leads_verification (lead_id, phone, email, has_no_email) SELECT id, '', '', false FROM made
    )
    INSERT INTO leads_lpmama (lead_id, side, location_text, motivation, motivation_declined, timeframe, other_agent,
                              other_agent_name, mortgage, mortgage_lender, appointment_wish, needs, household,
                              updated_at)
    SELECT id, 'buy', 'Riverside', '', false, '', '', '', '', '', '', '', '', now() FROM made
"""


def add_leads(isa: Membership, *, first: int, last: int) -> None:
    """Give this ISA the leads numbered first to last, each with a phone number and the beginnings of LPMAMA."""
    with connection.cursor() as cursor:
        cursor.execute(_LEADS, {"team": isa.team_id, "isa": isa.pk, "first": first, "last": last})
        cursor.execute(_REST, {"team": isa.team_id})
        cursor.execute("ANALYZE")
