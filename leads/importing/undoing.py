"""Taking an import back: what it created goes, unless somebody has worked on it since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime

import pgtrigger
from django.db import transaction
from django.db.models import Q

from leads.importing.steps import locked, moved, works_on
from leads.importing.work import WRITTEN_AT_ONCE, note_outcomes
from leads.importing.writing import KIND
from leads.models import (
    Activity,
    ImportRow,
    Lead,
    LeadEmail,
    LeadImport,
    LeadPhone,
    LeadTag,
    Lpmama,
    PersonNote,
    Verification,
)
from leads.models.imports import ImportStatus, Outcome

#: What an import itself writes. A row of any other table that points at the lead is somebody's work, in every room.
_OF_THE_IMPORT = {Activity, ImportRow, LeadEmail, LeadPhone, LeadTag, Lpmama, PersonNote, Verification}


@works_on(ImportStatus.UNDOING)
def undo(of: LeadImport, at: datetime, is_up: Callable[[], bool]) -> None:
    """Remove the untouched leads, some at a time; each row says what became of its lead."""
    while not is_up():
        with transaction.atomic():
            now = locked(of)
            if now is None:
                return
            created = ImportRow.objects.filter(of=now, number__gt=now.cursor, outcome=Outcome.CREATE)
            rows = list(created.exclude(lead=None).order_by("number")[:WRITTEN_AT_ONCE])
            if not rows:
                now.status, now.finished_at = ImportStatus.UNDONE, at
                moved(of, now, ["status", "finished_at"])
                return
            _undo_rows(now, rows)
            moved(of, now, [])


def _undo_rows(of: LeadImport, rows: list[ImportRow]) -> None:
    ids = [row.lead_id for row in rows if row.lead_id]
    list(Lead.objects.filter(pk__in=ids).select_for_update().order_by("pk").values_list("pk"))
    kept = why_touched(of, ids)
    _remove([pk for pk in ids if pk not in kept])
    said: list[tuple[int, Outcome, str, int | None]] = []
    for row in rows:
        reason = kept.get(row.lead_id or 0)
        said.append(
            (row.pk, Outcome.KEPT, f"Kept: {reason}"[:500], row.lead_id)
            if reason
            else (row.pk, Outcome.REMOVED, row.remark, None)
        )
    note_outcomes(said)
    of.counts = dict(Counter(of.counts) + Counter(outcome.value for _, outcome, _, _ in said))
    of.cursor = rows[-1].number


def why_touched(of: LeadImport, ids: Collection[int]) -> dict[int, str]:
    """Why these leads are no longer only what the import made of them, by id; the others are not named."""
    reasons: dict[int, str] = {}
    for relation in Lead._meta.related_objects:  # noqa: SLF001  # Django's public name for it
        if relation.related_model in _OF_THE_IMPORT:
            continue
        name = relation.field.name
        of_others = relation.related_model._default_manager.filter(**{f"{name}__in": ids})  # noqa: SLF001
        words = f"it has a {relation.related_model._meta.verbose_name}"  # noqa: SLF001
        reasons |= dict.fromkeys(of_others.values_list(f"{name}_id", flat=True), words)
    later = Activity.objects.filter(lead__in=ids).exclude(Q(kind=KIND) & Q(data__contains={"import": of.pk}))
    reasons |= dict(later.order_by("pk").values_list("lead_id", "summary"))
    return reasons


def _remove(ids: Collection[int]) -> None:
    """Remove leads with their stories: the one case in which a timeline ends, since nothing ever happened in it."""
    with pgtrigger.ignore("leads.Activity:append_only"):
        Activity.objects.filter(lead__in=ids).delete()
    Lead.objects.filter(pk__in=ids).delete()
