"""What the audit costs: a change of stage over the API, with its triggers and without them, taking turns."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import count

from django.db import connection
from django.test import Client
from django.utils import timezone

from bench.figures import Row, at_most, milliseconds, percentile
from config.audited import AUDITED
from leads.tests.factories import ready_lead
from teams.models import Membership, Scope
from teams.tests import factories as people
from teams.tokens import create_token

TURNS, CALLS = 8, 40  # turns with and without, calls in each
GOAL = 1.15
STAGES = ("nurture", "contacting")


def measure_audit() -> Iterator[Row]:
    """Hold the call with all triggers on against the same call without them."""
    isa = people.isa(people.TeamFactory.create())
    took: dict[bool, list[float]] = {True: [], False: []}
    _, token = create_token(membership=isa, scopes=list(Scope), name="bench", at=timezone.now())
    lead = ready_lead(isa.team, isa, at=timezone.now())
    numbers = count()
    try:
        for _ in range(TURNS):
            for is_on in (True, False):
                _switch(is_on=is_on)
                took[is_on] += [_change_stage(lead.pk, token, STAGES[next(numbers) % 2], isa) for _ in range(CALLS)]
    finally:
        _switch(is_on=True)
    audited, bare = percentile(took[True], 50), percentile(took[False], 50)
    yield at_most(
        "a change of stage with the audit, p50",
        figure=milliseconds(audited),
        limit=f"{milliseconds(bare)} without",
        ratio=audited / bare,
        goal=GOAL,
    )


def _switch(*, is_on: bool) -> None:
    with connection.cursor() as cursor:
        for model in AUDITED:
            table = model._meta.db_table  # noqa: SLF001 - Django's documented way
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
                           [table, "pgtrigger_audit_%"])  # fmt: skip
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} {"ENABLE" if is_on else "DISABLE"} TRIGGER "{name}"')


def _change_stage(lead: int, token: str, stage: str, isa: Membership) -> float:
    began = time.perf_counter()
    answer = Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {token}"}).post(
        f"/api/v1/leads/{lead}/stage", json.dumps({"stage": stage}), content_type="application/json"
    )
    took = time.perf_counter() - began
    assert answer.status_code == 200, (answer.content, isa)
    return took
