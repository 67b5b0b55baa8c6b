"""Counting everything from its rows: to prove that what is kept is right, or to make it so after a load."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from handoff.numbers.folding import LOCK, add_to_cells, copied
from handoff.numbers.kept import HANDOFFS, KEPT, RINGS, Cells, Kept


@dataclass(frozen=True, slots=True)
class Recounted:
    """How many handoffs, rings and cells there were, and how many a recount has otherwise: missing, wrong, too many."""

    handoffs: int
    wrong_handoffs: int
    rings: int
    wrong_rings: int
    cells: int
    wrong_cells: int

    @property
    def is_right(self) -> bool:
        """Whether all that is kept equals the recount."""
        return not (self.wrong_handoffs or self.wrong_rings or self.wrong_cells)


@transaction.atomic
def recount(team_id: int) -> Recounted:
    """Compare all that is kept of a team with its rows, changing nothing; people may work meanwhile.

    What was counted must be what the rows say, unless it is noted as changed; and each cell must be what all that was
    counted adds up to. Each comparison is one statement, and so sees one moment.
    """
    of_team = {"team": team_id}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        handoffs, rings = (_compared(cursor, *_unchanged(kept), of_team) for kept in (HANDOFFS, RINGS))
        found = [_compared(cursor, *_added_up(kept, cells), of_team) for kept in KEPT for cells in kept.cells]
    cells, wrong_cells = map(sum, zip(*found, strict=True))
    return Recounted(*handoffs, *rings, cells, wrong_cells)


@transaction.atomic
def count_anew(team_id: int) -> None:
    """Throw away what is kept of a team, and count it from its rows: after a load, or when a recount found a fault.

    Folds wait for it. What changes meanwhile stays noted.
    """
    of_team = {"team": team_id}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SET LOCAL work_mem = '256MB'")
        for kept in KEPT:
            for table in dict.fromkeys((kept.counted, *(cells.table for cells in kept.cells))):
                cursor.execute(f"DELETE FROM {table} WHERE team_id = %(team)s", of_team)
            cursor.execute(
                f"DELETE FROM {kept.changed} AS changed USING {kept.of} AS one "
                f"WHERE one.id = changed.{kept.key} AND one.team_id = %(team)s",
                of_team,
            )
            cursor.execute(copied(kept, "team_id = %(team)s"), of_team)
            add_to_cells(cursor, kept, _of_team(kept), of_team)


def _of_team(kept: Kept) -> str:
    return f"(SELECT * FROM {kept.counted} WHERE team_id = %(team)s) AS counted"


def _unchanged(kept: Kept) -> tuple[str, str]:
    """Return what should have been counted and what was, but for what is noted as changed."""
    unchanged = f"team_id = %(team)s AND {kept.key} NOT IN (SELECT {kept.key} FROM {kept.changed})"
    wanted, counted = (f"SELECT {kept.columns} FROM {rows} WHERE {unchanged}" for rows in (kept.course, kept.counted))
    return wanted, counted


def _added_up(kept: Kept, cells: Cells) -> tuple[str, str]:
    """Return what cells should be and what they are; empty ones are none."""
    some = f"({', '.join(cells.sums)}) <> ({', '.join('0' for _ in cells.sums)})"
    kept_so = f"SELECT {cells.columns} FROM {cells.table} WHERE team_id = %(team)s AND {cells.where} AND {some}"
    return cells.added_up(_of_team(kept)), kept_so


def _compared(cursor: CursorWrapper, wanted: str, kept: str, values: dict[str, int]) -> tuple[int, int]:
    """Return how many there should be, and how many there are only on one of both sides."""
    cursor.execute(
        f"""
        WITH wanted AS MATERIALIZED ({wanted}), kept AS MATERIALIZED ({kept})
        SELECT (SELECT count(*) FROM wanted),
            (SELECT count(*) FROM (SELECT * FROM wanted EXCEPT ALL SELECT * FROM kept) AS missing)
            + (SELECT count(*) FROM (SELECT * FROM kept EXCEPT ALL SELECT * FROM wanted) AS too_many)
        """,
        values,
    )
    found: tuple[int, int] = cursor.fetchone()
    return found
