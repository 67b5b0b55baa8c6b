"""Histories for tests: made small, and looked at where they lie."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO, StringIO
from itertools import chain
from typing import Any

from django.core.management import call_command
from django.db import connection

from handoff.demo.history.sheets import Sheets
from teams.models import Area, Membership, Team, User

UNTIL = date(2026, 11, 2)


def make(handoffs: int, *, slug: str = "invented", **options: int) -> Team:
    """Have the command make a team with so many handoffs before 2 November 2026, of seed 7 unless given."""
    asked = chain.from_iterable((f"--{name}", str(number)) for name, number in {"seed": 7, **options}.items())
    call_command(
        "demo", "--handoffs", str(handoffs), "--team", slug, *asked, "--until", UNTIL.isoformat(), stdout=StringIO()
    )
    return Team.objects.get(slug=slug)


@contextmanager
def numbered_from(base: int) -> Iterator[None]:
    """Let all primary keys that are given within begin there: a number of eight digits, six of them noughts.

    Afterwards keys go on where they were, as no rollback does: other tests shall not get ones that are so far away.
    """
    models: list[Any] = [*(sheet.model for sheet in Sheets().all()), Team, Membership, User, Area]
    before = []
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(_NEXT, [model._meta.db_table, model._meta.pk.column])
            before += cursor.fetchall()
    _go_on((sequence, base) for sequence, _ in before)
    try:
        yield
    finally:
        _go_on(before)


_NEXT = """
    SELECT sequence, nextval(sequence::regclass) FROM pg_get_serial_sequence(%s, %s) AS sequence
    WHERE sequence IS NOT NULL
"""


def _go_on(places: Iterable[tuple[str, int]]) -> None:
    with connection.cursor() as cursor:
        for sequence, last in places:
            cursor.execute("SELECT setval(%s, %s)", [sequence, last])


def dump(base: int) -> dict[str, str]:
    """Return every row of every table of a history, with primary keys counted from ``base``."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for sheet in Sheets().all():
            out, meta = BytesIO(), sheet.model._meta
            cursor.copy_expert(f"COPY (SELECT * FROM {meta.db_table} ORDER BY {meta.pk.column}) TO STDOUT", out)  # noqa: S608
            found[meta.label] = re.sub(rf"(?<!\d){base // 1_000_000}(\d{{6}})\b", r"key \1", out.getvalue().decode())
    return found
