"""A file of numbers holds what was asked for: what makes no sense gives none."""

from __future__ import annotations

import csv
import re
from datetime import date
from html import unescape

import pytest

from handoff.models import ColdTally
from handoff.tests.counting import Place
from handoff.tests.pages import signed_in
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

CASES, FINDINGS = "/numbers/cases.csv", "/numbers/calibration/findings.csv"
BEHIND, ANSWERS = "/numbers/calibration/list.csv", "/numbers/transfers/agents.csv"
TRANSFERS = "/numbers/transfers/list.csv"


@pytest.mark.parametrize(
    ("address", "asked", "words"),
    [
        (CASES, {"weeks": "abc"}, "Weeks: Choose one of 4, 8"),
        (CASES, {"what": "bogus"}, "What became of it: Choose one of those that are offered."),
        (CASES, {"by": "moon"}, "Count by: Choose “Day it was set” or “Day it takes place”."),
        (CASES, {"source": "Portal", "isa": "999"}, "ISA: Choose somebody of the team."),
        (CASES, {"agent": str(2**64)}, "Agent: Choose somebody of the team."),
        (CASES, {"isa": "me"}, "ISA: Choose somebody of the team."),
        (CASES, {"since": "2026-02-30", "until": "2026-11-23"}, "From: There is no such day."),
        (CASES, {"source": "a\0b"}, "Source: This contains a character that cannot be kept."),
        (CASES, {"area": "x" * 81}, "Area: Write at most 80 characters."),
        (CASES, {"since": "2026-11-23"}, "Choose both a first and a last day."),
        (FINDINGS, {"weeks": "abc"}, "Weeks: Choose one of 4, 8"),
        (BEHIND, {"what": "read-no-held-no", "agent": "999"}, "Agent: Choose somebody of the team."),
        (ANSWERS, {"weeks": "abc"}, "Weeks: Choose one of 4, 8"),
        (TRANSFERS, {"what": "bogus"}, "What became of it: Choose “Shown to an agent”, “Accepted”, “Connected”, "),
    ],
)
def test_what_makes_no_sense_is_said_and_no_file_given(address, asked, words):
    client = signed_in(people.lead())
    right = {"what": "read-no-held-no"} if address == BEHIND else {}
    assert client.get(address, right)["Content-Disposition"].startswith("attachment")

    answer = client.get(address, asked)

    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert words in answer.text
    assert "Content-Disposition" not in answer


def test_files_have_the_columns_and_the_words_of_their_tables():
    place = Place()
    for n in range(24):
        place.put("missed" if n % 4 == 0 else "held", deal="signed" if n % 3 else "", is_good=n % 2 == 0)
    client = signed_in(place.boss)

    def table(name):
        asked = {"since": "2026-11-23", "until": "2026-11-23", "beside": "before", "csv": name}
        return list(csv.DictReader(client.get("/numbers/", asked).getvalue().decode("utf-8-sig").splitlines()))

    assert table("funnel")[0] == {"Step": "Handed off", "Clients": "24", "Earlier": "0", "Of the step before": ""}
    assert table("funnel")[1]["Of the step before"] == "75%"
    [row] = table("by_method")
    shown = [
        "Method",
        "Handed off",
        "Set",
        "Held",
        "Show rate",
        "Good leads",
        "Signed",
        "Closed",
        "Commission",
        "On time",
    ]
    assert list(row)[: len(shown)] == shown
    assert (row["Show rate"], row["Good leads"], row["Not good: Other"]) == ("75%", "6 of 18", "12")
    assert not {"Judged", "Because price"} & row.keys()
    assert (table("by_week")[0]["Show rate"], table("by_week")[0]["Held earlier"]) == ("75%", "0")
    assert {row["Put through earlier"] for row in table("speed")} == {"0"}


def test_what_becomes_of_handoffs_beside_cold_leads_is_a_file_with_its_intervals():
    place = Place()
    monday = date(2026, 11, 23)
    ColdTally.objects.create(team=place.team, week=monday, source="Portal", leads=1000, signed=30, closed=10)
    for n in range(20):
        place.put("held", deal=("signed", "closed")[n % 2], source="Portal")
    asked = {"since": monday, "until": monday, "source": "Portal"}

    for member in (place.boss, place.isas[0]):
        client = signed_in(member)
        link = re.search(r'href="([^"]*csv=baseline)"', client.get("/numbers/aims/beside/", asked).text)
        lines = client.get(unescape(link.group(1))).getvalue().decode("utf-8-sig").splitlines()

        assert [",".join(row.values()) for row in csv.DictReader(lines)] == [
            "Never handed off,1000,10,0.01,0.0054,0.0183,30,0.03,0.0211,0.0425,",
            "Scheduled appointment,20,10,0.5,0.2993,0.7007,20,1.0,0.8389,1.0,better than your cold leads",
        ]


def test_a_table_of_other_days_than_were_asked_for_is_the_page_that_says_so():
    answer = signed_in(people.lead()).get("/numbers/", {"csv": "by_week", "weeks": "abc"})

    assert answer.status_code == 422
    assert "Weeks: Choose one of 4, 8" in answer.text
