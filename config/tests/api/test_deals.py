"""Deals over the API: whose they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.tests.api.caller import Caller, problem
from handoff.deals.moving import Said, move_deal
from handoff.outcomes import record_outcome
from handoff.states import DealStatus
from handoff.tests.factories import SLOT, open_handoff, ready
from leads.states import Via
from teams.tests.factories import isa


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
