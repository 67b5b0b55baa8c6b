"""The numbers over the wire: the figures of the page, for whom and under which filters."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import time_machine

from config.tests.api.caller import Caller, problem
from handoff.numbers.forms import OWN_ONLY
from handoff.tests.counting import DAY, Place
from leads.tests.factories import NOW
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

NUMBERS = "/numbers"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def place() -> Place:
    place = Place()
    place.put("held", source="Portal", area="Lakeview", deal="closed")
    place.put("missed", isa=1, agent=1, source="Referral")
    place.put("held", isa=1, is_good=False, opened_at=NOW - 9 * DAY)
    return place


def test_the_figures_are_those_of_the_page(place):
    found = Caller(place.boss).get(NUMBERS).json()

    assert (found["from"], found["to"], found["by"]) == ("2026-10-05", "2026-11-29", "set")
    total = found["total"]
    assert (total["handed"], total["held"], total["no_show"], total["closed"]) == (3, 2, 1, 1)
    assert total["reasons"] == {"other": 1}
    assert total["show_rate"]["part"] == 2
    assert total["show_rate"]["low"] < 2 / 3 < total["show_rate"]["high"]
    assert [(row["key"], row["name"]) for row in found["isas"]] == [
        (str(place.isas[1].pk), "Isa Two"),
        (str(place.isas[0].pk), "Isa One"),
    ]
    assert {row["key"]: row["figures"]["handed"] for row in found["sources"]} == {"Portal": 1, "Referral": 1, "": 1}
    assert len(found["weeks"]) == 8


@pytest.mark.parametrize(
    ("query", "handed"),
    [
        ("?source=Portal", 1),
        ("?source=", 1),
        ("?area=Lakeview", 1),
        ("?area=", 2),
        ("?method=direct", 0),
        ("?from=2026-11-23&to=2026-11-23", 2),
        ("?from=2026-11-24&to=2026-11-24&by=held", 2),
        ("?since=2026-11-23&until=2026-11-23", 2),
        ("?since=2026-11-23&to=2026-11-23", 2),
    ],
)
def test_filters_are_those_of_the_page(place, query, handed):
    assert Caller(place.boss).get(NUMBERS + query).json()["total"]["handed"] == handed


def test_each_role_has_its_own_and_another_team_none(place):
    def handed(member, query=""):
        return Caller(member).get(NUMBERS + query).json()["total"]["handed"]

    assert handed(place.isas[0]) == 1
    assert handed(place.isas[0], f"?isa={place.isas[0].pk}") == 1
    assert handed(place.agents[0]) == 2
    assert handed(people.lead()) == 0


@pytest.mark.parametrize(
    "query",
    [
        "?weeks=7",
        "?weeks=0",
        "?from=2026-11-23",
        "?from=2026-11-24&to=2026-11-23",
        "?from=2000-01-01&to=2026-01-01",
        "?by=month",
        "?since=2026-11-24&until=2026-11-23",
        "?since=2026-11-23",
        "?since=abc",
        "?since=1066-10-14&until=1066-10-15",
        "?since=2026-11-22&from=2026-11-23&until=2026-11-23",
    ],
)
def test_days_that_are_none_are_refused_with_what_to_do(place, query):
    answer = Caller(place.boss).get(NUMBERS + query)
    assert problem(answer, 422, "invalid")["detail"]


@pytest.mark.parametrize("name", ["source", "area"])
def test_text_that_no_table_can_hold_is_refused(place, name):
    problem(Caller(place.boss).get(f"{NUMBERS}?{name}=%00"), 422, "invalid")


def test_a_name_that_is_no_filter_is_refused_with_those_that_are(place):
    refused = problem(Caller(place.boss).get(f"{NUMBERS}?begin=2026-11-23&source=Portal"), 422, "invalid")

    assert list(refused["errors"]) == ["begin"]
    assert "since, source, to, until, weeks" in refused["detail"]


def test_so_many_weeks_as_the_page_offers(place):
    place.put("held", opened_at=NOW - 100 * DAY)
    found = Caller(place.boss).get(f"{NUMBERS}?weeks=52").json()

    assert (len(found["weeks"]), found["total"]["handed"]) == (52, 4)


@pytest.mark.parametrize("name", ["isa", "agent"])
def test_somebody_of_another_team_cannot_be_told_from_nobody(place, name):
    stranger = {"isa": people.isa, "agent": people.agent}[name]()

    for pk in (stranger.pk, 10**9):
        of_ours = {"isa": place.isas[0].pk, "agent": place.agents[0].pk} | {name: pk}
        refused = problem(Caller(place.boss).get(f"{NUMBERS}?{urlencode(of_ours)}"), 422, "invalid")
        assert refused["errors"] == {name: ["Choose somebody of the team."]}


def test_who_asks_for_a_colleagues_is_not_given_their_own(place):
    for member, name in ((place.isas[0], "isa"), (place.agents[0], "agent")):
        refused = problem(Caller(member).get(f"{NUMBERS}?{name}={place.boss.pk}"), 422, "invalid")
        assert OWN_ONLY in refused["detail"]


def test_weeks_and_days_are_not_asked_for_at_once(place):
    refused = problem(Caller(place.boss).get(f"{NUMBERS}?weeks=8&since=2026-11-01&until=2026-11-05"), 422, "invalid")

    assert refused["detail"] == "Give weeks, or a first and a last day, but not both."
