"""Keeping the tallies: what changed is counted anew, and the difference is added to every cell it stands in.

The sweep does it every few seconds; whoever reads in between adds the difference (``handoff.numbers.tallies``,
``handoff.numbers.rings``). One fold at a time: an advisory lock sees to that, and a second one goes on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from handoff.numbers.kept import KEPT, Kept
from notifications.promises.chores import chore

#: How many notes of changes one fold takes: a second's work.
BATCH: Final = 5_000
#: Any number that nothing else locks.
LOCK: Final = 7_140_026


@chore(every=5)
def fold_changes(*, at: datetime) -> int:  # noqa: ARG001 - a chore is told the time
    """Fold all that is noted, by pieces, each in a transaction of its own. Returns how much changed."""
    done = 0
    for kept in KEPT:
        while folded := _fold(kept):
            done += folded
    return done


@transaction.atomic
def _fold(kept: Kept) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        # What is noted by now is committed, and so seen by all that follows.
        cursor.execute(
            f"""
            WITH noted AS (
                DELETE FROM {kept.changed}
                WHERE id IN (SELECT id FROM {kept.changed} ORDER BY id LIMIT %s) RETURNING {kept.key}
            )
            SELECT coalesce(array_agg(DISTINCT {kept.key}), '{{}}') FROM noted
            """,
            [BATCH],
        )
        keys: list[int] = cursor.fetchone()[0]
        if keys:
            these = f"{kept.key} = ANY(%(keys)s)"
            values = {"keys": keys}
            cursor.execute(f"CREATE TEMPORARY TABLE baton_fold ON COMMIT DROP AS {_differences(kept, these)}", values)
            add_to_cells(cursor, kept, "baton_fold")
            cursor.execute(f"DELETE FROM {kept.counted} WHERE {these}", values)
            cursor.execute(copied(kept, these), values)
            cursor.execute("DROP TABLE baton_fold")
        return len(keys)


def _differences(kept: Kept, these: str) -> str:
    """Return what these were counted for, taken away, and what they count for now."""
    plain = ", ".join(kept.plain)
    was, now = (", ".join(f"{sign}{name} AS {name}" for name in kept.sums) for sign in ("-", ""))
    return f"""
        SELECT {plain}, {was} FROM {kept.counted} WHERE {these}
        UNION ALL SELECT {plain}, {now} FROM {kept.course} WHERE {these}
    """


def copied(kept: Kept, these: str) -> str:
    """Return the statement that keeps these rows of the course as they are counted."""
    return f"INSERT INTO {kept.counted} ({kept.columns}) SELECT {kept.columns} FROM {kept.course} WHERE {these}"


def add_to_cells(cursor: CursorWrapper, kept: Kept, rows: str, values: Mapping[str, int] | None = None) -> None:
    """Add what these rows count for to every cell that they stand in."""
    for cells in kept.cells:
        more = ", ".join(f"{name} = cell.{name} + excluded.{name}" for name in cells.sums)
        cursor.execute(
            f"""
            INSERT INTO {cells.table} AS cell ({cells.columns}) {cells.added_up(rows)}
            ON CONFLICT ({", ".join(cells.keys)}) DO UPDATE SET {more}
            """,
            values,
        )
