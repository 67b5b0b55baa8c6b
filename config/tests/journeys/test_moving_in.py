"""From the empty installation to the first handoff: nothing is there but what people enter, page by page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from config.tests.conftest import fleet_beside
from config.tests.journeys.conftest import PHONE
from config.tests.journeys.test_every_page import looks
from config.tests.journeys.test_the_thread import (
    add_the_lead,
    ask_the_letters,
    calendar_parts,
    confirm_and_attach,
    hold_a_slot,
)
from config.tests.places import Place
from config.tests.world import wait_for
from handoff.models import Handoff
from leads.models import Lead
from teams.models import Membership, Role, Team

pytestmark = pytest.mark.journey

PASSWORD = "seventeen blue doors"
CLIENT = "dana.fiction@example.com"


@pytest.fixture
def empty(transactional_db, smtp_server, settings, tmp_path):
    """The product on a database without a row, with a mail server beside it."""
    with fleet_beside(tmp_path, settings, EMAIL_URL=f"smtp://{smtp_server.host}:{smtp_server.port}") as fleet:
        yield fleet.start("web", "worker", "sweep")


def found_the_team(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_role("heading", name="Set up your team")).to_be_visible()
    assert looks(page, Place("welcome", page.url)) == []
    page.get_by_label("Team name").fill("Invented Realty")
    page.get_by_label("Your name").fill("Lea Template")
    page.get_by_label("Your email").fill("lea@example.com")
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_role("button", name="Create the team").click()
    expect(page).to_have_url(re.compile("/today/"))
    expect(page.get_by_role("heading", name="Getting started")).to_be_visible()
    assert looks(page, Place("first steps", page.url)) == []


def invite(page: Page, url: str, who: str, role: Role) -> None:
    page.goto(f"{url}/settings/people/")
    page.get_by_label("Email addresses, one on each line").fill(who)
    page.get_by_label("Role").select_option(role.value)
    page.get_by_role("button", name="Send invitations").click()
    expect(page.locator(".toast-note-success")).to_contain_text("Invited")


def mailed_link(smtp_server, address: str) -> str:
    wait_for(lambda: smtp_server.to(address), seconds=20, what=f"the invitation to {address}")
    found = re.search(r"https?://\S+/invitation/\S+", smtp_server.to(address)[0].get_body(("plain",)).get_content())
    assert found
    return found[0]


def accept(page: Page, link: str, name: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", name="Invented Realty invites you")).to_be_visible()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Join Invented Realty").click()
    page.wait_for_url(lambda address: "/invitation/" not in address)


def work_all_week(page: Page, url: str) -> None:
    """An agent says when they work: until then no time is offered."""
    page.goto(f"{url}/profile/")
    for number in range(7):
        page.locator(f"[name=opens_{number}_0]").fill("00:00")
        page.locator(f"[name=closes_{number}_0]").fill("23:59")
    page.get_by_role("button", name="Save hours").click()
    expect(page.locator(".toast-note-success")).to_contain_text("Working hours saved")


def test_a_team_moves_in_and_hands_its_first_lead_off(empty, tab, smtp_server):
    boss = tab()
    found_the_team(boss, empty.url)
    assert Team.objects.get().name == "Invented Realty"
    invite(boss, empty.url, "Ivy Sample <ivy@example.com>", Role.ISA)
    invite(boss, empty.url, "ana@example.com", Role.AGENT)
    boss.goto(f"{empty.url}/settings/areas/")
    boss.locator("#id_name").fill("Riverside")
    boss.get_by_role("button", name="Add area").click()
    expect(boss.locator(".rows")).to_contain_text("Riverside")

    agent = tab(size=PHONE)
    accept(agent, mailed_link(smtp_server, "ana@example.com"), "Ana Example")
    work_all_week(agent, empty.url)

    isa = tab()
    accept(isa, mailed_link(smtp_server, "ivy@example.com"), "Ivy Sample")
    add_the_lead(isa)
    expect(isa.locator("#handoff-panel")).to_contain_text("Hand off")
    ask_the_letters(isa)
    confirm_and_attach(isa, recording=f"{empty.url}/static/demo/call.mp3")
    hold_a_slot(isa)
    expect(isa.locator(".handoff-bar button")).to_be_enabled()
    isa.keyboard.press("Control+Enter")

    wait_for(Handoff.objects.exists, seconds=10, what="the handoff")
    handoff = Handoff.objects.get()
    assert handoff.agent.user.email == "ana@example.com"
    assert handoff.setter.user.email == "ivy@example.com"
    wait_for(lambda: smtp_server.to(CLIENT), seconds=20, what="the client's invite")
    wait_for(lambda: len(smtp_server.to("ana@example.com")) > 1, seconds=20, what="the agent's invite")
    assert calendar_parts(smtp_server.to(CLIENT)[0])
    assert calendar_parts(smtp_server.to("ana@example.com")[-1])
    wait_for(lambda: Lead.objects.get().owner_id == handoff.agent_id, seconds=10, what="the agent owns the lead")

    agent.goto(empty.url)
    expect(agent.locator("main")).to_contain_text("Dana Fiction")
    boss.goto(f"{empty.url}/baton/")
    expect(boss.locator("main")).to_contain_text("Dana Fiction")
    assert Membership.objects.count() == 3


def test_the_first_page_is_gone_once_there_is_a_team(empty, tab):
    boss, late = tab(), tab()
    late.goto(empty.url)
    expect(late.get_by_role("heading", name="Set up your team")).to_be_visible()
    found_the_team(boss, empty.url)

    for label, text in (("Team name", "Other"), ("Your name", "Max"), ("Your email", "max@example.com")):
        late.get_by_label(label).fill(text)
    late.get_by_label("A password").fill(PASSWORD)
    late.get_by_role("button", name="Create the team").click()

    expect(late.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(late.locator(".toast-note-error")).to_contain_text("has its team already")
    assert Team.objects.count() == 1
