"""What is kept: handoffs and rings, each as a row of its course (a view), and cells in which such rows are added up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from handoff.models.numbers import MEASURES, Basis

#: In which combinations handoffs are tallied: 8 for the ISA, 4 agent, 2 source, 1 area.
SETS: Final = """(), (isa_id), (agent_id), (source), (area), (isa_id, agent_id), (isa_id, source), (isa_id, area),
    (agent_id, source), (agent_id, area), (source, area)"""
KIND: Final = "15 - grouping(isa_id, agent_id, source, area)"
KEYS: Final = "coalesce(isa_id, 0), coalesce(agent_id, 0), coalesce(source, ''), coalesce(area, '')"
CELL: Final = ("team_id", "basis", "kind", "week", "isa_id", "agent_id", "source", "area")
#: Which step of a handoff is tallied where: to the agent's voice, and to both invites.
PACES: Final = {"pace": "handoff_pacetally", "invite_pace": "handoff_invitetally"}
OF_RING: Final = ("team_id", "requested_on", "isa_id", "agent_id", "answer", "pace")


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of a table: those ``where`` it is true. ``keys`` say of what each is, ``sums`` are added up in it.

    ``added_up`` gives the query that does so with any rows: the keys, then the sums.
    """

    table: str
    keys: tuple[str, ...]
    sums: tuple[str, ...]
    added_up: Callable[[str], str]
    where: str = "true"

    @property
    def columns(self) -> str:
        """All of them, in order."""
        return ", ".join((*self.keys, *self.sums))


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of rows, as a ``course`` (a view) gives them and as they were ``counted`` (a table).

    ``changed`` (a table) has what changed since: the ``key`` of a handoff, or of a transfer, which stands for all its
    rings; ``of`` is the table that the key is of. Of the columns ``sums`` are added up, ``plain`` ones say in which
    cells, and ``rest`` are in none.
    """

    course: str
    counted: str
    changed: str
    key: str
    of: str
    plain: tuple[str, ...]
    sums: tuple[str, ...]
    rest: tuple[str, ...]
    cells: tuple[Cells, ...]

    @property
    def columns(self) -> str:
        """All of them, in order."""
        return ", ".join((*self.plain, *self.sums, *self.rest))


def _tallied(basis: Basis) -> Cells:
    """Handoffs in every combination, by the week of one of the two days."""
    sums = ", ".join(f"sum({name})" for name in MEASURES)

    def added_up(rows: str) -> str:
        return f"""
            SELECT team_id, '{basis}', {KIND}, week, {KEYS}, method, {sums}
            FROM (SELECT *, date_trunc('week', {basis}_on)::date AS week FROM {rows}) AS rows
            GROUP BY team_id, week, method, GROUPING SETS ({SETS})
            ORDER BY 3, 4  -- what is read together then lies together
        """

    return Cells("handoff_tally", (*CELL, "method"), MEASURES, added_up, f"basis = '{basis}'")


def _paced(basis: Basis, step: str) -> Cells:
    """How fast they were, one of ``PACES``, by no more than one of the four."""

    def added_up(rows: str) -> str:
        return f"""
            SELECT team_id, '{basis}', {KIND}, week, {KEYS}, {step}, sum(handed)
            FROM (SELECT *, date_trunc('week', {basis}_on)::date AS week FROM {rows} WHERE {step} IS NOT NULL) AS rows
            GROUP BY team_id, week, {step}, GROUPING SETS ((), (isa_id), (agent_id), (source), (area))
        """

    return Cells(PACES[step], (*CELL, "pace"), ("handed",), added_up, f"basis = '{basis}'")


def _rung(rows: str) -> str:
    """Rings by agent, and by ISA and agent."""
    return f"""
        SELECT team_id, coalesce(isa_id, 0), week, agent_id, answer, pace, sum(rings)
        FROM (SELECT *, date_trunc('week', requested_on)::date AS week FROM {rows}) AS rows
        GROUP BY team_id, week, agent_id, answer, pace, GROUPING SETS ((), (isa_id))
        ORDER BY 2, 3  -- as above
    """


HANDOFFS: Final = Kept(
    course="handoff_course",
    counted="handoff_counted",
    changed="handoff_changed",
    key="handoff_id",
    of="handoff_handoff",
    plain=("handoff_id", "team_id", "set_on", "held_on", "method", "isa_id", "agent_id", "source", "area", *PACES),
    sums=MEASURES,
    rest=("connect_seconds", "was_confirmed", "was_read", "fullness"),
    cells=tuple(cells for basis in Basis for cells in (_tallied(basis), *(_paced(basis, step) for step in PACES))),
)
RINGS: Final = Kept(
    course="handoff_ringcourse",
    counted="handoff_countedring",
    changed="handoff_changedtransfer",
    key="transfer_id",
    of="handoff_livetransfer",
    plain=("ring_id", "transfer_id", *OF_RING),
    sums=("rings",),
    rest=(),
    cells=(Cells("handoff_ringtally", ("team_id", "isa_id", "week", "agent_id", "answer", "pace"), ("rings",), _rung),),
)
#: All of it.
KEPT: Final = (HANDOFFS, RINGS)
