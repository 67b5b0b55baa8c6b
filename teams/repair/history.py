"""Reading the audit: what happened to one row, and what one request did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KT
from pghistory.models import Context

from teams.models import AuditEntry, User

SHOWN = 100  # entries of a page
CONTEXTS = 1_000  # of one request: itself, and each attempt that stems from it


@dataclass(frozen=True, slots=True)
class Change:
    """One entry, ready to be shown. ``columns`` are (name, was, is)."""

    pk: int
    at: datetime
    model: str
    row: int
    operation: str
    columns: tuple[tuple[str, Any, Any], ...]
    who: str
    said: tuple[tuple[str, Any], ...]
    request_id: str


def changes_of(*, model: str, row: int, before: int | None = None) -> list[Change]:
    """Return what happened to a row, the newest first; ``before`` is the entry that the last page ended with."""
    return _shown(AuditEntry.objects.filter(model=model, row=row), before=before)


def changes_in(*, request_id: str, before: int | None = None) -> list[Change]:
    """Return all that a request changed, at once and later: tasks and sweeps act under its id."""
    asked = Context.objects.annotate(asked=KT("metadata__request_id")).filter(asked=request_id)
    contexts = list(asked.values_list("pk", flat=True)[:CONTEXTS])  # asked first: a join would walk the whole audit
    return _shown(AuditEntry.objects.filter(context__in=contexts), before=before)


def latest(*, before: int | None = None) -> list[Change]:
    """Return what happened last, to whatever row."""
    return _shown(AuditEntry.objects.all(), before=before)


def _shown(entries: QuerySet[AuditEntry], *, before: int | None) -> list[Change]:
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries.select_related("context").order_by("-pk")[:SHOWN])
    said = {entry.pk: dict(entry.context.metadata) if entry.context else {} for entry in found}
    people = User.objects.in_bulk({each["user"] for each in said.values() if each.get("user")})
    return [_change(entry, said[entry.pk], people) for entry in found]


def _change(entry: AuditEntry, said: Mapping[str, Any], people: Mapping[Any, User]) -> Change:
    if entry.operation == "update":
        columns = tuple((name, was, now) for name, (was, now) in sorted(entry.changed.items()))
    else:
        columns = tuple((name, value, None) for name, value in sorted(entry.changed.items()))
    person = people.get(said.get("user"))
    rest = tuple((name, said[name]) for name in sorted(said) if name not in {"user", "request_id"} and said[name])
    return Change(
        pk=entry.pk,
        at=entry.at,
        model=entry.model,
        row=entry.row,
        operation=entry.operation,
        columns=columns,
        who=f"{person.name} <{person.email}>" if person else "",
        said=rest,
        request_id=str(said.get("request_id", "")),
    )
