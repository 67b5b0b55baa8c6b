"""Counting everything from its rows: to prove that what is kept is right, or to make it so after a load."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from handoff.models.numbers import MEASURES, Basis
from handoff.numbers.folding import LOCK, PACE, TALLY, WHOLE, add_to_tallies, copied, paced, tallied


@dataclass(frozen=True, slots=True)
class Recounted:
    """How many handoffs and cells there were, and how many a recount has otherwise: missing, wrong, or too many."""

    handoffs: int
    wrong_handoffs: int
    cells: int
    wrong_cells: int

    @property
    def is_right(self) -> bool:
        """Whether all that is kept equals the recount."""
        return not (self.wrong_handoffs or self.wrong_cells)


@transaction.atomic
def recount(team_id: int) -> Recounted:
    """Compare all that is kept of a team with its rows, changing nothing; people may work meanwhile.

    A handoff as it was counted must be what its rows say, unless it is noted as changed; and each cell must be what
    those handoffs add up to. Each of both is one statement, and so sees one moment.
    """
    of_team = {"team": team_id}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        columns = ", ".join(WHOLE)
        unnoted = "team_id = %(team)s AND handoff_id NOT IN (SELECT handoff_id FROM handoff_changed)"
        handoffs, wrong_handoffs = _compared(
            cursor,
            f"SELECT {columns} FROM handoff_course WHERE {unnoted}",
            f"SELECT {columns} FROM handoff_counted WHERE {unnoted}",
            of_team,
        )
        cells = wrong_cells = 0
        for wanted, kept in _cells():
            more, wrong = _compared(cursor, wanted, kept, of_team)
            cells, wrong_cells = cells + more, wrong_cells + wrong
    return Recounted(handoffs, wrong_handoffs, cells, wrong_cells)


@transaction.atomic
def count_anew(team_id: int) -> None:
    """Throw away what is kept of a team, and count it from its rows: after a load, or when a recount found a fault.

    Folds wait for it. What changes meanwhile stays noted.
    """
    of_team = {"team": team_id}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SET LOCAL work_mem = '256MB'")
        for table in ("handoff_counted", "handoff_tally", "handoff_pacetally"):
            cursor.execute(f"DELETE FROM {table} WHERE team_id = %(team)s", of_team)
        cursor.execute(
            """
            DELETE FROM handoff_changed AS changed USING handoff_handoff AS handoff
            WHERE handoff.id = changed.handoff_id AND handoff.team_id = %(team)s
            """,
            of_team,
        )
        cursor.execute(copied("team_id = %(team)s"), of_team)
        add_to_tallies(cursor, _OF_TEAM, of_team)


_OF_TEAM = "(SELECT * FROM handoff_counted WHERE team_id = %(team)s) AS counted"


def _cells() -> list[tuple[str, str]]:
    """Return what the cells should be and what they are, for each day and both kinds of them; empty ones are none."""
    some = f"({', '.join(MEASURES)}) <> ({', '.join('0' for _ in MEASURES)})"
    pairs = []
    for basis in Basis.values:
        kept = f"WHERE team_id = %(team)s AND basis = '{basis}' AND"
        pairs.append((tallied(_OF_TEAM, basis), f"SELECT {TALLY} FROM handoff_tally {kept} {some}"))
        pairs.append((paced(_OF_TEAM, basis), f"SELECT {PACE} FROM handoff_pacetally {kept} handed <> 0"))
    return pairs


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
