"""Whoever hears on the phone that the client will be there notes it by one key."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from config.tests.api.caller import Caller
from handoff.confirming import confirm
from handoff.models import Appointment, Handoff
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from leads.models import Activity
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def handoff() -> Handoff:
    return open_handoff()


def answer_of(handoff: Handoff) -> str:
    return Appointment.objects.get(handoff=handoff).client_answer


def url(handoff: Handoff) -> str:
    return reverse("handoff:confirm", args=[handoff.pk])


@pytest.mark.parametrize("who", ["setter", "agent", "boss"])
def test_isa_agent_and_team_lead_note_what_they_heard(handoff, who):
    member = people.lead(handoff.team) if who == "boss" else getattr(handoff, who)

    signed_in(member).post(url(handoff))

    assert answer_of(handoff) == "confirmed"
    assert Activity.objects.get(kind="confirmed").actor == member


def test_the_brief_shows_it_with_the_button_until_then(handoff):
    page = signed_in(handoff.setter)
    brief = reverse("handoff:brief", args=[handoff.pk])

    before = page.get(brief).content.decode()
    assert "Not confirmed yet" in before
    assert f'action="{url(handoff)}"' in before
    after = page.post(url(handoff), follow=True).content.decode()
    assert "Noted: they will be there." in after
    assert "Not confirmed yet" not in after
    assert f'action="{url(handoff)}"' not in after


def test_the_panel_answers_with_itself(handoff):
    answer = signed_in(handoff.setter).post(url(handoff), **HTMX)
    assert answer.status_code == 200
    assert "Confirmed" in answer.content.decode()


def test_what_a_calendar_replied_is_shown_as_a_hint(handoff):
    Appointment.objects.filter(handoff=handoff).update(rsvp="accepted", rsvp_at=NOW)
    page = signed_in(handoff.setter).get(reverse("handoff:brief", args=[handoff.pk])).content.decode()
    assert "Accepted in their calendar" in page
    assert "Not confirmed yet" in page


def test_once_it_has_begun_it_is_refused_in_words(handoff):
    with time_machine.travel(SLOT, tick=False):
        page = signed_in(handoff.setter).post(url(handoff), follow=True).content.decode()
    assert "The appointment has begun." in page
    assert answer_of(handoff) == ""


def test_a_stranger_is_told_nothing(handoff):
    assert signed_in(people.isa()).post(url(handoff)).status_code == 404
    assert answer_of(handoff) == ""


def test_the_agents_day_says_who_confirmed(handoff):
    confirm(handoff=handoff, actor=None, at=NOW)
    page = signed_in(handoff.agent).get(reverse("handoff:day")).content.decode()
    assert "Confirmed" in page


def test_by_the_api_too(handoff):
    api = Caller(handoff.setter)
    path = f"/appointments/{handoff.appointment_id}/confirm"

    told = api.post(path, {}).json()
    again = api.post(path, {}).json()

    assert (told["client_answer"], told["rsvp"]) == ("confirmed", "")
    assert again["client_answered_at"] == told["client_answered_at"]
    with time_machine.travel(SLOT, tick=False):
        assert api.post(path, {}).json()["code"] == "too_late"


def test_a_ready_lead_has_nothing_to_confirm():
    lead = ready()
    page = signed_in(lead.isa).get(reverse("handoff:panel", args=[lead.pk])).content.decode()
    assert "They confirmed" not in page
