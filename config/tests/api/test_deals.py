"""Deals over the API: whose they are."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from config.tests.api.caller import Caller, problem
from handoff.deals.moving import Said, move_deal
from handoff.models import Deal
from handoff.numbers.forms import OWN_ONLY
from handoff.outcomes import record_outcome
from handoff.states import DealStatus
from handoff.tests.counting import Place
from handoff.tests.factories import SLOT, open_handoff, ready
from leads.states import Via
from leads.tests.factories import NOW
from teams.tests.factories import agent, isa


@pytest.fixture
def dealt(team, team_isa, team_agent):
    """A handoff of the ISA to the agent, under contract for a commission."""
    handoff, at = open_handoff(ready(team, isa=team_isa), to=team_agent), SLOT + timedelta(hours=1)
    record_outcome(handoff=handoff, actor=team_agent, via=Via.PAGE, at=at, showed="yes", is_good=True)
    said = Said(DealStatus.UNDER_CONTRACT, on=at.date(), price=400_000, commission=12_000)
    move_deal(handoff=handoff, said=said, actor=team_agent, via=Via.PAGE, at=at)
    return handoff


def test_whoever_set_it_met_the_client_or_leads_the_team_knows_the_commission(dealt, team_isa, team_agent, team_lead):
    for member in (team_isa, team_agent, team_lead):
        caller = Caller(member)
        (listed,) = caller.get("/deals").json()["items"]
        one = caller.get(f"/handoffs/{dealt.pk}/deal").json()
        assert listed["commission"] == one["commission"] == 12_000


def test_another_isa_of_the_team_sees_the_handoff_and_no_deal(dealt, team):
    caller = Caller(isa(team))

    assert caller.get(f"/handoffs/{dealt.pk}").status_code == 200
    assert caller.get("/deals").json()["items"] == []
    problem(caller.get(f"/handoffs/{dealt.pk}/deal"), 404, "not_found")


@pytest.fixture
def place(db):
    """A signed deal, one that was lost five days later, and one under contract of other people."""
    place = Place()
    place.put("held", deal="signed", source="Portal")
    lost = place.put("direct reported", deal="lost", isa=1, source="Portal")
    Deal.objects.filter(handoff=lost).update(lost_on=NOW.date() + timedelta(days=5))
    place.put("held", deal="under_contract", isa=1, agent=1)
    return place


def listed(member, **asked) -> list[str]:
    answer = Caller(member).get(f"/deals?{urlencode(asked)}")
    assert answer.status_code == 200, answer.content
    return [each["status"] for each in answer.json()["items"]]


def day(number: int) -> str:
    return (NOW.date() + timedelta(days=number)).isoformat()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["under_contract", "lost", "signed"]),
        ({"status": "lost"}, ["lost"]),
        ({"method": "direct"}, ["lost"]),
        ({"source": "Portal"}, ["lost", "signed"]),
        ({"source": ""}, ["under_contract"]),
        ({"since": day(5), "until": day(5)}, ["lost"]),
        ({"since": day(1)}, ["lost"]),
        ({"until": day(0), "source": "Portal"}, ["signed"]),
    ],
)
def test_the_list_takes_the_filters_of_the_page(place, asked, found):
    assert listed(place.boss, **asked) == found


def test_a_team_lead_chooses_people_an_isa_agents_and_nobody_a_colleague(place):
    [one, other], [ana, ben] = place.isas, place.agents

    assert listed(place.boss, isa=other.pk) == ["under_contract", "lost"]
    assert listed(place.boss, isa=other.pk, agent=ana.pk) == ["lost"]
    assert listed(other, isa=other.pk, source="Portal") == ["lost"]
    assert listed(ben, agent=ben.pk) == ["under_contract"]
    assert listed(other, agent=ben.pk) == ["under_contract"]
    for member, asked in ((other, {"isa": one.pk}), (ana, {"isa": one.pk}), (ana, {"agent": ben.pk})):
        refused = problem(Caller(member).get(f"/deals?{urlencode(asked)}"), 422, "invalid")
        assert refused["detail"] == OWN_ONLY


def test_a_filter_that_does_not_exist_is_refused(place):
    refused = problem(Caller(place.boss).get("/deals?agnet=1&limit=5&cursor="), 422, "invalid")

    assert list(refused["errors"]) == ["agnet"]


def test_somebody_of_another_team_cannot_be_told_from_nobody(place):
    for name, stranger in (("isa", isa()), ("agent", agent())):
        of_ours = {"isa": place.isas[0].pk, "agent": place.agents[0].pk}
        for pk in (stranger.pk, 10**9):
            refused = problem(Caller(place.boss).get(f"/deals?{urlencode(of_ours | {name: pk})}"), 422, "invalid")
            assert refused["errors"] == {name: ["Choose somebody of the team."]}


@pytest.mark.parametrize(
    "asked",
    [
        {"since": day(3), "until": day(2)}, {"since": "1999-12-31"}, {"until": "2100-01-01"}, {"since": "x"},
        {"isa": "0"}, {"agent": 2**63}, {"agent": "9" * 400}, {"source": "a\x00b"}, {"source": "x" * 61},
        {"method": "pigeon"}, {"status": "won"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(place, asked):
    problem(Caller(place.boss).get(f"/deals?{urlencode(asked)}"), 422, "invalid")


def test_a_page_goes_on_within_its_filters(place):
    for _ in range(3):
        place.put("held", deal="signed", source="Portal")
    caller, path = Caller(place.boss), "/deals?source=Portal&status=signed&limit=2"

    first = caller.get(path).json()
    second = caller.get(f"{path}&cursor={first['next_cursor']}").json()

    wanted = Deal.objects.filter(status="signed").order_by("-pk").values_list("pk", flat=True)
    assert [each["id"] for each in first["items"] + second["items"]] == list(wanted)
    assert (len(wanted), second["next_cursor"]) == (4, None)
