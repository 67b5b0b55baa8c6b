"""The ISA's phone work by keyboard: two keys note a call, and the next lead stands there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.tests.browsing import sign_in
from config.tests.journeys.conftest import PHONE
from config.tests.world import PASSWORD
from leads.models import Call, Lead
from leads.states import Stage
from leads.tests.factories import LeadFactory
from teams.quiet_hours import is_quiet
from teams.zones import USUAL

pytestmark = pytest.mark.journey


def awake_zone():
    """A zone in which it is day for some hours yet, whenever this runs."""
    now = timezone.now()
    zones = [*(name for name, _ in USUAL), "Asia/Tokyo", "Asia/Kolkata", "Europe/Berlin", "Australia/Sydney"]
    return next(
        name for name in zones if not is_quiet(name, at=now) and not is_quiet(name, at=now + timedelta(hours=1))
    )


@pytest.fixture
def two_leads(world):
    zone = awake_zone()
    now = timezone.now()
    make = {"team": world.team, "isa": world.isa, "zone": zone, "stage": Stage.CONTACTING, "at": now}
    first = LeadFactory.create(first_name="Robin", next_call_at=now - timedelta(hours=2), **make)
    second = LeadFactory.create(first_name="Dana", next_call_at=now - timedelta(hours=1), **make)
    return first, second


def open_queue(tab, site, **window):
    page = tab(**window)
    sign_in(page, site.url, email="ivy@example.com", password=PASSWORD)
    page.goto(f"{site.url}/leads/queue/")
    return page


def test_two_keys_in_the_queue_note_the_call_and_bring_the_next_lead(two_leads, site, tab):
    page = open_queue(tab, site)
    expect(page.get_by_role("heading", name="Robin Example")).to_be_visible()
    expect(page.locator(".script")).to_have_count(2)

    page.keyboard.press("c")
    page.keyboard.press("n")

    expect(page.get_by_role("heading", name="Dana Example")).to_be_visible()
    expect(page.locator(".toast-note")).to_contain_text("Robin Example: No answer. Next call")
    made = Call.objects.get()
    assert (made.lead, made.result) == (two_leads[0], "no_answer")
    assert made.next_call_at is not None
    assert Lead.objects.get(pk=two_leads[0].pk).next_call_at == made.next_call_at


def test_the_voicemail_script_is_there_filled_in(two_leads, site, tab):
    page = open_queue(tab, site)

    page.get_by_text("Leaving a voicemail").click()

    expect(page.get_by_text("Hi Robin, this is Ivy with Example Realty.").last).to_be_visible()


def test_on_the_leads_page_the_menu_waits_for_the_second_key(two_leads, site, tab):
    page = open_queue(tab, site)
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name=re.compile("Robin Example"))).to_be_visible()

    page.keyboard.press("c")
    expect(page.locator(".call-menu")).to_be_visible()
    page.wait_for_timeout(1500)  # longer than two keys in a row may take: "n" alone would open a new lead
    page.keyboard.press("n")

    expect(page.locator(".toast-note")).to_contain_text("No answer. Next call")
    assert Call.objects.get().result == "no_answer"
    assert page.url.endswith(two_leads[0].get_absolute_url())


def test_the_question_mark_lists_the_keys_of_the_queue(two_leads, site, tab):
    page = open_queue(tab, site)

    page.keyboard.press("?")

    for words in ("Call: answered", "Call: wrong number", "Dial", "Skip this lead", "Go to Call queue"):
        expect(page.locator("#keys-dialog").get_by_text(words, exact=True)).to_be_visible()


def test_by_thumb_a_note_and_another_time_are_kept(two_leads, site, tab):
    page = open_queue(tab, site, size=PHONE)
    page.get_by_text("Note, another time").click()
    page.get_by_label("Note", exact=True).fill("Ring after six")
    page.get_by_label("No next call").check()

    page.get_by_role("button", name=re.compile("Answered")).click()

    expect(page.get_by_role("heading", name="Dana Example")).to_be_visible()
    assert (Call.objects.get().note, Call.objects.get().next_call_at) == ("Ring after six", None)


def test_enter_in_a_field_notes_nothing_by_chance(two_leads, site, tab):
    page = open_queue(tab, site)
    page.get_by_text("Note, another time").click()
    page.get_by_label(re.compile("Call again instead")).press("Enter")
    page.get_by_label("No next call").press("Enter")

    expect(page.locator(".toast-note")).to_have_text("Choose what came of the call.")
    expect(page.get_by_role("heading", name="Robin Example")).to_be_visible()
    assert not Call.objects.exists()


def test_on_today_a_slip_is_undone_even_after_a_look_at_the_keys(two_leads, site, tab):
    page = open_queue(tab, site)
    page.goto(f"{site.url}/today/")
    expect(page.locator(".call-form")).to_be_visible()

    page.keyboard.press("n")
    expect(page.locator(".toast-note")).to_contain_text("No answer. Next call")
    page.wait_for_timeout(7000)  # longer than any other toast stays
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys-dialog")).to_be_hidden()
    page.keyboard.press("u")

    expect(page.get_by_text("Robin Example: Taken back.")).to_be_visible()
    assert Call.objects.standing().count() == 0
    assert Lead.objects.get(pk=two_leads[0].pk).next_call_at == two_leads[0].next_call_at
