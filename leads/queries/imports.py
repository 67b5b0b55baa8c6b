"""Imports as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leads.exporting import told_rows
from leads.models import ImportRow, LeadImport
from leads.models.imports import ImportStatus, Outcome
from teams.models import Membership

IMPORTS_SHOWN = 50
ROWS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Tile:
    """One outcome and how many rows have it."""

    label: str
    figure: int
    is_bad: bool = False


def imports_of(membership: Membership) -> list[LeadImport]:
    """The team's imports, newest first."""
    mine = LeadImport.objects.visible_to(membership).select_related("by__user")
    return list(mine.defer("sample", "found", "meant", "headers", "columns").order_by("-id")[:IMPORTS_SHOWN])


def tiles_of(of: LeadImport) -> list[Tile]:
    """How many rows became what, or would."""
    figures = of.counts
    removed, kept = figures.get(Outcome.REMOVED, 0), figures.get(Outcome.KEPT, 0)
    if of.status in {ImportStatus.UNDONE, ImportStatus.UNDOING}:
        return [Tile("Removed again", removed), Tile("Kept", kept)]
    is_done = of.status == ImportStatus.DONE
    return [
        Tile("New leads" if is_done else "Would be new leads", figures.get(Outcome.CREATE, 0)),
        Tile("Added to leads" if is_done else "Would add to leads", figures.get(Outcome.FILL, 0)),
        Tile("Duplicates left out", figures.get(Outcome.SKIP, 0)),
        Tile("Cannot be imported", figures.get(Outcome.FAIL, 0), is_bad=bool(figures.get(Outcome.FAIL))),
    ]


def told(of: LeadImport) -> Sequence[ImportRow]:
    """The first rows about which there is something to say."""
    return list(told_rows(of).select_related("lead").order_by("number")[:ROWS_SHOWN])


def share_done(of: LeadImport) -> int:
    """How far the machine is, in percent; 0 while it cannot be known."""
    if of.status == ImportStatus.READING or not of.rows_total:
        return 0
    done = sum(of.counts.get(outcome, 0) for outcome in _COUNTED[of.status])
    whole = of.counts.get(Outcome.CREATE, 0) if of.status == ImportStatus.UNDOING else of.rows_total
    return min(100, done * 100 // whole) if whole else 100


_ROWS = (Outcome.CREATE, Outcome.FILL, Outcome.SKIP, Outcome.FAIL)
_COUNTED: dict[str, tuple[Outcome, ...]] = {
    ImportStatus.CHECKING: _ROWS,
    ImportStatus.RUNNING: _ROWS,
    ImportStatus.UNDOING: (Outcome.REMOVED, Outcome.KEPT),
}
