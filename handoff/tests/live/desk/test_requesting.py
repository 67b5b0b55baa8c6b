"""Requesting a live transfer from the panel: what is advised, who rings, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from handoff.forms import slot_value
from handoff.models import LiveTransfer
from handoff.tests.factories import NOW, SLOT, policy, ready
from handoff.tests.live.desk.pressing import ask, panel, words
from handoff.tests.live.ground import SECOND, on_call, ringing
from handoff.tests.pages import HTMX, signed_in
from leads.tests.factories import LeadFactory
from teams.models.transfers import RingWay
from teams.tests import factories as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_a_ready_lead_with_an_agent_on_call_is_advised_a_transfer_and_names_who_rings(browser, lead, ana):
    people.agent(lead.team, user__name="Ben Sample")

    page = panel(browser, lead)

    assert "Ana Sample is on call." in page
    assert "Transfer live: ring Ana" in page
    assert 'data-key="ctrl+enter"' in page
    assert "<strong>Ben Sample</strong>: Not on call" in page
    assert "Stay on the line with me" in page


def test_a_team_that_rings_all_at_once_says_how_many(browser, lead, ana):
    on_call(lead, user__name="Ben Sample")
    policy(lead.team, ring_way=RingWay.ALL)

    assert "Transfer live: ring all 2" in panel(browser, lead)


def test_with_nobody_on_call_the_advice_is_a_slot_and_a_transfer_shows_the_next_times(browser, lead):
    ben = people.agent(lead.team, user__name="Ben Sample")

    assert "nobody is on call and free: take the soonest slot" in panel(browser, lead)
    page = panel(browser, lead, method="live")

    assert "Nobody is on call and free right now." in page
    assert slot_value(ben, NOW + timedelta(minutes=30)) in page
    assert "set a time aside that is yours" in page
    assert 'data-key="ctrl+enter"' not in page


def test_a_time_taken_from_there_is_held_as_an_appointment(browser, lead):
    ben = people.agent(lead.team)

    held = {"slot": slot_value(ben, SLOT), "method": "live"}
    page = words(browser.post(reverse("handoff:hold", args=[lead.pk]), held, **HTMX))

    assert "Held for you" in page


def test_requesting_rings_and_the_panel_becomes_the_live_view(browser, lead, ana):
    response = ask(browser, lead)

    page = words(response)
    assert response.status_code == 200
    assert "Ana Sample is being rung" in page
    assert f'data-ends-at="{(NOW + 20 * SECOND).isoformat()}"' in page
    assert f'data-now="{NOW.isoformat()}"' in page
    assert LiveTransfer.objects.get().setter == lead.isa


def test_pressing_twice_rings_once_and_shows_the_same_view(browser, lead, ana):
    ask(browser, lead)

    again = ask(browser, lead)

    assert again.status_code == 200
    assert "Ana Sample is being rung" in words(again)
    assert LiveTransfer.objects.count() == 1


def test_a_colleague_who_requests_meanwhile_is_told_that_it_is_under_way(lead, ana):
    ringing(lead)

    response = ask(signed_in(people.lead(lead.team)), lead)

    assert response.status_code == 409
    assert "This lead is being transferred right now." in words(response)
    assert f"Requested by {lead.isa.user.name}" in words(response)


def test_going_against_the_advice_takes_a_reason_that_is_kept(team):
    lead = ready(team)
    on_call(lead)
    browser = signed_in(lead.isa)

    refused = ask(browser, lead, advised="scheduled", method="live")
    assert refused.status_code == 422
    assert "Say in a few words why not as advised." in words(refused)

    ask(browser, lead, advised="scheduled", override_reason="They have only today")
    assert LiveTransfer.objects.get().override_reason == "They have only today"


def test_a_closed_gate_says_what_to_ask_and_rings_nobody(team, settings):
    settings.ZEAL_ALLOWLIST = [{"model": "leads.Lead"}]  # the gate, and then the page, look afresh
    ivy = people.isa(team)
    lead = LeadFactory.create(team=team, isa=ivy)
    on_call(lead)

    response = ask(signed_in(ivy), lead)

    assert response.status_code == 422
    assert "Not ready yet" in words(response)
    assert "Ask:" in words(response)
    assert not LiveTransfer.objects.exists()


def test_nobody_on_call_is_said_at_once_with_the_next_times_on_the_same_screen(browser, lead, settings):
    settings.ZEAL_ALLOWLIST = [{"model": "leads.Lead"}]  # as above
    ben = people.agent(lead.team)

    response = ask(browser, lead)

    assert response.status_code == 409
    assert words(response).count("Nobody is on call and free right now.") == 1
    assert slot_value(ben, NOW + timedelta(minutes=30)) in words(response)
