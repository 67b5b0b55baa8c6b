"""Rows into tables by COPY, batch by batch: while PostgreSQL takes one batch in, the next one is made.

All in the caller's transaction, with every constraint and trigger in force but the audit's: a history that was made up
is no change that anybody made, and would leave an entry for each of its rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

import pgtrigger
from django.db import connection, transaction
from django.db.models import Field, JSONField, Model
from django.db.models.fields import NOT_PROVIDED

#: Bytes that are handed to PostgreSQL at a time.
PIECE: Final = 1 << 18
AUDIT: Final = "audit"
#: Keys left out before a stretch that is reserved: more than others can draw while the sequence is moved on.
APART: Final = 10_000
#: The first of the two numbers of an advisory lock: what kind of thing is locked.
HISTORY: Final = 2_051


class Sheet:
    """Rows of one model that wait to be written. Fields that are not named get their default, the same in each row."""

    def __init__(self, model: type[Model], *columns: str) -> None:
        self.model = model
        fields = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's own way
        named = [fields[each].column for each in columns]
        rest = [field for name, field in fields.items() if name not in columns and _is_given(field)]
        self._tail = "".join("\t" + _cell(_default(field)) for field in rest) + "\n"
        self._lines: list[str] = []
        names = ", ".join(connection.ops.quote_name(str(each)) for each in [*named, *(field.column for field in rest)])
        self.statement = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN"  # noqa: SLF001

    def add(self, *values: Any) -> None:
        """Add a row: a value for each named column, in their order. JSON comes as text, moments are aware."""
        self._lines.append("\t".join([_cell(value) for value in values]) + self._tail)

    def take(self) -> bytes:
        """Return what waits, as PostgreSQL reads it, and forget it."""
        text = "".join(self._lines)
        self._lines.clear()
        return text.encode()


def keys(model: type[Model], count: int) -> Iterator[int]:
    """Reserve so many primary keys, and yield them in order: whoever adds rows meanwhile gets others.

    Call it under ``one_at_a_time``.
    """
    table, column = model._meta.db_table, model._meta.pk.column  # noqa: SLF001 - Django's own way
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(named, nextval(named) + %s) FROM pg_get_serial_sequence(%s, %s) AS named",
            [APART + count, table, column],
        )
        (last,) = cursor.fetchone()
    return iter(range(last - count + 1, last + 1))


def one_at_a_time() -> None:
    """Let one history be made at a time, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [HISTORY])


class Copier:
    """Writes sheets in the background, in their order: what is referred to comes before what refers to it."""

    def __init__(self, sheets: Sequence[Sheet], cursor: Any, pool: ThreadPoolExecutor) -> None:
        self._sheets, self._cursor, self._pool = sheets, cursor, pool
        self._writing: Future[None] | None = None

    def write(self) -> None:
        """Begin to write what waits, once the batch before is in. Raises what that one met."""
        batch = [(sheet.statement, sheet.take()) for sheet in self._sheets]
        self.wait()
        self._writing = self._pool.submit(self._copy, batch)

    def wait(self) -> None:
        """Return when all that was begun is in. Raises what PostgreSQL said against it."""
        if self._writing is not None:
            self._writing.result()

    def _copy(self, batch: Iterable[tuple[str, bytes]]) -> None:
        for statement, data in batch:
            if data:
                self._cursor.copy_expert(statement, BytesIO(data), PIECE)


@contextmanager
def copying(sheets: Sequence[Sheet]) -> Iterator[Copier]:
    """Let rows be copied within the caller's transaction. Nothing else may use the connection meanwhile."""
    audited = [f"{sheet.model._meta.label}:{AUDIT}" for sheet in sheets if _is_audited(sheet.model)]  # noqa: SLF001
    # The inner transaction ends first, so that what went wrong in it is what is told
    with (
        pgtrigger.ignore(*audited),
        transaction.atomic(),
        ThreadPoolExecutor(max_workers=1) as pool,
        connection.cursor() as cursor,
    ):
        # Checked with each statement, or the checks of millions of rows would be kept in memory to the end. It also
        # tells the transaction, by pgtrigger's variable, which triggers to pass over: COPY itself cannot.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        copier = Copier(sheets, cursor.cursor, pool)
        yield copier
        copier.wait()
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        tables = ", ".join(connection.ops.quote_name(sheet.model._meta.db_table) for sheet in sheets)  # noqa: SLF001
        cursor.execute(f"ANALYZE {tables}")  # or what is asked next is planned as if they were empty


def _is_audited(model: type[Model]) -> bool:
    audited: set[Any] = {of for of, trigger in pgtrigger.registered() if trigger.name == AUDIT}
    return model in audited


def _is_given(field: Field[Any, Any]) -> bool:
    """Whether COPY has to name it: what the database fills in by itself it does not."""
    if field.primary_key or field.db_default is not NOT_PROVIDED:
        return False
    if not field.null and not field.has_default() and field.get_default() is None:
        raise ValueError(f"Each row has to say its {field.name}: there is no default.")
    return True


def _default(field: Field[Any, Any]) -> Any:
    value = field.get_default()
    return json.dumps(value) if isinstance(field, JSONField) else value


def _cell(value: Any) -> str:
    if value is None:
        return r"\N"
    if not isinstance(value, str):
        return str(value)
    if "\\" in value or "\t" in value or "\n" in value:
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    return value
