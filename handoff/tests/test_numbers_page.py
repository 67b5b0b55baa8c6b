from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from handoff.live.connecting import connect
from handoff.outcomes import record_outcome
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from handoff.tests.live.ground import accepted, on_call, ringing, told
from handoff.tests.pages import signed_in
from leads.states import Via
from teams.models import Membership
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

NUMBERS = "/numbers/"


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def boss() -> Membership:
    return people.lead()


def held(team, **people_of) -> None:
    handoff = open_handoff(ready(team, **people_of))
    record_outcome(
        handoff=handoff, showed="yes", is_good=True, actor=handoff.agent, via=Via.PAGE, at=SLOT + timedelta(hours=1)
    )


def chart_of(page: str) -> Any:
    found = re.search(r'<script id="chart-weeks" type="application/json">(.*?)</script>', page)
    assert found
    return json.loads(found.group(1))


def set_by(page: str) -> str:
    found = re.search(r'>Set</span><span class="tile-figure">(.*?)<', page)
    assert found
    return found.group(1)


def test_the_team_lead_sees_every_isa_and_agent_and_the_weeks(boss):
    held(boss.team, isa=people.isa(boss.team, user__name="Ivy Sample"))
    open_handoff(ready(boss.team), to=people.agent(boss.team, user__name="Ana Sample"))

    page = signed_in(boss).get(NUMBERS).content.decode()

    assert "Ivy Sample" in page
    assert "Ana Sample" in page
    assert "By ISA" in page
    assert "By agent" in page
    chart = chart_of(page)
    assert len(chart["labels"]) == 8
    assert {each["label"]: each["data"][-1] for each in chart["datasets"]} == {"Held": 1, "To come": 1}


def test_few_cases_are_counted_and_no_percentage(boss):
    held(boss.team)

    page = signed_in(boss).get(NUMBERS).content.decode()

    assert "1 of 1" in page
    assert "100%" not in page


def test_isas_and_agents_see_their_own_only(boss):
    ivy = people.isa(boss.team, user__name="Ivy Sample")
    ana = people.agent(boss.team, user__name="Ana Sample")
    open_handoff(ready(boss.team, isa=ivy), to=ana)
    open_handoff(
        ready(boss.team, isa=people.isa(boss.team, user__name="Ian Other")),
        to=people.agent(boss.team, user__name="Ben Other"),
    )

    of_ivy = signed_in(ivy).get(NUMBERS).content.decode()
    assert set_by(of_ivy) == "1"
    assert "By ISA" not in of_ivy
    assert "By agent" not in of_ivy
    of_ana = signed_in(ana).get(NUMBERS).content.decode()
    assert set_by(of_ana) == "1"
    assert "By agent" not in of_ana
    assert "Other" not in of_ana
    assert set_by(signed_in(boss).get(NUMBERS).content.decode()) == "2"


def test_what_sets_people_beside_each_other_is_the_team_leads(boss):
    ivy = people.isa(boss.team)

    assert signed_in(boss).get(NUMBERS, {"csv": "by_isa"}).status_code == 200
    refused = signed_in(ivy).get(NUMBERS, {"csv": "by_isa"})
    assert refused.status_code == 422
    assert "This table is the team lead&#x27;s" in refused.text


def test_another_teams_handoffs_are_not_counted(boss):
    open_handoff(ready())

    assert "No handoffs in these days" in signed_in(boss).get(NUMBERS).content.decode()


def test_the_days_live_in_the_address(boss):
    open_handoff(ready(boss.team))
    client = signed_in(boss)

    day = {"since": "2026-11-23", "until": "2026-11-23"}
    assert "By agent" in client.get(NUMBERS, day).content.decode()
    assert "Nov 23 to Nov 23, 2026" in client.get(NUMBERS, day).text
    assert "No handoffs" in client.get(NUMBERS, {"since": "2026-11-24", "until": "2026-11-30"}).content.decode()
    assert (
        "By agent" in client.get(NUMBERS, {"since": "2026-11-24", "until": "2026-11-30", "by": "held"}).content.decode()
    )
    assert len(chart_of(client.get(NUMBERS, {"weeks": "13"}).content.decode())["labels"]) == 13
    three_years = client.get(NUMBERS, {"weeks": "156"}).text
    chart = chart_of(three_years)
    assert chart["labels"] == ["Nov 2026"]  # before it there was nothing
    assert sum(sum(each["data"]) for each in chart["datasets"]) == int(set_by(three_years))
    assert "drawn by the month" in three_years
    assert len(chart_of(client.get(NUMBERS, {"weeks": "156", "beside": "year"}).text)["labels"]) == 36


@pytest.mark.parametrize(
    "days",
    [
        {"since": "2026-11-24"},
        {"since": "2026-11-24", "until": "2026-11-23"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"since": "9999-12-31", "until": "9999-12-31"},
        {"since": "yesterday", "until": "x"},
        {"weeks": "7"},
        {"by": "moon"},
        {"isa": "999999999"},
        {"agent": "x"},
        {"sort": "moon"},
        {"beside": "moon"},
        {"csv": "moon"},
    ],
)
def test_what_makes_no_sense_is_refused_with_the_form_and_no_figures(boss, days):
    open_handoff(ready(boss.team))

    response = signed_in(boss).get(NUMBERS, days)

    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert 'name="since"' in response.text
    assert "By agent" not in response.text
    assert "tile-figure" not in response.text


def test_the_page_costs_the_same_however_many_handoffs_there_are(boss):
    client, costs = signed_in(boss), []
    for _ in range(4):
        held(boss.team)
        with CaptureQueriesContext(connection) as queries:
            client.get(NUMBERS)
        costs.append(len(queries))

    assert costs[0] == costs[3]
    assert costs[0] <= 12


def test_live_transfers_are_counted_apart_and_may_be_looked_at_alone(boss):
    lead = ready(boss.team)
    ana = on_call(lead, user__name="Ana Sample")
    on_call(lead, user__name="Cal Sample")
    transfer = accepted(ringing(lead), ana)
    connect(transfer=told(transfer), actor=transfer.setter, via=Via.PAGE, at=NOW + timedelta(minutes=1))
    ringing(ready(boss.team))
    open_handoff(ready(boss.team), to=people.agent(boss.team, user__name="Ben Sample"))
    client = signed_in(boss)

    page = client.get(NUMBERS).text
    said = re.search(r"(\d+) rings: (.*?)\.", strip_tags(page))
    assert said
    assert "1 accepted" in said.group(2)
    assert "1 ringing now" in said.group(2)
    assert int(said.group(1)) == sum(map(int, re.findall(r"\d+", said.group(2))))
    assert said.group() in strip_tags(client.get(f"{NUMBERS}?weeks=156").text)
    [accepted_rings] = re.findall(r'href="(/numbers/transfers/rings/[^"]*answer=accepted)"', page)
    assert "<h1>1 ring</h1>" in client.get(unescape(accepted_rings)).text
    assert "1 live transfer besides" in page
    assert "Ben Sample" in page

    alone = client.get(f"{NUMBERS}?method=live").text
    assert "Ana Sample" in alone
    assert re.search(r'>Handed off</span><span class="tile-figure">1<', alone)
    assert "1 live transfer" in strip_tags(alone)
    assert [each["label"] for each in chart_of(alone)["datasets"]] == ["Not said yet"]
    assert "Nov 23" in alone
    assert re.search(r'numbers-chip" href="[^"]*">Live transfer ', alone)
    assert "method=live" in alone
    assert client.get(f"{NUMBERS}?method=none").status_code == 422


def test_every_box_that_scrolls_sideways_can_be_focused_and_has_a_name(boss):
    for _ in range(2):
        held(boss.team)
    client = signed_in(boss)

    for address in (NUMBERS, f"{NUMBERS}cases/", "/numbers/transfers/", "/numbers/aims/beside/"):
        boxes = re.findall(r'<div class="table-wrap[^>]*>', client.get(address).text)
        assert all('tabindex="0" role="group" aria-label' in box for box in boxes), boxes
    assert len(re.findall("table-wrap", client.get(NUMBERS).text)) >= 5
