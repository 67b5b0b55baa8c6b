from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from handoff.forms import slot_value
from handoff.models import Appointment, GateOverride, Handoff
from handoff.models.appointments import How
from handoff.states import AppointmentStatus, Method
from handoff.tests.factories import NOW, SLOT, appointment, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from leads.models import Lead
from leads.models.lpmama import OtherAgent, Timeframe
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


@pytest.mark.parametrize("name", ["hold", "release", "book", "hand-off-now"])
def test_agents_do_not_hand_leads_off(team, name):
    handoff = open_handoff(ready(team))

    response = signed_in(handoff.agent).post(url(name, handoff.lead), **HTMX)

    assert response.status_code == 403


@pytest.mark.parametrize("name", ["hold", "release", "book", "hand-off-now"])
def test_strangers_post_into_nothing(team, name):
    lead = ready(team)

    response = signed_in(people.isa()).post(url(name, lead), **HTMX)

    assert response.status_code == 404
    assert not Appointment.objects.exists()


def test_from_the_panel_to_the_receipts(team):
    lead = ready(team)
    ana = people.agent(team, user__name="Ana Sample")
    client = signed_in(lead.isa)

    held = client.post(url("hold", lead), {"slot": slot_value(ana, SLOT)}, **HTMX)
    page = held.content.decode()
    assert held.status_code == 200
    assert "data-countdown" in page
    assert "Hand off to Ana, Tue 10:00 AM" in " ".join(page.split())
    assert Appointment.objects.get().status == AppointmentStatus.HELD_SLOT

    booked = client.post(url("book", lead), {"slot": slot_value(ana, SLOT), "how": "call"}, **HTMX)
    page = booked.content.decode()
    assert booked.status_code == 200
    assert booked["HX-Trigger"] == "handoff-changed"
    assert "Handed off" in page
    assert "New owner" in page
    assert 'hx-trigger="every 1s"' in page
    handoff = Handoff.objects.get()
    assert (handoff.agent, handoff.setter, handoff.method) == (ana, lead.isa, Method.SCHEDULED)
    assert Appointment.objects.get().status == AppointmentStatus.BOOKED

    receipts = client.get(reverse("handoff:receipts", args=[handoff.pk]), **HTMX)
    assert receipts.status_code == 200
    assert "Invite" in receipts.content.decode()


def test_a_time_that_was_just_taken_says_so_and_offers_the_next_ones(team):
    lead, ana = ready(team), people.agent(team, user__name="Ana Sample")
    appointment(ana, starts_at=SLOT)

    response = signed_in(lead.isa).post(
        url("hold", lead), {"slot": slot_value(ana, SLOT), "how": "in_person", "place": "12 Example Street"}, **HTMX
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "Free instead" in page
    assert slot_value(ana, NOW + timedelta(minutes=30)) in page
    assert not Appointment.objects.filter(lead=lead).exists()


def test_a_slot_that_makes_no_sense_is_refused_in_words(team):
    lead, stranger = ready(team), people.agent()
    client = signed_in(lead.isa)

    for value in (
        "",
        "nonsense",
        "1@",
        "@2026-11-24T16:00:00Z",
        slot_value(stranger, SLOT),
        f"{stranger.pk}@9999-99-99",
    ):
        response = client.post(url("hold", lead), {"slot": value}, **HTMX)
        assert response.status_code == 422
    assert not Appointment.objects.exists()


def test_a_lead_that_is_not_ready_is_not_booked_and_the_next_question_is_named(team, settings):
    settings.ZEAL_ALLOWLIST = [{"model": "leads.Lead"}]  # the gate, and then the page, look afresh
    lead = LeadFactory.create(team=team, isa=people.isa(team), stage=Stage.QUALIFIED, state="TX")
    ana = people.agent(team)

    response = signed_in(lead.isa).post(url("book", lead), {"slot": slot_value(ana, SLOT), "how": "call"}, **HTMX)

    assert response.status_code == 422
    assert "Not ready yet" in response.content.decode()
    assert "Ask:" in response.content.decode()
    assert not Handoff.objects.exists()


def test_meeting_in_person_takes_a_place(team):
    lead, ana = ready(team), people.agent(team)
    client, asked = signed_in(lead.isa), {"slot": slot_value(ana, SLOT), "how": "in_person"}

    assert client.post(url("book", lead), asked, **HTMX).status_code == 422
    assert client.post(url("book", lead), asked | {"place": "a\r\nb"}, **HTMX).status_code == 422
    assert client.post(url("book", lead), asked | {"place": "12 Example Street"}, **HTMX).status_code == 200
    assert Appointment.objects.get(status=AppointmentStatus.BOOKED).how == How.IN_PERSON


def test_going_against_the_advice_takes_a_reason_that_is_kept(team):
    lead, ana = ready(team), people.agent(team, user__name="Ana Sample")
    client, asked = signed_in(lead.isa), {"agent": ana.pk, "method": "direct", "advised": "scheduled"}

    refused = client.post(url("hand-off-now", lead), asked, **HTMX)
    assert refused.status_code == 422
    assert "why not as advised" in refused.content.decode()

    done = client.post(url("hand-off-now", lead), asked | {"override_reason": "They ask for a call today"}, **HTMX)
    assert done.status_code == 200
    handoff = Handoff.objects.get()
    assert handoff.method == Method.DIRECT
    assert handoff.override_reason == "They ask for a call today"


def test_handing_over_without_a_talk_or_a_time_is_never_advised_and_takes_a_reason(team):
    lead = ready(team, answers={"timeframe": Timeframe.NOW})
    ana = people.agent(team, user__name="Ana Sample")
    client = signed_in(lead.isa)
    chosen = {"method": "direct", "agent": ana.pk, "advised": "scheduled"}

    page = client.get(url("panel", lead), chosen, **HTMX).content.decode()
    assert "nobody is on call" in page
    assert "Hand off to Ana now" in " ".join(page.split())
    assert client.post(url("hand-off-now", lead), chosen, **HTMX).status_code == 422

    reason = {"override_reason": "They ask for a call today"}
    assert client.post(url("hand-off-now", lead), chosen | reason, **HTMX).status_code == 200
    assert Handoff.objects.get().agent == ana


def test_a_held_slot_can_be_given_up_for_another(team):
    lead, ana = ready(team), people.agent(team)
    client = signed_in(lead.isa)
    client.post(url("hold", lead), {"slot": slot_value(ana, SLOT)}, **HTMX)

    page = client.post(url("release", lead), **HTMX).content.decode()

    assert slot_value(ana, SLOT) not in page  # Tuesday is not the open day
    assert "data-countdown" not in page
    assert Appointment.objects.get().status == AppointmentStatus.EXPIRED


def test_an_open_handoff_cannot_be_started_twice(team):
    handoff = open_handoff(ready(team))

    response = signed_in(handoff.setter).post(
        url("book", handoff.lead), {"slot": slot_value(handoff.agent, SLOT + timedelta(hours=2)), "how": "call"}, **HTMX
    )

    assert response.status_code == 409
    assert "already handed off" in response.content.decode()
    assert Handoff.objects.count() == 1


def test_a_team_lead_may_allow_an_exclusive_agent_and_an_isa_may_not(team):
    lead = ready(team, answers={"other_agent": OtherAgent.EXCLUSIVE, "other_agent_name": "Somebody Else"})
    asked = {"check_name": "exclusive_agent", "reason": "Their agreement ends tomorrow"}

    assert signed_in(lead.isa).post(url("override", lead), asked, **HTMX).status_code == 403
    boss = signed_in(people.lead(team))
    assert "Allow it in spite" in boss.get(url("panel", lead), **HTMX).content.decode()
    assert boss.post(url("override", lead), asked | {"reason": ""}, **HTMX).status_code == 422
    assert boss.post(url("override", lead), asked | {"check_name": "lpmama"}, **HTMX).status_code == 422
    assert not GateOverride.objects.exists()
    assert boss.post(url("override", lead), asked, **HTMX).status_code == 200
    assert GateOverride.objects.get().reason == "Their agreement ends tomorrow"
