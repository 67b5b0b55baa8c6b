"""What becomes of leads that are never handed off, and whether each method does better than that.

The team's own cold leads are the measure: not somebody else's figures. They are counted from the leads once an hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import connection, transaction
from django.db.models import Sum

from handoff.models import ColdTally
from handoff.numbers.asking import Question
from handoff.numbers.days import monday_of
from handoff.numbers.figures import Row, Share
from leads.states import Stage
from notifications.promises.chores import chore
from teams.models import Team

SIGNED: Final = (Stage.SIGNED, Stage.UNDER_CONTRACT, Stage.CLOSED)


class Verdict(StrEnum):
    """What a comparison comes to."""

    BETTER = "better than your cold leads"
    WORSE = "worse than your cold leads"
    NEITHER = "no difference to be seen yet"
    FEW = "too few to say"
    NO_BASE = "too few cold leads to compare with"


@dataclass(frozen=True, slots=True)
class Conversion:
    """How many of those handed over in one way signed, and how many closed, beside the cold leads."""

    key: str
    name: str
    signed: Share
    closed: Share
    verdict: Verdict | None = None


def conversions(question: Question, by_method: Iterable[Row]) -> list[Conversion]:
    """Return the cold leads of the same weeks first, then each method. One query."""
    cold = _cold(question)
    methods = [
        Conversion(
            row.key,
            row.name,
            Share(row.figures.signed, row.figures.handed),
            closed := Share(row.figures.closed, row.figures.handed),
            verdict(closed, cold.closed),
        )
        for row in by_method
    ]
    return [cold, *methods]


def verdict(share: Share, base: Share) -> Verdict:
    """Compare two shares: they differ where their 95 % intervals do not touch, which is on the careful side."""
    if share.is_few or share.interval is None:
        return Verdict.FEW
    if base.is_few or base.interval is None:
        return Verdict.NO_BASE
    if share.interval[0] > base.interval[1]:
        return Verdict.BETTER
    return Verdict.WORSE if share.interval[1] < base.interval[0] else Verdict.NEITHER


def _cold(question: Question) -> Conversion:
    rows = ColdTally.objects.filter(team=question.team_id, week__gte=monday_of(question.since), week__lt=question.until)
    if question.source is not None:
        rows = rows.filter(source=question.source)
    counted = rows.aggregate(**{name: Sum(name, default=0) for name in ("leads", "signed", "closed")})
    leads = counted["leads"]
    return Conversion("cold", "Never handed off", Share(counted["signed"], leads), Share(counted["closed"], leads))


@chore(every=3600)
def count_cold_leads(*, at: datetime) -> int:  # noqa: ARG001 - a chore is told the time
    """Count them anew for every team. Returns how many cells it were."""
    return sum(count_cold(team) for team in Team.objects.all())


@transaction.atomic
def count_cold(team: Team) -> int:
    """Count those of one team anew. Returns how many cells it were."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM handoff_coldtally WHERE team_id = %s", [team.pk])
        cursor.execute(
            """
            INSERT INTO handoff_coldtally (team_id, week, source, leads, signed, closed)
            SELECT lead.team_id, date_trunc('week', lead.created_at AT TIME ZONE %(zone)s)::date, lead.source, count(*),
                count(*) FILTER (WHERE lead.stage = ANY(%(signed)s)), count(*) FILTER (WHERE lead.stage = %(closed)s)
            FROM leads_lead AS lead
            WHERE lead.team_id = %(team)s AND lead.merged_into_id IS NULL
                AND NOT EXISTS (SELECT FROM handoff_handoff AS handoff WHERE handoff.lead_id = lead.id)
            GROUP BY 1, 2, 3
            ON CONFLICT (team_id, week, source) DO UPDATE  -- another sweep has just counted them, too
                SET leads = excluded.leads, signed = excluded.signed, closed = excluded.closed
            """,
            {"team": team.pk, "zone": team.zone, "signed": list(SIGNED), "closed": Stage.CLOSED},
        )
        return int(cursor.rowcount)
