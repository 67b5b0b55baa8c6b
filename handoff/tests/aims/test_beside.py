"""Goals, costs and cold leads below the numbers: whose, and for which days."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from itertools import product

import pytest
import time_machine
from django.utils.html import strip_tags

from handoff.aims.goals import set_goals
from handoff.aims.spending import Costs, enter_costs
from handoff.models import Deal
from handoff.models.aims import Aim
from handoff.tests.counting import Place
from handoff.tests.pages import signed_in
from leads.tests.factories import NOW
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

BESIDE = "/numbers/aims/beside/"
NOVEMBER = {"since": "2026-11-01", "until": "2026-11-30"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def place() -> Place:
    place = Place()
    set_goals(team=place.team, membership=None, month=date(2026, 11, 1), goals={Aim.HELD: 44})
    set_goals(team=place.team, membership=place.isas[0], month=date(2026, 11, 1), goals={Aim.HELD: 11})
    enter_costs(team=place.team, month=date(2026, 11, 1), costs=Costs({"Portal": 900}, rest=300))
    place.put("held", source="Portal")
    place.put("held", isa=1)
    return place


def test_a_team_lead_sees_the_teams_goals_and_what_a_held_appointment_cost(place):
    page = signed_in(place.boss).get(BESIDE, NOVEMBER).content.decode()
    assert "2 of 44" in strip_tags(page)
    held = re.search(r'href="(/numbers/cases/[^"]*by=held[^"]*)">2</a> of 44', page)
    assert held
    assert "Appointments held: 2" in signed_in(place.boss).get(unescape(held.group(1))).text
    assert "$600" in page
    assert "too few to say" in page


def test_narrowed_to_one_isa_it_is_their_goal_and_no_cost_is_told(place):
    page = signed_in(place.boss).get(BESIDE, NOVEMBER | {"isa": place.isas[0].pk}).content.decode()
    assert "1 of 11" in strip_tags(page)
    assert "not for this choice" in page


def test_an_isa_sees_their_own_goal_and_nobody_elses(place):
    page = signed_in(place.isas[0]).get(BESIDE, NOVEMBER).content.decode()
    assert "1 of 11" in strip_tags(page)
    assert "of 44" not in page
    assert "No goals are set for you." in signed_in(place.agents[0]).get(BESIDE, NOVEMBER).content.decode()


def test_closings_and_commission_open_the_deals_that_closed_in_the_month(place):
    isa, agent = place.isas[0], place.agents[0]
    for membership in (None, isa, agent):
        goals = {Aim.CLOSED: 30, Aim.COMMISSION: 900_000}
        set_goals(team=place.team, membership=membership, month=date(2026, 11, 1), goals=goals)
    ends = [date(2026, 11, 1), date(2026, 11, 30), date(2026, 10, 31), date(2026, 12, 1)]
    for closed_on, n in product(ends, range(3)):
        handoff = place.put("held", isa=n // 2, agent=n % 2, deal="closed")
        Deal.objects.filter(handoff=handoff).update(
            signed_on="2026-10-01", under_contract_on="2026-10-02", closed_on=closed_on
        )
    place.put("held", deal="signed")

    for viewer, asked, number in (
        (place.boss, {}, 6), (place.boss, {"isa": isa.pk}, 4), (place.boss, {"agent": agent.pk}, 4),
        (isa, {}, 4), (agent, {}, 4),
    ):  # fmt: skip
        client = signed_in(viewer)
        found = re.findall(r'href="(/deals/[^"]*)">([^<]*)</a> of', client.get(BESIDE, NOVEMBER | asked).text)
        [closed, closings], [earned, commission] = found
        deals = client.get(unescape(closed)).text
        assert closed == earned
        assert (int(closings), deals.count("row-link")) == (number, number)
        assert f"{commission} commission" in deals


def test_another_teams_people_are_refused(place):
    stranger = people.isa()
    assert signed_in(place.boss).get(BESIDE, {"isa": stranger.pk}).status_code == 422


def test_as_a_part_of_the_numbers_it_is_a_part_alone(place):
    client = signed_in(place.boss)
    assert "<html" in client.get(BESIDE).content.decode()
    assert "<html" not in client.get(BESIDE, headers={"HX-Request": "true"}).content.decode()
    assert f'hx-get="{BESIDE}?weeks=8"' in client.get("/numbers/").content.decode()


@pytest.mark.parametrize("rows", [1, 40])
def test_it_costs_thirteen_queries_at_most(place, rows, django_assert_max_num_queries):
    for number in range(rows):
        place.put("held", isa=number % 2, agent=number % 2)
    client = signed_in(place.boss)
    with django_assert_max_num_queries(13):
        client.get(BESIDE, NOVEMBER)
