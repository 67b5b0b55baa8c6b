"""The board in one statement: the handoffs of a page, worst first, what is wrong with each, and how many there are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Case, DateTimeField, F, QuerySet, When

from handoff.baton.finding import COLUMNS
from handoff.baton.risks import RISKS
from handoff.models import Handoff
from teams.models import Membership

#: Rows of one page.
ROWS: Final = 50
#: The place of a handoff with which nothing is wrong, after every level.
CALM_LEVEL: Final = 9
#: What is chosen instead of a risk, to see those with which nothing is wrong.
CALM: Final = "calm"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands; the next page begins after it."""

    level: int
    presses_at: datetime
    pk: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that is wrong with one handoff. ``ref`` is what it is about, as ``finding`` says."""

    code: str
    level: int
    since: datetime
    ref: str

    @property
    def message(self) -> str:
        """The ref of the receipt of the message that it is about, if it is about one."""
        return self.ref.replace("returned-", "delivery-")


@dataclass(frozen=True, slots=True)
class Figures:
    """How many handoffs are open, how many of them are at risk, and how many of these by each risk's code."""

    open: int = 0
    at_risk: int = 0
    by_risk: Mapping[str, int] | None = None

    @property
    def calm(self) -> int:
        """With how many nothing is wrong."""
        return self.open - self.at_risk


@dataclass(frozen=True, slots=True)
class Found:
    """A page: the figures of all, and the hits of each row by its place, in order."""

    figures: Figures
    rows: Mapping[Place, Sequence[Hit]]
    after: Place | None


def own_handoffs(viewer: Membership) -> QuerySet[Handoff]:
    """Return the open handoffs on this member's board."""
    return Handoff.objects.own(viewer).open()


def find(
    handoffs: QuerySet[Handoff], *, at: datetime, risk: str = "", after: Place | None = None, rows: int = ROWS
) -> Found:
    """Return a page of these handoffs, those of one ``risk`` (or ``CALM``) alone if it is given: one query.

    The worst level comes first, then what presses soonest: the meeting, or once that has begun, the outcome.
    """
    presses_at = Case(
        When(appointment__starts_at__gt=at, then=F("appointment__starts_at")),
        default=F("outcome_due_at"),
        output_field=DateTimeField(),
    )
    scope, scope_params = _sql(handoffs.order_by().annotate(presses_at=presses_at).values_list("pk", "presses_at"))
    hits, hit_params = _hits(handoffs.order_by(), at)
    chosen, chosen_params = _chosen(risk, after)
    statement = _BOARD.format(scope=scope, hits=hits, chosen=chosen, calm=CALM_LEVEL)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*scope_params, *hit_params, *chosen_params, rows + 1])
        answers = cursor.fetchall()
    return _found(answers, rows)


_BOARD = """
WITH scope (pk, presses_at) AS MATERIALIZED ({scope}),
hit (code, pk, level, since, ref) AS MATERIALIZED ({hits}),
worst AS (
    SELECT pk, min(level) AS level, jsonb_agg(jsonb_build_array(code, level, since, ref) ORDER BY level, since) AS hits
    FROM hit GROUP BY pk
),
place AS (
    SELECT scope.pk, scope.presses_at, coalesce(worst.level, {calm}) AS level, worst.hits
    FROM scope LEFT JOIN worst USING (pk)
),
page AS (SELECT * FROM place WHERE {chosen} ORDER BY level, presses_at, pk LIMIT %s)
SELECT figures.*, page.level, page.presses_at, page.pk, page.hits
FROM (
    SELECT (SELECT count(*) FROM scope), (SELECT count(*) FROM worst),
        (SELECT jsonb_object_agg(code, n) FROM (SELECT code, count(DISTINCT pk) AS n FROM hit GROUP BY code) AS counted)
) AS figures LEFT JOIN page ON TRUE
ORDER BY page.level, page.presses_at, page.pk
"""


def _hits(handoffs: QuerySet[Handoff], at: datetime) -> tuple[str, list[Any]]:
    """Put the queries of all risks one below the other, each row with the code of its risk."""
    parts, params = [], []
    for risk in RISKS:
        for finds in risk.finds:
            sql, values = _sql(finds(handoffs, at))
            parts.append(f"SELECT %s, {', '.join(COLUMNS)} FROM ({sql}) AS found ({', '.join(COLUMNS)})")  # noqa: S608
            params += [risk.code, *values]
    return " UNION ALL ".join(parts), params


def _sql(rows: QuerySet[Any, Any]) -> tuple[str, list[Any]]:
    sql, params = rows.query.sql_with_params()
    return sql, list(params)


def _chosen(risk: str, after: Place | None) -> tuple[str, list[Any]]:
    parts: list[str] = ["TRUE"]
    params: list[Any] = []
    if risk == CALM:
        parts.append("hits IS NULL")
    elif risk:
        parts.append("pk IN (SELECT pk FROM hit WHERE code = %s)")
        params.append(risk)
    if after:
        parts.append("(level, presses_at, pk) > (%s, %s, %s)")
        params += [after.level, after.presses_at, after.pk]
    return " AND ".join(parts), params


def _found(answers: Sequence[Sequence[Any]], most: int) -> Found:
    open_ones, at_risk, by_risk = answers[0][:3]
    rows = {
        Place(level, presses_at, pk): [_hit(*each) for each in json.loads(hits or "[]")]
        for *_, level, presses_at, pk, hits in answers[:most]
        if pk is not None
    }
    last = next(reversed(rows)) if len(answers) > most else None
    return Found(Figures(open_ones, at_risk, json.loads(by_risk or "{}")), rows, last)


def _hit(code: str, level: int, since: str, ref: str) -> Hit:
    return Hit(code, level, datetime.fromisoformat(since), ref)
