"""Keeping the tallies: what changed is counted anew, and the difference is added to every cell it stands in.

The sweep does it every few seconds; whoever reads in between adds the difference (``handoff.numbers.tallies``). One
fold at a time: an advisory lock sees to that, and a second one goes on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from handoff.models.numbers import MEASURES, Basis
from notifications.promises.chores import chore

#: How many notes of changes one fold takes: a second's work.
BATCH: Final = 5_000
#: Any number that nothing else locks.
LOCK: Final = 7_140_026

ROW: Final = ("handoff_id", "team_id", "set_on", "held_on", "method", "isa_id", "agent_id", "source", "area", *MEASURES)
OF_ONE: Final = ("connect_seconds", "pace", "was_confirmed", "was_read", "fullness")
WHOLE: Final = (*ROW, *OF_ONE)
CELL: Final = "team_id, basis, kind, week, isa_id, agent_id, source, area"
TALLY: Final = f"{CELL}, method, {', '.join(MEASURES)}"
PACE: Final = f"{CELL}, pace, handed"
#: In which combinations handoffs are tallied: 8 for the ISA, 4 agent, 2 source, 1 area.
SETS: Final = """(), (isa_id), (agent_id), (source), (area), (isa_id, agent_id), (isa_id, source), (isa_id, area),
    (agent_id, source), (agent_id, area), (source, area)"""
KIND: Final = "15 - grouping(isa_id, agent_id, source, area)"
KEYS: Final = "coalesce(isa_id, 0), coalesce(agent_id, 0), coalesce(source, ''), coalesce(area, '')"


_ADD_TO_TALLY: Final = (
    "ON CONFLICT (team_id, basis, kind, week, method, isa_id, agent_id, source, area) DO UPDATE SET "
    + ", ".join(f"{name} = tally.{name} + excluded.{name}" for name in MEASURES)
)
_ADD_TO_PACE: Final = """
    ON CONFLICT (team_id, basis, kind, isa_id, agent_id, source, area, week, pace)
    DO UPDATE SET handed = tally.handed + excluded.handed
"""


@chore(every=5)
def fold_changes(*, at: datetime) -> int:  # noqa: ARG001 - a chore is told the time
    """Fold all that is noted, by pieces, each in a transaction of its own. Returns how many handoffs it were."""
    done = 0
    while folded := _fold():
        done += folded
    return done


@transaction.atomic
def _fold() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        # What is noted by now is committed, and so seen by all that follows.
        cursor.execute(
            """
            WITH noted AS (
                DELETE FROM handoff_changed
                WHERE id IN (SELECT id FROM handoff_changed ORDER BY id LIMIT %s) RETURNING handoff_id
            )
            SELECT coalesce(array_agg(DISTINCT handoff_id), '{}') FROM noted
            """,
            [BATCH],
        )
        keys: list[int] = cursor.fetchone()[0]
        if keys:
            cursor.execute("CREATE TEMPORARY TABLE baton_fold ON COMMIT DROP AS " + _differences(), [keys, keys])
            add_to_tallies(cursor, "baton_fold")
            cursor.execute("DELETE FROM handoff_counted WHERE handoff_id = ANY(%s)", [keys])
            cursor.execute(copied("handoff_id = ANY(%s)"), [keys])
            cursor.execute("DROP TABLE baton_fold")
        return len(keys)


def _differences() -> str:
    """Return what these handoffs were counted for, taken away, and what they count for now."""
    keys = ", ".join([*ROW[: -len(MEASURES)], "pace"])
    was, now = (", ".join(f"{sign}{name} AS {name}" for name in MEASURES) for sign in ("-", ""))
    return f"""
        SELECT {keys}, {was} FROM handoff_counted WHERE handoff_id = ANY(%s)
        UNION ALL SELECT {keys}, {now} FROM handoff_course WHERE handoff_id = ANY(%s)
    """


def copied(condition: str) -> str:
    """Return the statement that keeps handoffs of the course as they are counted."""
    columns = ", ".join(WHOLE)
    return f"INSERT INTO handoff_counted ({columns}) SELECT {columns} FROM handoff_course WHERE {condition}"


def add_to_tallies(cursor: CursorWrapper, rows: str, values: Mapping[str, int] | None = None) -> None:
    """Add what these rows count for to every cell that they stand in."""
    for basis in Basis.values:
        cursor.execute(f"INSERT INTO handoff_tally AS tally ({TALLY}) {tallied(rows, basis)} {_ADD_TO_TALLY}", values)
        cursor.execute(f"INSERT INTO handoff_pacetally AS tally ({PACE}) {paced(rows, basis)} {_ADD_TO_PACE}", values)


def tallied(rows: str, basis: str) -> str:
    """Return the query that adds up rows in every combination, by the week of one of the two days: ``TALLY``."""
    sums = ", ".join(f"sum({name})" for name in MEASURES)
    return f"""
        SELECT team_id, '{basis}', {KIND}, week, {KEYS}, method, {sums}
        FROM (SELECT *, date_trunc('week', {basis}_on)::date AS week FROM {rows}) AS rows
        GROUP BY team_id, week, method, GROUPING SETS ({SETS})
        ORDER BY 3, 4  -- what is read together then lies together
    """


def paced(rows: str, basis: str) -> str:
    """Return the query that counts how fast they connected, by no more than one of the four: ``PACE``."""
    return f"""
        SELECT team_id, '{basis}', {KIND}, week, {KEYS}, pace, sum(handed)
        FROM (SELECT *, date_trunc('week', {basis}_on)::date AS week FROM {rows} WHERE pace IS NOT NULL) AS rows
        GROUP BY team_id, week, pace, GROUPING SETS ((), (isa_id), (agent_id), (source), (area))
    """
