"""A file of numbers holds what was asked for: what makes no sense gives none."""

from __future__ import annotations

import pytest

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
        (CASES, {"what": "bogus"}, "What became of it: Select a valid choice."),
        (CASES, {"source": "Portal", "isa": "999"}, "ISA: Choose somebody of the team."),
        (CASES, {"since": "2026-11-23"}, "Choose both a first and a last day."),
        (FINDINGS, {"weeks": "abc"}, "Weeks: Choose one of 4, 8"),
        (BEHIND, {"what": "read-no-held-no", "agent": "999"}, "Agent: Choose somebody of the team."),
        (ANSWERS, {"weeks": "abc"}, "Weeks: Choose one of 4, 8"),
        (TRANSFERS, {"what": "bogus"}, "What became of it: Select a valid choice."),
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


def test_a_table_of_other_days_than_were_asked_for_is_the_page_that_says_so():
    answer = signed_in(people.lead()).get("/numbers/", {"csv": "by_week", "weeks": "abc"})

    assert answer.status_code == 422
    assert "Weeks: Choose one of 4, 8" in answer.text
