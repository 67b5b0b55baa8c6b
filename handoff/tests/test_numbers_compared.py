from __future__ import annotations

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handoff.numbers.choice import DashboardChoice
from handoff.numbers.compared import of_counts, of_money, of_shares
from handoff.numbers.figures import Figures, Row, Share
from handoff.numbers.folding import fold_changes
from handoff.numbers.panels import leaders, ordered
from handoff.numbers.sheets import SHEETS
from handoff.tests.counting import DAY, ENDINGS, Place
from handoff.tests.pages import signed_in
from leads.tests.factories import NOW

NUMBERS = "/numbers/"


def nowhere(*_: object, **__: object) -> str:
    return ""


def a_row(name: str, **figures: int) -> Row:
    return Row(name, name, Figures(**figures))


def test_a_change_is_said_in_words_and_shares_of_few_cases_are_only_counted():
    assert (of_counts(5, 3).arrow, of_counts(5, 3).words) == ("▲", "2 more than 3")
    assert (of_counts(3, 5).arrow, of_counts(3, 5).words) == ("▼", "2 fewer than 5")
    assert of_counts(5, 5).words == "as before, 5"
    assert of_money(1_000, 4_500, "USD").words == "$3,500 less than $4,500"
    assert (of_shares(Share(30, 40), Share(20, 40)).arrow, of_shares(Share(30, 40), Share(20, 40)).words) == (
        "▲",
        "up 25 points from 50%",
    )
    assert of_shares(Share(30, 40), Share(3, 4)).words == "3 of 4 before"
    assert of_shares(Share(3, 4), Share(30, 40)).arrow == ""
    assert of_shares(Share(3, 4), Share(0, 0)).words == "none before"


def test_rates_of_few_cases_stand_behind_the_others_either_way():
    rows = [
        a_row("few", held=3, no_show=0),
        a_row("best", held=30, no_show=2),
        a_row("worst", held=10, no_show=20),
        a_row("none"),
    ]

    assert [row.name for row in ordered(rows, "show_rate")] == ["best", "worst", "few", "none"]
    assert [row.name for row in ordered(rows, "-show_rate")][:2] == ["worst", "best"]
    assert [row.name for row in ordered(rows, "held")] == ["best", "worst", "few", "none"]
    assert [row.name for row in ordered(rows, "-name")] == ["worst", "none", "few", "best"]
    assert ordered(rows, "") == rows


def test_everybody_has_a_place_and_equal_people_share_theirs():
    rows = [
        a_row(name, good=good, held=held) for name, good, held in (("D", 1, 1), ("B", 5, 9), ("A", 5, 9), ("C", 2, 2))
    ]
    rows += [a_row("E", good=0, held=9), a_row("F", good=1, held=0)]

    board = leaders("isa", rows, link=nowhere, page=nowhere, rings=())

    assert [(line.name, line.place) for line in board.lines] == [
        ("A", 1), ("B", 1), ("C", 3), ("D", 4), ("F", 5), ("E", 6),
    ]  # fmt: skip


@pytest.fixture
def place(db) -> Place:
    with time_machine.travel(NOW, tick=False):
        place = Place()
        for n, ending in enumerate([*ENDINGS, *ENDINGS]):
            place.put(ending, isa=n % 2, agent=n % 2, opened_at=NOW - n * 5 * DAY, source=("", "Portal")[n % 2])
        yield place


def test_the_earlier_days_stand_beside(place):
    page = signed_in(place.boss).get(NUMBERS, {"weeks": 4, "beside": "before"}).text

    assert "Nov 2 to Nov 29, 2026, beside Oct 5 to Nov 1, 2026" in page
    assert "tile-change" in page
    assert "Held earlier" in page
    beside_a_year = signed_in(place.boss).get(NUMBERS, {"weeks": 4, "beside": "year"}).text
    assert "beside Nov 3 to Nov 30, 2025" in beside_a_year


def test_young_handoffs_are_not_said_to_close_worse_than_those_that_had_the_time(place):
    for weeks in (*range(20, 30), 26):
        place.put("held", opened_at=NOW - weeks * 7 * DAY, deal="closed")
    client = signed_in(place.boss)

    young = client.get(NUMBERS, {"weeks": 13, "beside": "before"}).text

    assert "fewer than 52" not in young
    assert re.search(
        r'>Closed</span><span class="tile-figure">0</span></a><span class="tile-change">6 before</span>', young
    )
    assert "handoffs since Aug 31, 2026 have had less than 90 days to close" in young
    old = {"since": "2026-06-08", "until": "2026-07-05", "beside": "before"}
    ripe = client.get(NUMBERS, old).text
    assert "less than 90 days to close" not in ripe
    assert re.search(r'>Closed</span>.*?<span aria-hidden="true">▼</span> 1 fewer than 5', ripe)


@pytest.mark.parametrize("table", SHEETS)
def test_each_table_is_a_file(place, table):
    answer = signed_in(place.boss).get(NUMBERS, {"weeks": 26, "csv": table})

    assert answer["Content-Disposition"].startswith(f'attachment; filename="{table}-')
    lines = answer.getvalue().decode().splitlines()
    if table == "by_source":
        assert [line.split(",")[:2] for line in lines[1:]] == [["Not said", "7"], ["Portal", "7"]]
    assert len({line.count(",") for line in lines}) == 1


def test_what_is_chosen_stays_in_the_address_and_is_taken_back_by_its_chip(place):
    asked = {"weeks": "13", "by": "held", "source": "-", "sort": "held", "isa": str(place.isas[0].pk)}
    chosen = DashboardChoice(asked, viewer=place.boss, people={each.pk: each for each in place.isas})

    assert chosen.said == asked
    assert chosen.address(source=None) == f"weeks=13&by=held&isa={asked['isa']}&sort=held"
    assert "sort" not in chosen.whose_address()
    page = signed_in(place.boss).get(NUMBERS, asked).text
    assert f'href="?weeks=13&amp;by=held&amp;isa={asked["isa"]}&amp;sort=held">Source: Not said' in page


def test_another_source_may_be_chosen_while_one_is(place):
    fold_changes(at=NOW)

    page = signed_in(place.boss).get(NUMBERS, {"weeks": "26", "source": "-"}).text

    assert '<option value="Portal" >Portal</option>' in page


@pytest.mark.parametrize("asked", [{}, {"beside": "before"}, {"beside": "year", "source": "-"}])
def test_the_dashboard_costs_the_same_at_one_and_at_forty(db, asked):
    with time_machine.travel(NOW, tick=False):
        place, costs = Place(), []
        place.put("held")
        client = signed_in(place.boss)
        for more in (39, 0):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(NUMBERS, asked).status_code == 200
            costs.append(len(queries))
            for n in range(more):
                place.put(
                    "held", isa=n % 2, agent=n % 2, opened_at=NOW - n * DAY, source=f"Source {n}", area=f"Area {n}"
                )

    assert costs[0] == costs[1]
    assert costs[0] <= 12
