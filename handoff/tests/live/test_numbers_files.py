"""The tables of the page of measures, each as a file: the same rows, of the same choice."""

from __future__ import annotations

import csv
import re
from html import unescape
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from handoff.models.transfers import DropReason, PassReason
from handoff.states import RingStatus, TransferStatus
from handoff.tests.live.counted import DAY, TABLES, Desk
from handoff.tests.pages import signed_in
from leads.tests.factories import NOW

pytestmark = pytest.mark.django_db

NUMBERS = reverse("handoff:transfer-numbers")


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk():
    """Agent One connected one and dropped one, Agent Two passed one on."""
    desk = Desk()
    desk.put(TransferStatus.CONNECTED)
    desk.put(TransferStatus.DROPPED, drop_reason=DropReason.LINE)
    desk.ring(desk.put(TransferStatus.EXPIRED), RingStatus.PASSED, agent=1, pass_reason=PassReason.DRIVING)
    return desk


def rows_of(answer: Any) -> list[tuple[str, ...]]:
    """The rows of a file below its heads."""
    return [tuple(row) for row in csv.reader(StringIO(answer.getvalue().decode("utf-8-sig")))][1:]


@pytest.mark.parametrize("of", ["everybody", "one agent"])
def test_the_file_of_each_table_has_the_rows_of_the_page(desk, of):
    desk.put(TransferStatus.CONNECTED, agent=1, at=NOW - 7 * DAY)
    browser = signed_in(desk.boss)
    page = browser.get(NUMBERS, {"weeks": 4} | ({"agent": desk.agents[1].pk} if of == "one agent" else {}))

    shown = page.context
    files = {
        name: rows_of(browser.get(unescape(address)))
        for name in TABLES
        for address in re.findall(rf'href="({TABLES[name]}[^"]*)"', page.text)
    }

    figures = shown["figures"]
    spans = (figures.to_shown, figures.to_accepted, figures.to_connected)
    expected = {
        "weeks": [
            (week.begins_on.isoformat(), *(str(count) for count, _ in counts)) for week, counts in shown["weeks"]
        ],
        "speed": [
            (words, *map(str, took.seconds), str(took.cases))
            for words, took in zip(("On a screen", "Accepted", "Connected"), spans, strict=True)
        ],
        "drops": [(each.label, str(each.count)) for each in figures.drops],
        "passes": [(each.label, str(each.count)) for each in shown["passes"]],
    }
    assert files == {name: rows for name, rows in expected.items() if rows}
    assert sum(int(row[1]) for row in files["weeks"]) == (1 if of == "one agent" else 2)


def test_days_of_two_years_are_said_with_both(desk):
    asked = {"since": "2025-12-01", "until": "2026-11-29"}

    assert "The whole team, Dec 1, 2025 to Nov 29, 2026" in signed_in(desk.boss).get(NUMBERS, asked).text
