"""The measures of live transfers over the wire: for whom, for which days, and at what cost."""

from __future__ import annotations

import pytest
import time_machine

from config.tests.api.caller import Caller, problem
from handoff.models.transfers import DropReason, PassReason
from handoff.numbers.forms import OWN_ONLY
from handoff.states import RingStatus, TransferStatus
from handoff.tests.live.counted import DAY, Desk
from leads.tests.factories import NOW
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

NUMBERS = "/live-transfers/numbers"


@pytest.fixture(autouse=True)
def a_day_later():
    with time_machine.travel(NOW + DAY, tick=False):
        yield


@pytest.fixture
def desk():
    desk = Desk()
    desk.ring(desk.put(TransferStatus.CONNECTED), RingStatus.PASSED, agent=1, pass_reason=PassReason.BUSY)
    desk.put(TransferStatus.DROPPED, isa=1, drop_reason=DropReason.LINE, accepted=20)
    return desk


def test_the_figures_are_those_of_the_page(desk):
    found = Caller(desk.boss).get(NUMBERS).json()

    assert (found["requested"], found["accepted"], found["connected"], found["dropped"]) == (2, 2, 1, 1)
    assert found["to_accepted"] == {"cases": 2, "median_seconds": 15.0, "p90_seconds": 19.0}
    assert found["to_connected"] == {"cases": 1, "median_seconds": 30.0, "p90_seconds": 30.0}
    assert found["drops"] == [{"reason": "line", "count": 1}]
    assert found["passes"] == [{"reason": "busy", "count": 1}]
    assert [(each["name"], each["accepted"], each["passed"]) for each in found["agents"]] == [
        ("Agent One", 2, 0),
        ("Agent Two", 0, 1),
    ]


def test_each_role_has_its_own_and_another_team_none(desk):
    def told(member, query=""):
        found = Caller(member).get(NUMBERS + query).json()
        return found["requested"], [each["name"] for each in found["agents"]]

    assert told(desk.isas[0], f"?isa={desk.isas[0].pk}") == (1, ["Agent One", "Agent Two"])
    assert told(desk.agents[1]) == (0, ["Agent Two"])
    for member, name in ((desk.isas[0], "isa"), (desk.agents[1], "agent")):
        refused = problem(Caller(member).get(f"{NUMBERS}?{name}={desk.boss.pk}"), 422, "invalid")
        assert OWN_ONLY in refused["detail"]
    assert told(people.lead()) == (0, [])


@pytest.mark.parametrize("name", ["isa", "agent"])
def test_somebody_of_another_team_is_not_there(desk, name):
    stranger = {"isa": people.isa, "agent": people.agent}[name]()

    for member in (desk.boss, desk.isas[0], desk.agents[0]):
        problem(Caller(member).get(f"{NUMBERS}?{name}={stranger.pk}"), 422, "invalid")


def test_the_span_and_the_people_are_chosen_in_the_address(desk):
    api = Caller(desk.boss)

    assert api.get(f"{NUMBERS}?from=2026-11-24T00:00:00Z").json()["requested"] == 0
    assert api.get(f"{NUMBERS}?isa={desk.isas[1].pk}&agent={desk.agents[0].pk}").json()["dropped"] == 1
    assert api.get(f"{NUMBERS}?since=2026-11-23&until=2026-11-23").json()["requested"] == 2
    assert api.get(f"{NUMBERS}?since=2026-11-24&until=2026-11-24").json()["requested"] == 0
    assert api.get(f"{NUMBERS}?weeks=4").json()["since"] == "2026-11-02T06:00:00Z"


@pytest.mark.parametrize(
    "query",
    [
        "?from=yesterday",
        "?from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z",
        "?since=2026-11-24&until=2026-11-23",
        "?since=2026-11-23&from=2026-11-23T00:00:00Z",
        "?weeks=7",
        "?begin=2026-11-23",
    ],
)
def test_a_span_that_is_none_and_a_name_that_is_no_filter_are_refused(desk, query):
    assert problem(Caller(desk.boss).get(NUMBERS + query), 422, "invalid")["detail"]


def test_it_costs_three_queries(desk, django_assert_num_queries):
    api = Caller(desk.boss)
    api.get(NUMBERS)
    with django_assert_num_queries(3):  # token, transfers, rings
        api.get(NUMBERS)
