"""The main job, end to end: from the ISA's form to the agent's calendar, the outcome and the team lead's numbers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models import F
from playwright.sync_api import Page, expect

from config.tests.browsing import sign_in
from config.tests.journeys.conftest import PHONE
from config.tests.world import PASSWORD, wait_for
from handoff.models import Appointment, Handoff
from leads.models import Lead
from notifications.models import Timer

pytestmark = pytest.mark.journey

PAUSE = 1500  # ms in which the ISA listens, and what was typed last is saved and drawn
CLIENT = "dana.fiction@example.com"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    for _ in range(150):
        if page.evaluate("selector => !!document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {selector}")


def write(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def choose(page: Page, name: str, value: str) -> None:
    """Pick one of a few choices with the arrow keys."""
    tab_to(page, f"input[name={name}]")
    page.keyboard.press("Space")
    for _ in range(8):
        if page.evaluate("() => document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"{name} has no {value}")


def add_the_lead(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="New lead")).to_be_visible()
    for name, text in (
        ("phone", "(512) 555-0177"),
        ("first_name", "Dana"),
        ("last_name", "Fiction"),
        ("email", CLIENT),
    ):
        write(page, f"#id_{name}", text)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Dana Fiction")).to_be_visible()


def ask_the_letters(page: Page) -> None:
    choose(page, "side", "buy")
    write(page, "#id_location_text", "Riverside, close to the school")
    write(page, "#id_price_max", "460000")
    write(page, "#id_motivation", "Twins in March")
    choose(page, "timeframe", "1-3")
    choose(page, "other_agent", "none")
    choose(page, "mortgage", "pre_approved")
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved")


def confirm_and_attach(page: Page, *, recording: str) -> None:
    page.keyboard.press("Escape")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.type("vp")
    expect(page.locator("#verify-phone")).to_contain_text("Again")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.type("ve")
    expect(page.locator("#verify-email")).to_contain_text("Again")
    write(page, "#recording-url", recording)
    page.keyboard.press("Enter")
    expect(page.locator("#recording")).to_contain_text("Attached")


def settle(page: Page) -> None:
    """Wait until what was swapped in answers to keys: htmx takes 20 ms for that, which no person notices."""
    page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"
    )


def hold_a_slot(page: Page) -> None:
    expect(page.locator(".why-not")).to_contain_text("Choose a time")
    page.wait_for_timeout(PAUSE)
    settle(page)
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("1")
    expect(page.locator("input[name=slot]:checked")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".slot-held")).to_be_visible()
    settle(page)


def calendar_parts(message) -> list[str]:
    return [part.get_content_type() for part in message.walk() if part.get_content_type() == "text/calendar"]


def let_time_pass(handoff: Handoff) -> None:
    """Move the appointment and all that waits for it into the past, instead of waiting two hours."""
    appointment = handoff.appointment
    assert appointment is not None
    hours = timedelta(hours=26)
    Appointment.objects.filter(pk=appointment.pk).update(
        starts_at=appointment.starts_at - hours,
        ends_at=appointment.ends_at - hours,
        during=(appointment.starts_at - hours, appointment.ends_at - hours),
    )
    Handoff.objects.filter(pk=handoff.pk).update(outcome_due_at=F("outcome_due_at") - hours)
    Timer.objects.filter(about=handoff.about, fired_at=None).update(due_at=F("due_at") - hours)


def test_a_lead_goes_from_the_form_to_the_agent_and_back(world, fleet, tab, smtp_server, slack_peer):
    slack_peer.answer_with(429, Retry_After="1")
    fleet.start("web", "worker", "sweep")

    isa = tab()
    sign_in(isa, fleet.url, email="ivy@example.com", password=PASSWORD)
    add_the_lead(isa)
    lead = Lead.objects.get()
    expect(isa.locator("#handoff-panel")).to_contain_text("Hand off")
    ask_the_letters(isa)
    confirm_and_attach(isa, recording=f"{fleet.url}/static/demo/call.mp3")
    hold_a_slot(isa)
    expect(isa.locator(".handoff-bar button")).to_be_enabled()
    isa.keyboard.press("Control+Enter")
    expect(isa.locator(".receipt.is-done")).to_have_count(4, timeout=20_000)

    handoff = Handoff.objects.get()
    lead.refresh_from_db()
    assert lead.owner_id == handoff.agent_id
    (card,) = slack_peer.wait_for(1)
    assert "Dana Fiction" in str(card)
    assert calendar_parts(smtp_server.to(CLIENT)[0])
    assert calendar_parts(smtp_server.to(handoff.agent.user.email)[0])

    agent = tab(size=PHONE)
    sign_in(agent, fleet.url, email=handoff.agent.user.email, password=PASSWORD)
    agent.get_by_role("link", name=re.compile("Brief|Dana Fiction")).first.click()
    expect(agent.get_by_role("heading", name="Dana Fiction")).to_be_visible()
    wait_for(handoff.brief_reads.exists, seconds=20, what="the read receipt")

    let_time_pass(handoff)
    wait_for(
        lambda: any("/o/" in mail.get_body(("plain",)).get_content() for mail in smtp_server.messages),
        seconds=10,
        what="the mail that asks how it went",
    )
    asking = [mail for mail in smtp_server.messages if "/o/" in mail.get_body(("plain",)).get_content()][-1]
    link = min(re.findall(r"https?://\S+/o/[^\s>)]+", asking.get_body(("plain",)).get_content()), key=len)
    phone = tab(size=PHONE)
    phone.goto(link)
    phone.locator(".choice:has([name=showed][value=yes])").click()
    phone.locator(".choice:has([name=is_good][value=yes])").click()
    phone.get_by_role("button", name="Showing homes").click()
    wait_for(lambda: Handoff.objects.get().status == "reported", seconds=20, what="the outcome")

    boss = tab()
    sign_in(boss, fleet.url, email="lea@example.com", password=PASSWORD)
    expect(boss).to_have_url(re.compile("/today/"))
    boss.goto(f"{fleet.url}/numbers/")
    expect(boss.locator("#by-isa").get_by_role("row", name=re.compile("Ivy Sample"))).to_contain_text("1")
