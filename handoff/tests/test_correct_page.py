"""Moved, money and corrections, on the page, by the link and over the API."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from handoff.links import outcome_link
from handoff.models import FormerOutcome, Handoff, Outcome, Postponement
from handoff.postponing import times_to_move_to
from handoff.tests.factories import SLOT, open_handoff, ready
from handoff.tests.pages import signed_in
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

AFTER = SLOT + timedelta(hours=1)
GOOD = {"showed": "yes", "is_good": "yes", "next_step": "showings"}
BAD = {"showed": "yes", "is_good": "no", "reason": "price", "why": "Had the wrong one in mind"}


@pytest.fixture(autouse=True)
def an_hour_after_the_appointment_began():
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.fixture
def handoff() -> Handoff:
    return open_handoff(ready(first_name="Dana"))


def page_of(handoff: Handoff, name="outcome") -> str:
    return reverse(f"handoff:{name}", args=[handoff.pk])


def reported(handoff: Handoff) -> Client:
    client = signed_in(handoff.agent)
    assert client.post(page_of(handoff), GOOD).status_code == 302
    return client


def test_a_free_time_is_chosen_and_the_meeting_is_there(handoff):
    client = signed_in(handoff.agent)
    free = times_to_move_to(handoff, at=AFTER, limit=3)[2]
    assert free.isoformat() in client.get(page_of(handoff)).content.decode()

    answer = client.post(page_of(handoff), {"showed": "moved", "moved_to": free.isoformat(), "note": "Ill"})

    assert answer.status_code == 302
    handoff.refresh_from_db()
    handoff.appointment.refresh_from_db()
    assert (handoff.status, handoff.appointment.starts_at) == ("open", free)
    assert Postponement.objects.get().note == "Ill"


def test_by_the_mails_link_the_same_and_the_link_of_before_says_that_it_changed(handoff):
    link = outcome_link(handoff, handoff.agent).removeprefix("http://testserver")
    free = times_to_move_to(handoff, at=AFTER, limit=1)[0]

    assert Client().post(link, {"showed": "moved", "moved_to": free.isoformat()}).status_code == 302

    again = Client().post(link, {"showed": "moved", "no_time": "1"})
    assert again.status_code == 410
    assert "has changed since" in again.content.decode()


def test_without_a_time_it_is_the_isas(handoff):
    assert signed_in(handoff.agent).post(page_of(handoff), {"showed": "moved", "no_time": "1"}).status_code == 302
    assert Outcome.objects.get().showed == "moved"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"showed": "moved"}, "Choose the new time, or say that you have set none yet."),
        ({"showed": "moved", "moved_to": "soon"}, "That time is not one we offered."),
        ({"showed": "moved", "moved_to": "2026-11-25T16:07:00+00:00"}, "every 30 minutes"),
        ({"showed": "moved", "moved_to": "2020-11-25T16:00:00+00:00"}, "in the past"),
        (GOOD | {"price": "cheap"}, "Enter a price"),
        (GOOD | {"commission_percent": "3", "commission_amount": "9000"}, "not both"),
        (GOOD | {"commission_percent": "NaN"}, "Enter a number"),
        (GOOD | {"stage": "closed"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_said_on_the_page(handoff, answers, words):
    answer = signed_in(handoff.agent).post(page_of(handoff), answers)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Outcome.objects.exists()


def test_money_is_read_as_people_write_it_and_shown_back(handoff):
    said = GOOD | {"price": "450k", "commission_percent": "2.5"}
    client = signed_in(handoff.agent)

    assert client.post(page_of(handoff), said).status_code == 302

    outcome = Outcome.objects.get()
    assert (outcome.price, outcome.commission_percent, outcome.currency) == (450_000, Decimal("2.5"), "USD")
    shown = client.get(page_of(handoff)).content.decode()
    assert "$450,000" in shown
    assert "$11,250 (2.5%)" in shown


def test_the_agent_corrects_it_and_the_page_shows_both(handoff):
    client = reported(handoff)
    form = client.get(page_of(handoff, "outcome-correct"))
    assert form.status_code == 200
    assert "Save the correction" in form.content.decode()

    answer = client.post(page_of(handoff, "outcome-correct"), BAD)

    assert answer["Location"] == page_of(handoff)
    shown = client.get(page_of(handoff)).content.decode()
    assert "not a good lead" in shown
    assert "What it said before" in shown
    assert "Had the wrong one in mind" in shown


def test_a_correction_that_is_refused_says_why(handoff):
    client = reported(handoff)
    no_why = client.post(page_of(handoff, "outcome-correct"), BAD | {"why": ""})
    moved = client.post(page_of(handoff, "outcome-correct"), {"showed": "moved", "why": "x"})

    assert (no_why.status_code, moved.status_code) == (422, 422)
    assert "Say why it is corrected" in no_why.content.decode()
    assert "Book the new time instead" in moved.content.decode()
    assert not FormerOutcome.objects.exists()


def test_after_a_week_the_agent_reads_whom_to_ask_and_the_team_lead_still_can(handoff):
    reported(handoff)
    with time_machine.travel(AFTER + timedelta(days=8), tick=False):
        late = signed_in(handoff.agent)
        assert "Correct it" not in late.get(page_of(handoff)).content.decode()
        assert "Ask your team lead" in late.get(page_of(handoff, "outcome-correct")).content.decode()
        assert late.post(page_of(handoff, "outcome-correct"), BAD).status_code == 409
        boss = signed_in(people.lead(handoff.team))
        assert boss.post(page_of(handoff, "outcome-correct"), BAD).status_code == 302


def test_colleagues_and_strangers_find_nothing_to_correct(handoff):
    reported(handoff)
    for member, status in ((handoff.setter, 403), (people.agent(handoff.team), 404), (people.lead(), 404)):
        assert signed_in(member).post(page_of(handoff, "outcome-correct"), BAD).status_code == status
    assert not FormerOutcome.objects.exists()


def test_before_there_is_a_report_the_page_says_so(handoff):
    answer = signed_in(handoff.agent).get(page_of(handoff, "outcome-correct"))
    assert "nothing to correct" in answer.content.decode()


@pytest.mark.parametrize("corrections", [1, 4])
def test_the_page_costs_the_same_however_often_it_was_corrected(handoff, corrections, django_assert_max_num_queries):
    client = reported(handoff)
    for number in range(corrections):
        client.post(page_of(handoff, "outcome-correct"), BAD | {"note": str(number)})
    with django_assert_max_num_queries(12):
        client.get(page_of(handoff))
