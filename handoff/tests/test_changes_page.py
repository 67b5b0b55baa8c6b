from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from handoff.forms import slot_value
from handoff.models import Handoff
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from leads.states import Stage
from teams.tests import factories as people
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

LATER = SLOT + timedelta(hours=2)


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def team():
    return TeamFactory.create()


@pytest.fixture
def handoff(team) -> Handoff:
    return open_handoff(ready(team), to=people.agent(team, user__name="Ana Sample"))


def url(name: str, handoff: Handoff) -> str:
    return reverse(f"handoff:{name}", args=[handoff.pk])


def test_the_isa_moves_the_appointment_and_stays_in_the_panel(handoff):
    client = signed_in(handoff.setter)

    times = client.get(url("times", handoff), {"day": "2026-11-24"}, **HTMX).content.decode()
    assert slot_value(handoff.agent, LATER) in times

    moved = client.post(url("move", handoff), {"slot": slot_value(handoff.agent, LATER)}, **HTMX)
    assert moved.status_code == 200
    assert "Handoff under way" in moved.content.decode()
    handoff.appointment.refresh_from_db()
    assert handoff.appointment.starts_at == LATER


def test_the_agent_moves_the_appointment_from_the_brief(handoff):
    response = signed_in(handoff.agent).post(url("move", handoff), {"slot": slot_value(handoff.agent, LATER)})

    assert response.status_code == 302
    assert response["Location"] == url("brief", handoff)
    handoff.appointment.refresh_from_db()
    assert handoff.appointment.starts_at == LATER


def test_a_time_that_cannot_be_had_is_refused_and_the_form_stays_open(handoff):
    at_night = SLOT.replace(hour=9)

    response = signed_in(handoff.setter).post(
        url("move", handoff), {"slot": slot_value(handoff.agent, at_night)}, **HTMX
    )

    assert response.status_code == 422
    assert 'id="change-move" open' in response.content.decode()


def test_cancelling_takes_a_reason_and_gives_the_lead_back(handoff):
    client = signed_in(handoff.setter)

    assert client.post(url("cancel", handoff), {"reason": ""}, **HTMX).status_code == 422
    assert client.post(url("cancel", handoff), {"reason": "a\nb"}, **HTMX).status_code == 422
    done = client.post(url("cancel", handoff), {"reason": "They found a home"}, **HTMX)

    assert done.status_code == 200
    handoff.refresh_from_db()
    assert handoff.status == HandoffStatus.CANCELLED
    assert handoff.appointment.status == AppointmentStatus.CANCELLED
    assert handoff.lead.stage == Stage.QUALIFIED
    assert "Ready to hand off" in done.content.decode()


def test_reassigning_gives_the_handoff_to_another_agent_of_the_team_only(team, handoff):
    other, stranger = people.agent(team), people.agent()
    client = signed_in(handoff.setter)

    assert client.post(url("reassign", handoff), {"agent": stranger.pk}, **HTMX).status_code == 422
    assert client.post(url("reassign", handoff), {"agent": "x"}, **HTMX).status_code == 422
    assert client.post(url("reassign", handoff), {"agent": other.pk}, **HTMX).status_code == 200
    handoff.refresh_from_db()
    assert handoff.agent == other


def test_taking_back_takes_a_reason(handoff):
    client = signed_in(handoff.setter)

    assert client.post(url("take-back", handoff), {}, **HTMX).status_code == 422
    assert client.post(url("take-back", handoff), {"reason": "The client asked for me"}, **HTMX).status_code == 200
    handoff.refresh_from_db()
    assert handoff.status == HandoffStatus.RETURNED


def test_a_handoff_without_a_time_has_no_appointment_to_change(team):
    handoff = open_direct(ready(team))
    client = signed_in(handoff.setter)

    assert client.post(url("move", handoff), {"slot": slot_value(handoff.agent, SLOT)}, **HTMX).status_code == 404
    assert client.post(url("cancel", handoff), {"reason": "No time"}, **HTMX).status_code == 404


def test_the_isa_sets_a_time_for_a_lead_handed_over_now(team):
    handoff = open_direct(ready(team))
    client = signed_in(handoff.setter)
    panel = client.get(reverse("handoff:panel", args=[handoff.lead_id]), **HTMX).content.decode()
    assert "Set a time" in panel
    assert "Reschedule" not in panel

    times = client.get(url("times", handoff), {"day": "2026-11-24", "how": "video", "place": "Room 7"}, **HTMX)
    assert slot_value(handoff.agent, LATER) in times.content.decode()
    assert '<option value="video" selected>' in times.content.decode()
    assert 'value="Room 7"' in times.content.decode()

    wanted = {"slot": slot_value(handoff.agent, LATER), "how": "in_person", "place": "12 Invented Street"}
    done = client.post(url("set-time", handoff), wanted, **HTMX)
    assert done.status_code == 200
    assert "Reschedule" in done.content.decode()
    assert "Set a time" not in done.content.decode()
    handoff.refresh_from_db()
    assert (handoff.appointment.starts_at, handoff.appointment.place) == (LATER, "12 Invented Street")


def test_the_agent_sets_a_time_from_the_brief(team):
    handoff = open_direct(ready(team))
    client = signed_in(handoff.agent)
    assert "Set a time" in client.get(url("brief", handoff)).content.decode()

    response = client.post(url("set-time", handoff), {"slot": slot_value(handoff.agent, LATER), "how": "call"})

    assert (response.status_code, response["Location"]) == (302, url("brief", handoff))
    assert "Set a time" not in client.get(url("brief", handoff)).content.decode()
    handoff.refresh_from_db()
    assert handoff.appointment.starts_at == LATER


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"how": "in_person"}, "Say where they meet."),
        ({"how": "in_person", "place": "12 Street\n13 Street"}, "Line breaks are not allowed"),
        ({"how": "pigeon"}, "pigeon"),
        ({"slot": ""}, "Choose a time."),
    ],
)
def test_a_time_that_cannot_be_set_says_why_and_the_form_stays_open(team, entered, words):
    handoff = open_direct(ready(team))

    response = signed_in(handoff.setter).post(
        url("set-time", handoff), {"slot": slot_value(handoff.agent, LATER), "how": "call"} | entered, **HTMX
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert 'id="change-set-time" open' in response.content.decode()
    handoff.refresh_from_db()
    assert handoff.appointment is None


def test_the_lead_s_page_says_why_its_stage_cannot_leave_the_agent(handoff):
    stage = reverse("leads:stage", args=[handoff.lead_id])

    response = signed_in(handoff.setter).post(stage, {"to": "lost"}, **HTMX)

    assert response.status_code == 409
    assert "Ana Sample has this lead now. Record the outcome, cancel the appointment" in response.content.decode()
    handoff.lead.refresh_from_db()
    assert handoff.lead.stage == Stage.APPOINTMENT_SET


@pytest.mark.parametrize("name", ["set-time", "move", "cancel", "reassign", "take-back"])
def test_another_agent_of_the_team_and_strangers_change_nothing(team, handoff, name):
    for member in (people.agent(team), people.isa(), people.lead()):
        response = signed_in(member).post(url(name, handoff), {"reason": "Mine now"}, **HTMX)
        assert response.status_code in (403, 404)
    handoff.refresh_from_db()
    assert handoff.status == HandoffStatus.OPEN


@pytest.mark.parametrize("name", ["reassign", "take-back"])
def test_agents_do_not_pass_their_leads_on_by_themselves(team, handoff, name):
    other = people.agent(team)

    response = signed_in(handoff.agent).post(url(name, handoff), {"agent": other.pk, "reason": "Too busy"}, **HTMX)

    assert response.status_code == 403
    handoff.refresh_from_db()
    assert handoff.agent != other
