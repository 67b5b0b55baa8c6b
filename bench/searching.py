"""Finding a lead among a hundred thousand while the phone rings, beside the bare query that its index answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import connection

from bench.crowd import add_leads
from bench.figures import Row, at_most, milliseconds, percentile
from leads.finding import FOUND, find
from teams.models import Membership

MANY = 100_000
ROUNDS = 60
WARM_UP = 5
#: The whole search draws each lead with owner, ISA, team, numbers and addresses: three queries, where bare is one.
GOAL = 6

_BY_NAME = """
    SELECT id, first_name, last_name FROM leads_lead
    WHERE team_id = %s AND upper(sort_name) LIKE upper(%s) ORDER BY id DESC LIMIT %s
"""
_BY_NUMBER = """
    SELECT lead.id, lead.first_name, lead.last_name FROM leads_lead AS lead
    WHERE lead.team_id = %s AND lead.id IN (SELECT lead_id FROM leads_leadphone WHERE number LIKE %s)
    ORDER BY lead.id DESC LIMIT %s
"""


def measure_search(isa: Membership) -> Iterator[Row]:
    """Search by a word of the name and by the last digits of the number, another one each time."""
    add_leads(isa, first=1, last=MANY)
    numbers = _ends_of_numbers(isa)
    for what, words, sql in (
        ("by name", [f"last{n}" for n in range(100, 100 + ROUNDS)], _BY_NAME),
        ("by the end of a number", numbers, _BY_NUMBER),
    ):
        took = _p95(partial(find, isa), words)
        limit = _p95(partial(_bare, sql, isa), words)
        yield at_most(
            f"lead search {what} at {MANY:,} leads, p95",
            figure=milliseconds(took),
            limit=f"{milliseconds(limit)} bare query on its index",
            ratio=took / limit,
            goal=GOAL,
        )


def _ends_of_numbers(isa: Membership) -> list[str]:
    """Return the last six digits of some numbers that are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT right(number, 6) FROM leads_leadphone JOIN leads_lead ON leads_lead.id = lead_id"
            " WHERE team_id = %s ORDER BY number LIMIT %s",
            [isa.team_id, ROUNDS],
        )
        return [str(row[0]) for row in cursor.fetchall()]


def _bare(sql: str, isa: Membership, text: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [isa.team_id, f"%{text}%", FOUND])
        return list(cursor.fetchall())


def _p95(search: Callable[[str], list[Any]], words: list[str]) -> float:
    samples = []
    for text in words:
        began = time.perf_counter()
        if not search(text):
            raise RuntimeError(f"Nothing was found for {text}.")
        samples.append(time.perf_counter() - began)
    return percentile(samples[WARM_UP:], 95)
