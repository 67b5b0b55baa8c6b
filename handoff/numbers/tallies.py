"""Reading the tallies: whole weeks are taken from cells, the days around them and whatever changed since from rows.

Each answer is one statement, and so one moment: what is noted as changed in it is counted as it is, not as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db import connection

from handoff.models.numbers import MEASURES
from handoff.numbers.asking import COLUMN, NOTHING, By, Question
from handoff.numbers.kept import PACES
from handoff.numbers.pace import Pace, Speeds
from handoff.states import Method

#: What only the moment tells, of open handoffs.
NOW: Final = ("open", "overdue", "to_come", "awaiting")
COUNTS: Final = (*MEASURES, *NOW)
#: By what an answer is broken down: what the keys are read from, and of which cells.
PANELS: Final = {
    "week": ("week", By(0)),
    "method": ("method", By(0)),
    "isa": ("isa_id", By.ISA),
    "agent": ("agent_id", By.AGENT),
    "source": ("source", By.SOURCE),
    "area": ("area", By.AREA),
}
#: Handoffs of which method have such a step: its cells are not by method.
_OF_METHOD: Final = {"pace": Method.LIVE, "invite_pace": Method.SCHEDULED}
_LISTED: Final = ", ".join(MEASURES)
_NONE: Final = ", ".join(f"0 AS {name}" for name in NOW)
Answer = dict[str, dict[str, dict[str, int]]]


def answer(question: Question, *, at: datetime) -> Answer:
    """Return the counts of each key of each panel: {panel: {key: {count: number}}}, keys as text, weeks as ISO days.

    Keys without a handoff are not there. One query.
    """
    parts = [
        *_cells(question),
        _by_panel(" UNION ALL ".join(_loose(question)), MEASURES),
        _by_panel(_open(question), NOW),
    ]
    sums = ", ".join(f"sum({name})::bigint" for name in COUNTS)
    found: Answer = {panel: {} for panel in PANELS}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT panel, key, {sums} FROM ({" UNION ALL ".join(parts)}) AS parts (panel, key, {", ".join(COUNTS)})
            GROUP BY panel, key
            """,
            _values(question) | {"at": at},
        )
        for panel, key, *counts in cursor.fetchall():
            if any(counts):
                found[panel][key] = dict(zip(COUNTS, counts, strict=True))
    return found


def _by_panel(rows: str, names: tuple[str, ...]) -> str:
    """Return the query that adds up these counts of rows by the keys of each panel, as cells have them."""
    columns = [column for column, _ in PANELS.values()]
    which = " ".join(f"WHEN grouping({column}) = 0 THEN '{panel}'" for panel, (column, _) in PANELS.items())
    sums = ", ".join(_sum(name) if name in names else "0" for name in COUNTS)
    return f"""
        SELECT CASE {which} END, coalesce({", ".join(f"{column}::text" for column in columns)}), {sums}
        FROM ({rows}) AS rows GROUP BY GROUPING SETS ({", ".join(f"({column})" for column in columns)})
    """


def _sum(name: str) -> str:
    """Return the sum as what it is in cells: otherwise each cell's would be made what this one is."""
    return f"sum({name})::{'bigint' if name == 'commission' else 'int'}"


def speeds(question: Question) -> Speeds:
    """Return how fast clients were put through, and how fast invites were delivered. One query."""
    listed = ", ".join(f"('{step}', {step})" for step in PACES)
    rows = f"({' UNION ALL '.join(_loose(question))}) AS rows"
    of_all = " AND ".join(f"{COLUMN[by]} = {nothing}" for by, nothing in NOTHING.items() if by not in question.chosen)
    parts = [f"SELECT what, step, handed FROM {rows} CROSS JOIN LATERAL (VALUES {listed}) AS one (what, step)"]
    if _is_in_cells(question):
        parts += (
            f"SELECT '{step}', pace, handed FROM {PACES[step]} WHERE {_of_cells(question, question.kind)} AND {of_all}"
            for step, method in _OF_METHOD.items()
            if question.method in (None, method)
        )
    found: dict[str, dict[int, int]] = {step: {} for step in PACES}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT what, step, sum(handed) FROM ({" UNION ALL ".join(parts)}) AS parts
            WHERE step IS NOT NULL GROUP BY what, step HAVING sum(handed) <> 0 ORDER BY what, step
            """,
            _values(question),
        )
        for what, step, number in cursor.fetchall():
            found[what][int(step)] = int(number)
    return Speeds(connected=Pace(found["pace"]), invited=Pace(found["invite_pace"]))


def _is_in_cells(question: Question) -> bool:
    """Whether there are cells for it: they are by two at most, of which one is a panel's."""
    first, end = question.whole_weeks
    return len(question.chosen) < 2 and first < end


def _cells(question: Question) -> Iterator[str]:
    if _is_in_cells(question):
        method = "" if question.method is None else "AND method = %(method)s"
        for panel, (column, by) in PANELS.items():
            yield f"""
                SELECT '{panel}' AS panel, {column}::text AS key, {_LISTED}, {_NONE} FROM handoff_tally
                WHERE {_of_cells(question, question.kind | by)} {method}
            """


def _of_cells(question: Question, kind: By) -> str:
    narrowed = "".join(f" AND {COLUMN[by]} = %({COLUMN[by]})s" for by in question.chosen)
    return (
        f"team_id = %(team)s AND basis = %(basis)s AND kind = {int(kind)} AND week >= %(first)s AND week < %(end)s"
        + narrowed
    )


def _loose(question: Question) -> Iterator[str]:
    """Yield the queries for what no cell has: days outside whole weeks, and in them the difference of what changed."""
    day = f"{question.basis}_on"
    outside = f"{day} >= %(since)s AND {day} < %(until)s"
    if _is_in_cells(question):
        within = f"{day} >= %(first)s AND {day} < %(end)s AND {_narrowed(question)}"
        changed = "handoff_id IN (SELECT handoff_id FROM handoff_changed)"
        was = ", ".join(f"-{name} AS {name}" for name in MEASURES)
        yield f"SELECT {_keys(day)}, {was} FROM handoff_counted WHERE {within} AND {changed}"
        yield f"SELECT {_keys(day)}, {_LISTED} FROM handoff_noted WHERE {within}"
        if question.whole_weeks == (question.since, question.until):
            return
        outside = f"(({day} >= %(since)s AND {day} < %(first)s) OR ({day} >= %(end)s AND {day} < %(until)s))"
    yield f"SELECT {_keys(day)}, {_LISTED} FROM handoff_current WHERE {_narrowed(question)} AND {outside}"


def _open(question: Question) -> str:
    """Return the query for open handoffs: what is overdue, to come, or begun without a word of how it went."""
    moment = {"set": "opened_at", "held": "coalesce(starts_at, opened_at)"}[question.basis]
    return f"""
        SELECT {_keys("moment")}, 1 AS open, (outcome_due_at < %(at)s)::int AS overdue,
            coalesce(starts_at > %(at)s, false)::int AS to_come, coalesce(starts_at <= %(at)s, false)::int AS awaiting
        FROM (
            SELECT handoff.*, handoff.setter_id AS isa_id, NULL::smallint AS pace, NULL::smallint AS invite_pace,
                booked.starts_at, {moment} AT TIME ZONE team.zone AS moment
            FROM handoff_handoff AS handoff
            JOIN teams_team AS team ON team.id = handoff.team_id
            LEFT JOIN handoff_appointment AS booked
                ON booked.id = handoff.appointment_id AND booked.team_id = handoff.team_id AND booked.status = 'booked'
            WHERE handoff.status = 'open' AND handoff.team_id = %(team)s
        ) AS handoff
        WHERE {_narrowed(question)} AND moment >= %(since)s AND moment < %(until)s
    """


def _narrowed(question: Question) -> str:
    wanted = [COLUMN[by] for by in question.chosen] + (["method"] if question.method else [])
    return " AND ".join(["team_id = %(team)s", *(f"{column} = %({column})s" for column in wanted)])


def _keys(day: str) -> str:
    week = f"date_trunc('week', ({day})::timestamp)::date AS week"
    return f"{week}, method, isa_id, agent_id, source, area, {', '.join(PACES)}"


def _values(question: Question) -> dict[str, Any]:
    first, end = question.whole_weeks
    return {
        "team": question.team_id,
        "basis": question.basis.value,
        "method": question.method,
        "since": question.since,
        "until": question.until,
        "first": first,
        "end": end,
        **{COLUMN[by]: value for by, value in question.chosen.items()},
    }
