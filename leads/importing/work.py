"""What the steps do: read the file into rows, try them, import them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction

from leads.importing.columns import Target
from leads.importing.meanings import count_words
from leads.importing.planning import Plan, leads_by_id, plan_rows, remember_keys
from leads.importing.steps import begin, locked, moved, works_on
from leads.importing.tables import Row, opened
from leads.importing.writing import create_leads, fill_lead
from leads.models import ImportKey, ImportPiece, ImportRow, LeadImport
from leads.models.imports import ImportStatus, Outcome

READ_AT_ONCE = 1_000  # rows in one transaction
WRITTEN_AT_ONCE = 500

T = TypeVar("T")


@works_on(ImportStatus.READING)
def read(of: LeadImport, at: datetime, is_up: Callable[[], bool]) -> None:
    """Copy the rows of the file into the database, from where the last step stopped."""
    with opened(of) as rows:
        next(rows, None)  # the headers
        for some in _in_chunks((row for row in rows if row[0] > of.cursor), READ_AT_ONCE):
            if not _keep_rows(of, some) or is_up():
                return
    with transaction.atomic():
        if now := locked(of):
            begin(now, ImportStatus.CHECKING, at=at)


def _in_chunks(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    while some := list(islice(rows, size)):
        yield some


@transaction.atomic
def _keep_rows(of: LeadImport, rows: Sequence[Row]) -> bool:
    now = locked(of)
    if now is None:
        return False
    ImportRow.objects.bulk_create(ImportRow(of=now, number=number, cells=cells) for number, cells in rows)
    now.cursor, now.rows_total = rows[-1][0], now.rows_total + len(rows)
    moved(of, now, ["rows_total"])
    return True


@works_on(ImportStatus.CHECKING)
def check(of: LeadImport, _at: datetime, is_up: Callable[[], bool]) -> None:
    """Try row after row: nothing is written but what would become of it."""
    while not is_up():
        with transaction.atomic():
            now = locked(of)
            if now is None:
                return
            rows = _rows_after(now)
            if not rows:
                ImportKey.objects.filter(of=now).delete()
                now.status = ImportStatus.CHECKED
                moved(of, now, ["status"])
                return
            plans = plan_rows(now, rows, is_trial=True)
            remember_keys(now, plans)
            _count_words(now, rows)
            _note(now, plans)
            moved(of, now, ["found"])


def _count_words(of: LeadImport, rows: Iterable[ImportRow]) -> None:
    """Count the stages and people that the file names: a person says what each is in Baton."""
    kinds = [(target, place) for place, target in enumerate(of.columns) if target in {Target.STAGE, Target.PERSON}]
    for row in rows:
        for kind, place in kinds:
            if place < len(row.cells):
                count_words(of.found, kind, " ".join(row.cells[place].split()))


@works_on(ImportStatus.RUNNING)
def run(of: LeadImport, at: datetime, is_up: Callable[[], bool]) -> None:
    """Import row after row; what is written and how far we are is one transaction."""
    while not is_up():
        with transaction.atomic():
            now = locked(of)
            if now is None:
                return
            rows = _rows_after(now)
            if not rows:
                ImportPiece.objects.filter(of=now).delete()
                now.status, now.finished_at = ImportStatus.DONE, at
                moved(of, now, ["status", "finished_at"])
                return
            plans = plan_rows(now, rows, is_trial=False)
            _write(now, plans, at=at)
            _note(now, plans)
            moved(of, now, [])


def _rows_after(of: LeadImport) -> list[ImportRow]:
    return list(ImportRow.objects.filter(of=of, number__gt=of.cursor).order_by("number")[:WRITTEN_AT_ONCE])


def _write(of: LeadImport, plans: Sequence[Plan], *, at: datetime) -> None:
    create_leads(of, [plan for plan in plans if plan.outcome == Outcome.CREATE], at=at)
    made = {plan.row.number: plan.lead_id for plan in plans if plan.outcome == Outcome.CREATE}
    for plan in plans:
        if plan.outcome == Outcome.FILL and plan.lead_id is None:
            plan.lead_id = made.get(plan.same_row or 0)
    leads = leads_by_id(of, plans)
    for plan in plans:
        if plan.outcome == Outcome.FILL and plan.draft and plan.lead_id in leads:
            fill_lead(of, leads[plan.lead_id], plan.draft, at=at)


def _note(of: LeadImport, plans: Iterable[Plan]) -> None:
    """Write down what became of the rows, and count it."""
    plans = list(plans)
    note_outcomes([(plan.row.pk, plan.outcome, plan.remark, plan.lead_id) for plan in plans])
    of.counts = dict(Counter(of.counts) + Counter(plan.outcome.value for plan in plans))
    of.cursor = plans[-1].row.number


def note_outcomes(rows: Sequence[tuple[int, Outcome, str, int | None]]) -> None:
    """Set outcome, remark and lead of many rows in one statement."""
    pks, outcomes, remarks, leads = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE leads_importrow AS kept SET outcome = said.outcome, remark = said.remark, lead_id = said.lead_id
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) AS said (pk, outcome, remark, lead_id)
            WHERE kept.id = said.pk
            """,
            [list(pks), [outcome.value for outcome in outcomes], list(remarks), list(leads)],
        )
