"""After a client was put through nobody else rings the agent for a while, which they see and can end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from handoff.live.connecting import connect
from handoff.live.standby import first_standing_by, who_stands_by
from handoff.live.talking import talk_of
from handoff.models import Handoff
from handoff.models.outcomes import Showed
from handoff.outcomes import record_outcome
from handoff.tests.factories import NOW, ready
from handoff.tests.live.desk.pressing import words
from handoff.tests.live.ground import accepted, ring_of, ringing, told
from handoff.tests.pages import HTMX, signed_in
from leads.states import Via
from notifications.models import Pushed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TALKING = "With Dana: nobody else rings you for"


@pytest.fixture
def handoff(lead, ana) -> Handoff:
    transfer = told(accepted(ringing(lead), ana, at=NOW), at=NOW)
    return connect(transfer=transfer, actor=lead.isa, via=Via.PAGE, at=NOW)


def can_be_rung(team, ana) -> bool:
    return bool(first_standing_by(who_stands_by(lead=ready(team), at=NOW)) == ana)


def test_every_page_of_theirs_says_so_and_one_press_ends_it(lead, ana, handoff):
    browser = signed_in(ana)
    assert TALKING in words(browser.get(reverse("teams:account")))
    assert not can_be_rung(lead.team, ana)
    Pushed.objects.all().delete()

    answer = words(browser.post(reverse("handoff:talking"), {}, **HTMX))

    assert "Free again" not in answer
    assert can_be_rung(lead.team, ana)
    assert TALKING not in words(browser.get(reverse("teams:account")))
    assert Pushed.objects.filter(membership=lead.isa, topic="presence").exists()


def test_the_console_that_says_connected_has_it_looked_at(lead, ana):
    transfer = told(accepted(ringing(lead), ana, at=NOW), at=NOW)
    pressed = reverse("handoff:ring-connect", args=[ring_of(transfer, ana).pk])

    browser = signed_in(ana)
    assert browser.post(pressed, {}, **HTMX)["HX-Trigger-After-Swap"] == '{"talk-began": ""}'

    assert TALKING in words(browser.get(reverse("handoff:talking"), **HTMX))


def test_saying_how_it_went_ends_it(lead, ana, handoff):
    at = NOW + timedelta(minutes=2)

    record_outcome(handoff=handoff, actor=ana, via=Via.PAGE, at=at, showed=Showed.NO)

    assert talk_of(ana, at=at) is None


def test_it_ends_by_itself(lead, ana, handoff):
    assert talk_of(ana, at=NOW).until == NOW + timedelta(minutes=20)
    assert talk_of(ana, at=NOW + timedelta(minutes=20)) is None
