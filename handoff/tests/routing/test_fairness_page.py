"""The page of shares: the team's for a team lead, an agent's own for the agent, and as a table to take away."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.appointments import cancel, reassign
from handoff.queries.fairness import shares_for
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, policy, ready
from handoff.tests.pages import signed_in
from teams.absences import bench
from teams.models import Membership, TimeOff
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

FAIRNESS = "/fairness/"
CSV = "/fairness/shares.csv"


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def boss():
    return people.lead()


@pytest.fixture
def ana(boss):
    return people.agent(boss.team, user__name="Ana Flores", profile={"weight": 100, "day_capacity": 2})


@pytest.fixture
def ben(boss):
    return people.agent(boss.team, user__name="Ben Stone", profile={"weight": 50})


def page(member: Membership, address: str = FAIRNESS) -> str:
    answer = signed_in(member).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(boss):
    return {row.agent.user.name: row for row in shares_for(boss, at=NOW).rows}


def test_each_agent_stands_with_share_received_and_room(boss, ana, ben):
    for hour in (0, 2):
        open_handoff(ready(boss.team), to=ana, starts_at=SLOT + timedelta(hours=hour))
    open_direct(ready(boss.team), to=ana)
    lost = open_handoff(ready(boss.team), to=ben)
    cancel(appointment=lost.appointment, reason="Client is away", actor=None, at=NOW)

    found = rows(boss)

    of_ana, of_ben = found["Ana Flores"], found["Ben Stone"]
    assert (of_ana.weight, of_ana.standing.received, of_ana.standing.ahead) == (100, 3, 1)
    assert (of_ben.weight, of_ben.standing.received, of_ben.standing.credited) == (50, 0, 1)
    assert (of_ben.standing.expected, of_ben.verdict) == (pytest.approx(1), "fair")
    assert (of_ana.today.words, of_ana.this_week.words, of_ben.today.words) == ("1 of 2", "3", "0")
    assert of_ana.days == 28


def test_the_states_of_agents_are_told(boss, ana, ben):
    bench(agent=ana, reason="Late", back_on=None, by=boss, at=NOW)
    TimeOff.objects.create(membership=ben, starts_at=NOW - timedelta(days=7), ends_at=NOW + timedelta(days=1))
    people.agent(boss.team, user__name="Cleo Gone", ended_at=NOW - timedelta(days=3))
    people.agent(boss.team, user__name="Dev Past", ended_at=NOW - timedelta(days=60))
    people.agent(boss.team, user__name="Eve Pause", profile={"takes_handoffs": False})

    found = rows(boss)

    assert {name: row.state for name, row in found.items()} == {
        "Ana Flores": "Benched",
        "Ben Stone": "Away",
        "Cleo Gone": "Left the team",
        "Eve Pause": "Takes no handoffs",
    }
    assert found["Ben Stone"].days == 21


def test_a_team_lead_sees_everybody_the_chart_and_why(boss, ana, ben):
    open_handoff(ready(boss.team), to=ana)

    html = page(boss)

    assert "Ana Flores" in html
    assert "Ben Stone" in html
    found = re.search(r'<script id="chart-shares" type="application/json">(.*?)</script>', html)
    chart = json.loads(found.group(1))
    assert chart["labels"] == ["Ana Flores", "Ben Stone"]
    assert chart["datasets"][1]["data"] == [1, 0]
    of_ana = page(boss, reverse("handoff:fairness-of", args=[ana.pk]))
    assert "Latest leads, and why" in of_ana
    assert "Licensed in TX" in of_ana


def test_an_agent_sees_their_own_row_and_nobody_elses(boss, ana, ben):
    open_handoff(ready(boss.team, first_name="Dana", last_name="Lake"), to=ana)

    html = page(ana)

    assert "Your share" in html
    assert "Dana Lake" in html
    assert "Ben Stone" not in html
    assert "chart-shares" not in html
    assert page(ana, reverse("handoff:fairness-of", args=[ana.pk]))
    assert signed_in(ana).get(reverse("handoff:fairness-of", args=[ben.pk])).status_code == 404
    assert signed_in(ana).get(CSV).status_code == 403


def test_a_lead_that_was_moved_on_is_not_named_to_the_agent_who_had_it(boss, ana, ben):
    handoff = open_handoff(ready(boss.team, first_name="Dana", last_name="Lake"), to=ana)
    reassign(handoff=handoff, agent=ben, actor=boss, at=NOW)

    assert "Dana Lake" not in page(ana)
    assert "moved on since" in page(ana)


def test_isas_and_strangers_see_none_of_it(boss, ana):
    isa = people.isa(boss.team)

    assert signed_in(isa).get(FAIRNESS).status_code == 403
    assert signed_in(isa).get(CSV).status_code == 403
    stranger = people.lead()
    assert "Ana Flores" not in page(stranger)
    assert signed_in(stranger).get(reverse("handoff:fairness-of", args=[ana.pk])).status_code == 404
    assert signed_in(boss).get(reverse("handoff:fairness-of", args=[isa.pk])).status_code == 404


def test_a_team_without_agents_is_told_what_will_stand_here(boss):
    assert "No agents yet" in page(boss)


def test_the_table_to_take_away_has_the_same_figures_and_starts_no_formula(boss, ana):
    people.agent(boss.team, user__name="=HYPERLINK(1)")
    open_handoff(ready(boss.team), to=ana)

    answer = signed_in(boss).get(CSV)

    assert answer["Content-Type"].startswith("text/csv")
    assert 'filename="shares-2026-11-23.csv"' in answer["Content-Disposition"]
    table = list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["Agent"] for row in table] == ["'=HYPERLINK(1)", "Ana Flores"]
    assert (table[1]["Received"], table[1]["Expected"], table[1]["Difference"]) == ("1", "0.5", "0.5")
    assert (table[1]["This week"], table[1]["Most a day"], table[1]["Most a week"]) == ("1", "2", "")


def test_the_pages_cost_the_same_however_many_agents_and_handoffs_there_are(boss, ana):
    client, costs = signed_in(boss), []
    policy(boss.team, day_capacity=4)
    for number in range(4):
        open_handoff(ready(boss.team), to=people.agent(boss.team), starts_at=SLOT + timedelta(hours=number))
        open_handoff(ready(boss.team), to=ana, starts_at=SLOT + timedelta(days=number))
        counted = []
        for address in (FAIRNESS, CSV, reverse("handoff:fairness-of", args=[ana.pk])):
            with CaptureQueriesContext(connection) as queries:
                client.get(address).getvalue()
            counted.append(len(queries))
        costs.append(counted)

    assert costs[0] == costs[3]
    assert max(costs[0]) <= 11
