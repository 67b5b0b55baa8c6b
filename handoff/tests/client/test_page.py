"""The client's page: what it shows, that they confirm and ask there, and that nothing else does it for them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest
import time_machine

from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.states import AppointmentStatus, ClientAnswer
from handoff.tests.client.meeting import now
from handoff.tests.clients import Visitor, step_in
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff
from leads.models import Activity, Task
from notifications.models import Delivery
from teams.photos import set_photo
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db


def test_the_agent_is_presented_as_the_specialist_they_are(visitor):
    page = visitor.see()

    for words in (
        "Ana Flores",
        "Downtown condo specialist",
        "She has sold forty homes.",
        "11 years",
        "English, Spanish",
    ):
        assert words in page
    assert "Call Ana, (512) 555-0188" in page


def test_the_page_sets_no_cookie_and_carries_no_token_of_one(visitor):
    answer = visitor.get()

    assert not answer.cookies
    assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_one_press_confirms(handoff, visitor):
    answer = visitor.confirm()

    assert answer.status_code == 302
    assert now(handoff).client_answer == ClientAnswer.CONFIRMED
    assert "Thank you. Ana is looking forward to it." in visitor.see(done="confirmed")
    assert "Yes, I will be there" not in visitor.see()
    assert Activity.objects.get(lead=handoff.lead_id, kind="confirmed").actor is None


def test_pressing_twice_confirms_once(handoff, visitor):
    visitor.post("confirm/", {"step": step_in(visitor.post("confirm/"))})
    visitor.post("confirm/", {"step": step_in(visitor.post("confirm/"))})

    assert Activity.objects.filter(lead=handoff.lead_id, kind="confirmed").count() == 1


def test_a_form_that_nobody_pressed_confirms_nothing_and_asks(handoff, visitor):
    home = visitor.get().content.decode()
    assert 'name="step"' not in home  # who posts the fields it finds has none

    for said in ({}, {"step": "made up"}):
        asked = visitor.post("confirm/", said)
        assert asked.status_code == 200
        assert "Will you be there?" in asked.content.decode()
        assert now(handoff).client_answer == ""

    visitor.post("confirm/", {"step": step_in(asked)})
    assert now(handoff).client_answer == ClientAnswer.CONFIRMED


@pytest.mark.parametrize("path", ["", "times/", "cancel/", "call/", "appointment.ics", "confirm/"])
def test_looking_changes_no_row(handoff, visitor, path):
    before = list(Handoff.objects.values()), list(Appointment.objects.values()), Activity.objects.count()

    for method in ("get", "head", "options"):
        with time_machine.travel(NOW, tick=False):
            assert getattr(visitor.client, method)(visitor.home + path).status_code in {200, 405}

    assert (list(Handoff.objects.values()), list(Appointment.objects.values()), Activity.objects.count()) == before


@pytest.mark.parametrize("path", ["", "appointment.ics"])
def test_what_only_shows_takes_no_post(visitor, path):
    assert visitor.post(path).status_code == 405


def test_asking_for_a_call_is_an_answer_and_an_urgent_task(handoff, visitor):
    answer = visitor.post("call/", {"wish": "Any evening after six,\nplease 🙏"})

    assert answer["Location"].endswith("?done=asked")
    assert now(handoff).client_answer == ClientAnswer.WANTS_MOVE
    task = Task.objects.open().get(key__startswith=f"lead/{handoff.lead_id}|client_wish|")
    assert (task.assignee, task.is_urgent, task.script) == (handoff.setter, True, "client_wish")
    assert "Any evening after six, please 🙏" in task.detail
    assert Delivery.objects.filter(about=handoff.about, kind="client_wish", recipient=handoff.setter).exists()


def test_asking_twice_the_same_is_one_task(handoff, visitor):
    visitor.post("call/", {"wish": ""})
    visitor.post("call/", {"wish": ""})

    assert Task.objects.filter(key__contains="client_wish").count() == 1


def test_a_wish_of_any_length_is_bounded(visitor):
    assert visitor.post("call/", {"wish": "x" * 301}).status_code == 422
    assert Task.objects.filter(key__contains="client_wish").count() == 0


def test_whoever_confirms_after_all_need_not_be_called(handoff, visitor):
    visitor.post("call/", {"wish": "Evenings"})
    visitor.confirm()

    assert not Task.objects.open().filter(key__contains="client_wish").exists()
    assert now(handoff).client_answer == ClientAnswer.CONFIRMED


def test_a_lead_handed_over_without_a_time_sees_who_calls():
    visitor = Visitor(open_direct())

    page = visitor.see()
    assert "will call you" in page
    assert visitor.get("times/").status_code == 302
    assert visitor.get("cancel/").status_code == 302
    assert visitor.get("appointment.ics").status_code == 410


def test_once_it_has_begun_nothing_can_be_changed(handoff):
    visitor = Visitor(handoff, at=SLOT + timedelta(minutes=1))

    assert "Now" in visitor.see()
    assert visitor.post("confirm/")["Location"].endswith("done=stale")
    assert visitor.get("times/").status_code == 302
    assert visitor.post("cancel/", {"reason": "plans"}).status_code == 302
    assert now(handoff).status == AppointmentStatus.BOOKED


def test_calendars_on_the_web_get_the_plain_facts(handoff, visitor):
    page = visitor.see().replace("&amp;", "&")
    links = {
        urlparse(part.split('"')[0]).netloc: part.split('"')[0]
        for part in page.split('href="')
        if part.startswith("http")
    }

    google = parse_qs(urlparse(links["calendar.google.com"]).query)
    assert google["dates"] == ["20261124T160000Z/20261124T164500Z"]
    assert google["text"] == [f"Call with Ana Flores, {handoff.team.name}"]
    for host in ("outlook.live.com", "outlook.office.com"):
        outlook = parse_qs(urlparse(links[host]).query)
        assert outlook["startdt"] == ["2026-11-24T16:00:00Z"]
        assert "+" not in links[host]


def test_a_place_can_be_found_on_a_map():
    handoff = open_handoff(how=How.IN_PERSON, place="12 Invented Street, Austin")

    page = Visitor(handoff).see()

    assert "12 Invented Street, Austin" in page
    assert "Show it on a map" in page


def test_what_was_done_is_said_only_in_words_of_ours(visitor):
    assert "<script>" not in visitor.see(done="<script>")
    assert 'role="status"' not in visitor.see(done="nonsense")


def test_the_newest_handoff_is_what_every_older_link_leads_to(handoff, visitor):
    visitor.cancel()
    visitor.choose(handoff.agent, SLOT + timedelta(days=1))

    assert "Wednesday, November 25" in visitor.see()
    assert visitor.post("confirm/").status_code == 302
    assert now(handoff).client_answer == ClientAnswer.CANCELLED


def test_the_photo_is_shown_to_whoever_holds_the_link(handoff, visitor):
    assert "<img" not in visitor.see()
    set_photo(profile=handoff.agent.profile, image=b"drawn", at=NOW)

    page = visitor.see().replace("&amp;", "&")
    answer = visitor.get("photo/")

    assert f"{visitor.home}photo/?agent={handoff.agent_id}&v={handoff.agent.profile.photo_mark}" in page
    assert (answer.content, answer["Content-Type"]) == (b"drawn", "image/webp")
    assert "no-store" not in answer["Cache-Control"]
    assert visitor.client.get("/a/forged/photo/").status_code == 404


def test_photos_of_those_who_are_not_offered_are_not_shown(handoff, visitor):
    foreign, colleague = agent(), agent(handoff.team)
    for each in (foreign, colleague):
        set_photo(profile=each.profile, image=b"drawn", at=NOW)

    assert visitor.get("photo/", agent=colleague.pk).status_code == 200
    for asked in (foreign.pk, handoff.setter_id, 10**12, "9" * 30):
        assert visitor.get("photo/", agent=asked).status_code == 404
