"""The handoff panel under hurry: it redraws itself while the ISA presses keys, and nothing that was pressed is lost."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from config.tests.browsing import sign_in, until_quiet
from config.tests.world import PASSWORD
from handoff.models import Appointment
from leads.models import Recording

pytestmark = pytest.mark.journey

PANEL = re.compile(r"/handoff/(\?|$)")
SLOW = 0.7  # seconds that each drawing of the panel takes


@pytest.fixture
def lead_page(world, site, tab):
    """A ready lead in front of the ISA, on a line that is slow from now on."""
    lead = world.ready_lead()
    page = tab()
    page.route("https://recordings.example.com/**", lambda route: route.fulfill(content_type="audio/mpeg", body=b""))
    sign_in(page, site.url, email="ivy@example.com", password=PASSWORD)
    page.goto(site.url + lead.get_absolute_url())
    expect(page.locator(".why-not")).to_contain_text("Choose a time")
    until_quiet(page)

    def answer_late(route):
        time.sleep(SLOW)
        route.continue_()

    page.route(PANEL, answer_late)
    return page


def begin_a_redraw(page) -> None:
    """What a save does that has just come back."""
    page.evaluate("() => htmx.trigger(document.body, 'lead-saved')")


def test_a_time_picked_during_a_redraw_is_still_picked_after_it(lead_page):
    with lead_page.expect_response(PANEL):
        begin_a_redraw(lead_page)
        lead_page.keyboard.press("2")
        picked = lead_page.locator("input[name=slot]:checked").get_attribute("value")

    expect(lead_page.locator("#handoff-panel:not(.htmx-request) input[name=slot]:checked")).to_have_value(picked)
    lead_page.keyboard.press("Enter")
    expect(lead_page.locator(".slot-held")).to_be_visible()
    assert Appointment.objects.get().starts_at.strftime("%Y-%m-%dT%H:%M") in picked


def test_what_is_saved_during_a_redraw_is_seen_after_it(lead_page):
    drawn: list[int] = []

    def answer_with_what_was(route):
        answer = route.fetch()
        if not drawn:
            Recording.objects.all().delete()
        drawn.append(answer.status)
        route.fulfill(response=answer)

    lead_page.unroute(PANEL)
    lead_page.route(PANEL, answer_with_what_was)
    lead_page.evaluate("() => ['first', 'second'].forEach(() => htmx.trigger(document.body, 'lead-saved'))")

    expect(lead_page.locator(".why-not")).to_contain_text("1 thing still missing")
    assert drawn == [200, 200]


def test_a_time_held_during_a_redraw_is_held(lead_page):
    begin_a_redraw(lead_page)
    lead_page.keyboard.press("2")
    lead_page.keyboard.press("Enter")

    expect(lead_page.locator(".slot-held")).to_be_visible()
    lead_page.wait_for_timeout(2 * SLOW * 1000)  # the redraw that gave way would be here by now
    expect(lead_page.locator(".slot-held")).to_be_visible()
    assert Appointment.objects.count() == 1
