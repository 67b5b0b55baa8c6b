"""A transfer under way in the panel: the ladder, the introduction, the tick, connected."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.live.answering import pass_on
from handoff.models import Handoff
from handoff.models.transfers import AnsweredBy, PassReason
from handoff.states import Method
from handoff.tests.factories import NOW
from handoff.tests.live.desk.pressing import mark_in, panel, press, start_anew, words
from handoff.tests.live.ground import SECOND, accepted, on_call, ring_of, ringing
from handoff.tests.pages import HTMX
from leads.states import Stage
from notifications.promises.timers import fire_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_the_ladder_says_who_passed_and_why_who_missed_who_rings_and_who_is_next(browser, lead, ana, clock):
    for name in ("Ben Sample", "Cleo Sample", "Dan Sample"):
        on_call(lead, user__name=name)
    transfer = ringing(lead)
    pass_on(ring=ring_of(transfer, ana), reason=PassReason.BUSY, note="until three", by=AnsweredBy.CONSOLE, at=NOW)
    later = NOW + 20 * SECOND
    fire_due(at=later)
    clock.move_to(later)

    page = panel(browser, lead)

    assert "Passed: With a client · until three" in page
    assert "Did not answer" in page
    assert "Cleo Sample is being rung" in page
    assert page.count(">Next<") == 1


def test_when_all_are_rung_once_more_it_says_so(browser, lead, ana, clock):
    ringing(lead)
    later = NOW + 20 * SECOND
    fire_due(at=later)
    clock.move_to(later)

    assert "Second round: Ana Sample once more" in panel(browser, lead)


def test_a_page_that_shows_it_as_it_is_is_not_drawn_again(browser, lead, ana):
    transfer = ringing(lead)
    mark = mark_in(panel(browser, lead))
    address = reverse("handoff:panel", args=[lead.pk])

    assert browser.get(address, {"mark": mark}, **HTMX).status_code == 204

    accepted(transfer, ana)
    assert browser.get(address, {"mark": mark}, **HTMX).status_code == 200


def test_looking_for_news_costs_little_and_drawing_the_same_however_many_are_rung(browser, lead, ana):
    ringing(lead)
    mark = mark_in(panel(browser, lead))
    address = reverse("handoff:panel", args=[lead.pk])
    with CaptureQueriesContext(connection) as nothing_new:
        browser.get(address, {"mark": mark}, **HTMX)
    costs: list[int] = []
    for agents in (1, 4):
        start_anew(lead, agents=agents)
        panel(browser, lead)
        with CaptureQueriesContext(connection) as queries:
            panel(browser, lead)
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 16
    assert len(nothing_new) <= 7


def test_once_accepted_the_script_introduces_the_agent_and_connected_waits_for_the_tick(browser, lead, ana):
    transfer = accepted(ringing(lead), ana)

    page = panel(browser, lead)

    assert "Ana Sample is ready" in page
    assert "(512) 555-0188" in page
    assert "you will talk to <mark>Ana Sample</mark> now" in page
    assert reverse("handoff:transfer-connect", args=[transfer.pk]) not in page


def test_connecting_without_the_tick_is_refused_in_the_verbs_words(browser, lead, ana):
    transfer = accepted(ringing(lead), ana)

    response = press(browser, "connect", transfer)

    assert response.status_code == 409
    assert "Tell the client first that they will talk to Ana Sample, and tick it." in words(response)
    assert not Handoff.objects.exists()


def test_the_tick_and_connected_hand_the_lead_off(browser, lead, ana):
    transfer = accepted(ringing(lead), ana)

    ticked = press(browser, "told", transfer)
    assert 'data-key-label="Connected"' in ticked.content.decode()
    response = press(browser, "connect", transfer)
    again = press(browser, "connect", transfer)

    handoff = Handoff.objects.get()
    lead.refresh_from_db()
    assert (handoff.method, handoff.agent, lead.stage) == (Method.LIVE, ana, Stage.HANDED_OFF)
    assert "Handed off" in words(response)
    assert "The client was put through." in words(response)
    assert "Has not read the brief" not in words(response)  # it is what they accepted
    assert response["HX-Trigger"] == "handoff-changed"
    assert again.status_code == 200
