"""An agent's meetings on the page of Today: on the way there, and the report after."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.urls import reverse

from handoff.brief import read_brief
from handoff.models import Appointment, Outcome
from handoff.models.appointments import How
from handoff.outcomes import record_outcome
from handoff.tests.factories import NOW, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from handoff.tests.today.page.looking import HOUR, shown
from leads.contacts import mark_wrong
from leads.states import Via

pytestmark = pytest.mark.django_db

TODAY = NOW + 2 * HOUR


def test_the_first_tap_of_a_report_is_made_here(ana):
    handoff = open_handoff(ready(ana.team), to=ana, starts_at=TODAY)

    with time_machine.travel(TODAY + HOUR, tick=False):
        page = shown(ana)
    address, in_row = (reverse(f"handoff:{name}", args=[handoff.pk]) for name in ("outcome", "today-report"))
    for answer in ("yes", "no", "moved"):
        assert f'href="{address}?showed={answer}" hx-get="{in_row}?showed={answer}"' in page


def test_a_report_is_made_in_its_row_by_keys(ana):
    handoff = open_handoff(ready(ana.team, first_name="Dana"), to=ana, starts_at=TODAY)
    address = reverse("handoff:today-report", args=[handoff.pk])

    with time_machine.travel(TODAY + HOUR, tick=False):
        form = signed_in(ana).get(address + "?showed=yes", **HTMX).content.decode()
        assert "<html" not in form
        assert f'hx-post="{address}"' in form
        assert re.search(r'value="yes" required checked', form)
        for key in ("y", "x", "m", "+", "-", "1"):
            assert f'data-key="{key}"' in form, key

        refused = signed_in(ana).post(address, {"showed": "yes", "is_good": "no"}, **HTMX)
        assert (refused.status_code, "HX-Retarget" in refused) == (200, False)
        assert 'role="alert"' in refused.content.decode()

        said = {"showed": "yes", "is_good": "yes", "next_step": "showings"}
        answer = signed_in(ana).post(address, said, **HTMX)
        assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#today", "outerHTML")
        assert "recorded, and everyone knows" in answer.content.decode()
        assert Outcome.objects.get().is_good

        again = signed_in(ana).post(address, said, **HTMX).content.decode()
        assert "What was reported" in again


def test_without_scripts_the_outcomes_own_page_asks(ana):
    handoff = open_handoff(ready(ana.team), to=ana, starts_at=TODAY)

    answer = signed_in(ana).get(reverse("handoff:today-report", args=[handoff.pk]))
    assert answer["Location"] == reverse("handoff:outcome", args=[handoff.pk])


def test_an_agent_sees_how_many_outcomes_were_reported_on_time(ana):
    assert "Outcomes on time" not in shown(ana)
    handoff = open_handoff(ready(ana.team), to=ana, starts_at=TODAY)

    with time_machine.travel(TODAY + HOUR, tick=False):
        record_outcome(handoff=handoff, showed="yes", is_good=True, actor=ana, via=Via.PAGE, at=TODAY + HOUR)
        page = shown(ana)
    assert re.search(r"Outcomes on time</a>:.*1 of 1", page, re.DOTALL)


def test_call_text_and_map_are_a_tap_away_on_the_next_appointment(ana):
    handoff = open_handoff(ready(ana.team, first_name="Dana"), to=ana, starts_at=TODAY)
    read_brief(handoff=handoff, membership=ana, at=NOW)
    number, place = handoff.lead.phones.get().number, "12 Sample Street, Austin"

    page = shown(ana)
    assert f'href="tel:{number}"' in page
    assert f'href="sms:{number}"' in page
    assert "google.com/maps" not in page

    Appointment.objects.update(how=How.IN_PERSON, place=place)
    assert "https://www.google.com/maps/search/?api=1&amp;query=12%20Sample%20Street" in shown(ana)

    mark_wrong(lead=handoff.lead, phone=str(number), actor=ana, at=NOW)
    assert "tel:" not in shown(ana)
