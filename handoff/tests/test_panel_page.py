from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.forms import slot_value
from handoff.states import HandoffStatus
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from leads.models import Lead
from leads.states import Stage
from leads.tests.factories import LeadFactory
from teams.tests import factories as people
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def team():
    return TeamFactory.create()


def url(name: str, lead: Lead) -> str:
    return reverse(f"handoff:{name}", args=[lead.pk])


def test_the_panel_names_the_next_question_of_a_new_lead(team):
    ivy = people.isa(team)
    lead = LeadFactory.create(team=team, isa=ivy)

    page = signed_in(ivy).get(url("panel", lead), **HTMX).content.decode()

    assert "ready-next" in page
    assert "Missing:" in page
    assert 'data-key="ctrl+enter"' not in page


def test_the_panel_of_a_ready_lead_offers_the_times_of_the_ranked_agents(team):
    lead = ready(team)
    ana = people.agent(team, user__name="Ana Sample")

    page = signed_in(lead.isa).get(url("panel", lead), **HTMX).content.decode()

    assert "All known" in page
    assert slot_value(ana, NOW + timedelta(minutes=30)) in page
    assert "Choose a time" in page
    assert page.count('data-key="1"') == 1


def test_each_time_is_on_the_clients_clock_with_the_agents_beside_it(team):
    lead = ready(team, zone="America/Los_Angeles")
    people.agent(team, user__name="Ana Sample", user__zone="America/New_York", hours="16:00-17:00 mon-fri")

    page = signed_in(lead.isa).get(url("panel", lead), **HTMX).content.decode()

    assert "1:00 PM<small>4:00 PM EST" in page


def test_who_is_not_offered_is_listed_with_what_removed_them(team):
    lead = ready(team)
    people.agent(team, user__name="Ana Sample")
    people.agent(team, user__name="Olive Sample", profile={"states": ["OK"]})

    page = signed_in(lead.isa).get(url("panel", lead), **HTMX).content.decode()

    assert "1 not offered" in page
    assert "Olive Sample" in page


def test_the_panel_takes_the_place_of_the_box_on_the_leads_page(team):
    lead = ready(team)

    response = signed_in(lead.isa).get(url("panel", lead), **HTMX)

    assert response["HX-Retarget"] == "#handoff-panel"
    assert response["HX-Reswap"] == "outerHTML"
    assert response.content.decode().lstrip().startswith('<div id="handoff-panel"')


def test_strangers_get_404_and_so_do_agents_who_do_not_know_the_lead(team):
    lead = ready(team)
    for member in (people.isa(), people.lead(), people.agent(), people.agent(team)):
        client = signed_in(member)
        assert client.get(url("panel", lead), **HTMX).status_code == 404
    assert signed_in(people.isa(team)).get(url("panel", lead), **HTMX).status_code == 200


def test_what_was_chosen_is_kept_when_the_panel_draws_itself_again(team):
    lead, ana = ready(team), people.agent(team)
    client = signed_in(lead.isa)
    client.post(url("hold", lead), {"slot": slot_value(ana, SLOT)}, **HTMX)

    page = client.get(url("panel", lead), {"how": "in_person", "place": "12 Example Street"}, **HTMX).content.decode()

    assert 'value="12 Example Street"' in page


def test_nonsense_in_the_address_chooses_nothing(team):
    lead = ready(team)
    people.agent(team)
    asked = {
        "day": "9999-12-31",
        "agent": "9" * 40,
        "method": "x",
        "how": "y",
        "place": "\0",
        "override_reason": "a\nb",
    }

    assert signed_in(lead.isa).get(url("panel", lead), asked, **HTMX).status_code == 200


def test_a_closed_lead_offers_no_handoff(team):
    lead = ready(team, stage=Stage.CLOSED)

    page = signed_in(lead.isa).get(url("panel", lead), **HTMX).content.decode()

    assert "Nothing to hand off" in page


def test_the_agent_sees_the_handoff_and_no_way_to_start_or_reassign_one(team):
    handoff = open_handoff(ready(team))

    page = signed_in(handoff.agent).get(url("panel", handoff.lead), **HTMX).content.decode()

    assert "New owner" in page
    assert reverse("handoff:reassign", args=[handoff.pk]) not in page
    assert url("book", handoff.lead) not in page


def test_opened_by_itself_the_panel_is_a_whole_page(team):
    lead = ready(team)

    page = signed_in(lead.isa).get(url("panel", lead)).content.decode()

    assert page.lstrip().startswith("<!DOCTYPE html>")
    assert 'id="handoff-panel"' in page


def test_the_panel_costs_the_same_however_many_agents_there_are(team):
    lead = ready(team)
    client = signed_in(lead.isa)
    costs = []
    for _ in range(3):
        people.agent(team)
        people.agent(team)
        client.get(url("panel", lead), **HTMX)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("panel", lead), **HTMX)
        costs.append(len(queries))

    assert costs[0] == costs[1] == costs[2]
    assert costs[0] <= 22  # one of them reads the team's own script, three who is on call


def test_a_handoff_under_way_costs_the_same_however_many_agents_there_are(team):
    handoff = open_direct(ready(team))
    client = signed_in(handoff.setter)
    costs = []
    for _ in range(3):
        people.agent(team)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("panel", handoff.lead), **HTMX)
        costs.append(len(queries))

    assert costs[0] == costs[1] == costs[2]
    assert handoff.status == HandoffStatus.OPEN
