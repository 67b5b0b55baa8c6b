"""An import's work as promises: each step does some seconds of it and owes the next, so a kill loses nothing.

Every chunk is one transaction that moves the import's cursor, under the import's lock. Whoever comes second, or again,
finds the cursor moved. The sweep alone keeps these promises: the workers are left to what people wait for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from leads.importing.files import Unreadable
from leads.models import ImportKey, ImportPiece, ImportRow, ImportStep, LeadImport
from leads.models.imports import ImportStatus
from notifications.promises import doorbell
from notifications.promises.registry import register

SHARE = 8.0  # seconds of work in one step; well below the lease of a claim
KEPT = timedelta(days=30)  # how long the rows of a file, and the way back, are kept

Work = Callable[[LeadImport, datetime, Callable[[], bool]], None]

_work: dict[str, Work] = {}


def works_on(status: ImportStatus) -> Callable[[Work], Work]:
    """Register the decorated function: it goes on with an import of this status until it is told that time is up."""

    def register_work(work: Work) -> Work:
        _work[status] = work
        return work

    return register_work


def owe_step(of: LeadImport, *, due_at: datetime, after: int | None = None) -> None:
    """Owe the next step of what its status says. Two that owe the step after the same one owe it once."""
    last = after if after is not None else of.owed_steps.aggregate(last=Max("number"))["last"]
    number = 1 if last is None else last + 1
    step = ImportStep(
        key=f"{of.about}|{number}",
        about=of.about,
        of=of,
        number=number,
        status=of.status,
        due_at=due_at,
        responsible=of.by,
    )
    ImportStep.objects.bulk_create([step], ignore_conflicts=True)
    doorbell.ring()


def begin(of: LeadImport, status: ImportStatus, *, at: datetime) -> None:
    """Put an import to work on what this status names, from its first row."""
    of.status, of.cursor, of.counts = status, 0, {}
    if status == ImportStatus.CHECKING:
        ImportKey.objects.filter(of=of).delete()
        of.found = {}
    of.save(update_fields=["status", "cursor", "counts", "found"])
    owe_step(of, due_at=at)


def locked(of: LeadImport) -> LeadImport | None:
    """The import as it is now, locked, or None when somebody else has gone on with it or ended it."""
    now = LeadImport.objects.select_for_update(of=("self",)).select_related("team", "by", "isa").get(pk=of.pk)
    return now if (now.status, now.cursor) == (of.status, of.cursor) else None


def moved(of: LeadImport, now: LeadImport, names: list[str]) -> None:
    """Save how far the locked import is, and let the one in hand know."""
    now.save(update_fields=["cursor", "counts", *names])
    of.cursor, of.status, of.counts = now.cursor, now.status, now.counts


def go_on(step: ImportStep) -> str:
    """Keep the promise: some seconds of work. Harmless twice, since every chunk looks where the import stands."""
    at = step.started_at or step.due_at
    of = LeadImport.objects.select_related("team", "by", "isa").get(pk=step.of_id)
    if step.status == FORGET:
        return _forget(of)
    if of.status != step.status:
        return "No longer needed."
    try:
        _work[of.status](of, at, _stopwatch())
    except Unreadable as problem:
        LeadImport.objects.filter(pk=of.pk, status=step.status).update(
            status=ImportStatus.UNREADABLE, problem=str(problem)[:300], finished_at=at
        )
        return str(problem)
    of.refresh_from_db()
    if of.is_working:
        owe_step(of, due_at=at, after=step.number)
    return f"{of.get_status_display()}, at row {of.cursor}"


def _stopwatch() -> Callable[[], bool]:
    """Tells whether this step has had its share; the clock starts when it is first asked."""
    began: list[float] = []

    def is_up() -> bool:
        if not began:  # some of it is done in any case, or nothing ever would be
            began.append(time.monotonic())
            return False
        return time.monotonic() - began[0] > SHARE

    return is_up


FORGET = ImportStatus.DISCARDED
_AT_ONCE = 5_000  # rows forgotten in one transaction


def owe_forgetting(of: LeadImport, *, due_at: datetime) -> None:
    """Owe that the file and its rows are removed: they are personal data that nobody needs by then."""
    ImportStep.objects.create(
        key=f"{of.about}|forget",
        about=of.about,
        of=of,
        number=0,
        status=FORGET,
        due_at=due_at,
        responsible=of.by,
    )


def forget_now(of: LeadImport, *, at: datetime) -> None:
    """Do not wait with that."""
    ImportStep.objects.filter(of=of, status=FORGET, state="waiting").update(due_at=at)
    doorbell.ring()


def _forget(of: LeadImport) -> str:
    ImportPiece.objects.filter(of=of).delete()
    ImportKey.objects.filter(of=of).delete()
    while numbers := list(ImportRow.objects.filter(of=of).values_list("pk", flat=True)[:_AT_ONCE]):
        ImportRow.objects.filter(pk__in=numbers).delete()
    with transaction.atomic():
        now = LeadImport.objects.select_for_update().get(pk=of.pk)
        if now.status in {ImportStatus.DRAFT, ImportStatus.CHECKED}:
            now.status = ImportStatus.DISCARDED
        now.sample, now.found = [], {}
        now.save(update_fields=["status", "sample", "found"])
    return "The file and its rows are forgotten."


register(ImportStep, go_on, threads=1)
