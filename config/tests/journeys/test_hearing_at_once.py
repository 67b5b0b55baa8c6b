"""What one page does another hears: by the stream at once, and by asking every few seconds while there is none."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from config.tests.browsing import sign_in
from config.tests.world import PASSWORD, wait_for
from notifications.pushing import push

pytestmark = pytest.mark.journey

LISTEN = """() => {
    window.heard = [];
    for (const name of ["pushed:ring", "pushed:transfer", "pushed:transfer-7"]) {
        document.body.addEventListener(name, (event) => window.heard.push(`${name} ${event.detail.ref}`));
    }
}"""


def an_open_page(page, fleet, email):
    sign_in(page, fleet.url, email=email, password=PASSWORD)
    page.goto(fleet.url + reverse("notifications:inbox"))
    page.evaluate(LISTEN)
    return page


def hears(page, *, count, within=10):
    wait_for(lambda: len(page.evaluate("window.heard")) >= count, seconds=within, what=f"{count} events")
    return page.evaluate("window.heard")


def stands(page, how):
    page.locator(f"body[data-pushed={how}]").wait_for(timeout=40_000)  # a page that fails again and again waits longer


def test_without_a_stream_a_page_asks(world, fleet, tab):
    fleet.start("web")
    page = an_open_page(tab(), fleet, "ana@example.com")

    push(to=[world.ana.pk], topic="transfer", ref="7", at=timezone.now())
    push(to=[world.ben.pk], topic="ring", ref="8", at=timezone.now())

    assert hears(page, count=2) == ["pushed:transfer 7", "pushed:transfer-7 7"]
    assert page.get_attribute("body", "data-pushed") == "asking"


def test_a_stream_that_dies_is_asked_for_and_comes_back(world, fleet, tab):
    fleet.start("web", "events")
    page = an_open_page(tab(), fleet, "ana@example.com")
    stands(page, "live")

    fleet.kill("events")
    stands(page, "asking")
    push(to=[world.ana.pk], topic="ring", ref="1", at=timezone.now())
    assert hears(page, count=1) == ["pushed:ring 1"]

    fleet.start("events")
    stands(page, "live")
    push(to=[world.ana.pk], topic="ring", ref="2", at=timezone.now())
    assert hears(page, count=2) == ["pushed:ring 1", "pushed:ring 2"]
