"""The board in one statement: the handoffs of a page, worst first, what is wrong with each, and how many there are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import DateTimeField, F, FilteredRelation, Q, QuerySet, Value

from handoff.baton.finding import COLUMNS, DERIVED
from handoff.baton.risks import RISKS
from handoff.models import Handoff
from handoff.states import AppointmentStatus
from teams.models import Membership

#: Rows of one page: more than anybody works through before it is drawn again, in half a minute at most.
ROWS: Final = 20
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
    seen = handoffs.annotate(booked=_booked()).order_by().values_list(*COLUMNS.values(), Value(at, DateTimeField()))
    looked_at, params = seen.query.sql_with_params()
    chosen, chosen_params = _chosen(risk, after)
    with connection.cursor() as cursor:
        cursor.execute(_BOARD.format(looked_at=looked_at, chosen=chosen), [*params, *chosen_params, rows + 1])
        answers = cursor.fetchall()
    return _found(answers, rows)


_HITS: Final = " UNION ALL ".join(
    f"SELECT '{risk.code}', found.* FROM ({sql}) AS found" for risk in RISKS for sql in risk.finds
)
_BOARD: Final = f"""
WITH looked_at ({", ".join(COLUMNS)}, at) AS ({{looked_at}}),
handoff AS MATERIALIZED (SELECT *, {DERIVED} FROM looked_at),
hit (code, pk, level, since, ref) AS MATERIALIZED ({_HITS}),
worst AS (SELECT pk, min(level) AS level FROM hit GROUP BY pk),
place AS (SELECT pk, presses_at, coalesce(level, {CALM_LEVEL}) AS level FROM handoff LEFT JOIN worst USING (pk)),
page AS (SELECT * FROM place WHERE {{chosen}} ORDER BY level, presses_at, pk LIMIT %s),
counted AS (SELECT code, count(*) AS n FROM (SELECT DISTINCT code, pk FROM hit) AS found GROUP BY code)
SELECT (SELECT count(*) FROM handoff), (SELECT count(*) FROM worst), (SELECT jsonb_object_agg(code, n) FROM counted),
    page.level, page.presses_at, page.pk, hit.code, hit.level, hit.since, hit.ref
FROM (VALUES (TRUE)) AS always LEFT JOIN page ON TRUE LEFT JOIN hit USING (pk)
ORDER BY page.level, page.presses_at, page.pk, hit.level, hit.since
"""


def _booked() -> FilteredRelation:
    """Return the appointment that is waited for: an open handoff's is booked, and no other's is.

    Said so, the few of a team that are booked are read at once, and not each by itself among all that ever were.
    """
    return FilteredRelation(
        "appointment", condition=Q(appointment__status=AppointmentStatus.BOOKED, appointment__team=F("team"))
    )


def _chosen(risk: str, after: Place | None) -> tuple[str, list[Any]]:
    parts: list[str] = ["TRUE"]
    params: list[Any] = []
    if risk == CALM:
        parts.append(f"level = {CALM_LEVEL}")
    elif risk:
        parts.append("pk IN (SELECT pk FROM hit WHERE code = %s)")
        params.append(risk)
    if after:
        parts.append("(level, presses_at, pk) > (%s, %s, %s)")
        params += [after.level, after.presses_at, after.pk]
    return " AND ".join(parts), params


def _found(answers: Sequence[Sequence[Any]], most: int) -> Found:
    """Put the answers together: each is one hit of a row of the page, or a row without any, after the figures."""
    open_ones, at_risk, by_risk = answers[0][:3]
    rows: dict[Place, list[Hit]] = {}
    for _, _, _, level, presses_at, pk, *hit in answers:
        if pk is not None:
            rows.setdefault(Place(level, presses_at, pk), []).extend([Hit(*hit)] if hit[0] else [])
    after = None
    if len(rows) > most:
        rows.popitem()
        after = next(reversed(rows))
    return Found(Figures(open_ones, at_risk, json.loads(by_risk or "{}")), rows, after)
