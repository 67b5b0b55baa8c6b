"""A live transfer with two people at two browsers: rung, read, accepted, told, connected; and nobody who takes it."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.tests.browsing import sign_in
from config.tests.journeys.conftest import PHONE
from config.tests.journeys.transferring import go_on_call, ring
from config.tests.world import PASSWORD, wait_for
from handoff.models import Handoff, LiveTransfer
from handoff.states import TransferStatus
from leads.models import Lead
from notifications.models import Delivery
from teams.models import Presence

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


@pytest.fixture
def hurried(world):
    """A client who is qualified and wants to talk now."""
    return world.ready_lead(first_name="Dana", last_name="Fiction", answers={"timeframe": "now"})


def test_a_client_is_put_through_to_the_agent_who_read_the_brief(world, fleet, tab, hurried):
    fleet.start("web", "worker", "sweep", "events")
    isa, agent = tab(), tab(size=PHONE)
    go_on_call(agent, fleet.url, "ana@example.com")
    sign_in(isa, fleet.url, email="ivy@example.com", password=PASSWORD)

    ring(isa, fleet.url, hurried)

    sheet = agent.locator("#console .sheet")
    expect(sheet).to_contain_text("Dana Fiction", timeout=20_000)
    expect(sheet).to_contain_text("Buy in")
    wait_for(lambda: LiveTransfer.objects.get().first_shown_at, seconds=20, what="that it was shown")
    sheet.get_by_role("button", name="Accept").click()
    expect(sheet).to_contain_text("Ivy is telling Dana your name; pick up")

    isa.locator("#told-name").check()
    expect(sheet).to_contain_text("Dana knows your name: pick up", timeout=20_000)
    sheet.get_by_role("button", name="We are talking").click()
    expect(sheet).to_contain_text("Dana Fiction is yours now")

    hurried.refresh_from_db()
    handoff = Handoff.objects.get()
    assert (handoff.agent, LiveTransfer.objects.get().status) == (world.ana, TransferStatus.CONNECTED)
    wait_for(lambda: Lead.objects.get(pk=hurried.pk).owner_id == world.ana.pk, seconds=20, what="the new owner")
    assert Delivery.objects.filter(about=handoff.about, recipient=world.ana).exists()
    sheet.get_by_role("link", name="Open the brief").click()
    expect(agent.get_by_role("heading", name="Dana Fiction")).to_be_visible()


def test_when_nobody_takes_it_the_isa_has_the_next_times(world, fleet, tab, hurried):
    fleet.start("web", "worker", "sweep", "events")
    isa, agent = tab(), tab(size=PHONE)
    go_on_call(agent, fleet.url, "ana@example.com")
    sign_in(isa, fleet.url, email="ivy@example.com", password=PASSWORD)
    ring(isa, fleet.url, hurried)

    agent.locator("#console").get_by_text("Pass", exact=True).click()
    agent.get_by_role("button", name="With a client").click()

    expect(agent.locator("#console .sheet")).to_have_count(0)
    wait_for(lambda: LiveTransfer.objects.get().status == TransferStatus.EXPIRED, seconds=20, what="the end of it")
    expect(isa.locator("#handoff-panel input[name=slot]").first).to_be_attached()
    assert Presence.objects.get(membership=world.ana).is_on_call(timezone.now())
    assert not Handoff.objects.exists()
