"""A ring is heard, seen in the tab's title and felt, and announced by the browser while the page is out of sight.

What the page asks of the browser is noted down on its way there; the browser does it all the same.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.tests.journeys.conftest import PHONE
from config.tests.journeys.transferring import go_on_call
from config.tests.world import wait_for
from handoff.live.connecting import cancel
from handoff.live.requesting import request_transfer
from handoff.models import LiveTransfer
from teams.models import Policy

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

NOTING = Path(__file__).with_name("feeling.js")
RINGING = re.compile("^☎ Ivy asks: can you take a client now")
SHAKEN = "() => felt.shaken.some(({ pattern, isDone }) => isDone && String(pattern) === '400,200,400')"
STOPPED = "() => String(felt.shaken.at(-1).pattern) === '0'"
LOUD = "() => felt.loudness() > 0.05"
SILENT = "This page may not make a sound yet. Tap anywhere."
SAYS_SO = "document.querySelector('#console [data-ring-lacks=sound]:not([hidden])')?.textContent.trim()"
HIDE, SHOW = "() => felt.hide(true)", "() => felt.hide(false)"
SHOWN = """async () => {
    const worker = await navigator.serviceWorker.ready;
    return (await worker.getNotifications()).map((each) => [each.title, each.tag, each.requireInteraction]);
}"""


@pytest.fixture(scope="module")
def browser(whole_browser):
    return whole_browser


@pytest.fixture
def agent(site, tab):
    """The phone of an agent who is on call and lets Baton notify them."""
    page = tab(size=PHONE)
    page.add_init_script(path=NOTING)
    page.context.grant_permissions(["notifications"], origin=site.url)
    go_on_call(page, site.url, "ana@example.com")
    page.reload()
    page.locator("body[data-pushed=live]").wait_for()
    return page


def ring(world):
    lead = world.ready_lead(first_name="Dana", last_name="Fiction", answers={"timeframe": "now"})
    return request_transfer(lead=lead, setter=world.isa, at=timezone.now())


def from_afar(page):
    """Return how to look at a page without touching it: to the browser, what the driver evaluates is a touch."""
    devtools = page.context.new_cdp_session(page)

    def look(expression):
        answer = devtools.send("Runtime.evaluate", {"expression": expression, "returnByValue": True})
        return answer["result"].get("value")

    return look


def is_shown(transfer):
    return LiveTransfer.objects.get(pk=transfer.pk).first_shown_at is not None


def test_a_ring_blinks_sounds_and_shakes_until_it_is_over(world, agent):
    title = agent.title()
    agent.locator("body").click(position={"x": 5, "y": 5})

    transfer = ring(world)

    expect(agent).to_have_title(RINGING)
    agent.wait_for_function(SHAKEN)
    agent.wait_for_function(LOUD)
    expect(agent.locator("[data-ring-lacks=sound]").first).to_be_hidden()
    expect(agent).to_have_title(title)
    expect(agent).to_have_title(RINGING)

    cancel(transfer=transfer, actor=world.isa, at=timezone.now())
    expect(agent.locator("#console .sheet-ringing")).to_have_count(0)
    expect(agent).to_have_title(title)
    agent.wait_for_function(STOPPED)
    assert agent.evaluate(SHOWN) == [], "who looks at the page needs no notification"


def test_what_is_said_while_an_answer_is_under_way_is_asked_for_after_it(world, agent):
    Policy.objects.filter(team=world.team).update(ring_seconds=60)  # nothing but the news is to end it
    agent.evaluate("window.told = 0; document.body.addEventListener('pushed:transfer', () => { told += 1; })")
    held = []
    agent.route("**/rings/?*", lambda route: held.append((route, route.fetch())))
    transfer = ring(world)
    wait_for(lambda: agent.evaluate("1") and held, seconds=20, what="the answer that it rings")
    before = agent.evaluate("told")

    cancel(transfer=transfer, actor=world.isa, at=timezone.now())
    wait_for(lambda: agent.evaluate("told") > before, seconds=20, what="that it was called off")
    agent.unroute("**/rings/?*")
    for route, answer in held:
        route.fulfill(response=answer)

    expect(agent.locator("#console")).to_contain_text("It was called off.")


def test_a_page_that_nobody_touched_says_so_and_sounds_at_the_first_tap(world, agent):
    agent.reload()
    look = from_afar(agent)
    wait_for(lambda: look("document.body.dataset.pushed") == "live", seconds=20, what="the stream")

    ring(world)
    wait_for(lambda: RINGING.match(look("document.title")), seconds=20, what="the ring")
    wait_for(lambda: look(SAYS_SO) == SILENT, seconds=20, what="that it says so")
    assert look("[navigator.userActivation.hasBeenActive, felt.loudness(), felt.shaken.length]") == [False, 0, 0]

    agent.locator("#console .sheet").click(position={"x": 5, "y": 5})

    expect(agent.get_by_text(SILENT)).to_be_hidden()
    agent.wait_for_function(LOUD)
    agent.wait_for_function(SHAKEN)


def test_out_of_sight_a_ring_is_announced_and_not_counted_as_shown(world, agent):
    agent.evaluate(HIDE)
    transfer = ring(world)
    wait_for(lambda: agent.evaluate(SHOWN), seconds=20, what="the notification")
    pk = transfer.rings.get().pk
    assert agent.evaluate(SHOWN) == [["Ivy asks: can you take a client now?", f"ring-{pk}", True]]
    expect(agent.locator("#console .sheet-ringing")).to_be_attached()
    assert not is_shown(transfer)

    agent.evaluate(SHOW)
    wait_for(lambda: is_shown(transfer), seconds=20, what="that it was shown")

    cancel(transfer=transfer, actor=world.isa, at=timezone.now())
    wait_for(lambda: agent.evaluate(SHOWN) == [], seconds=20, what="the end of the notification")
