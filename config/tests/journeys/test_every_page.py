"""Every page of every role on the demo's data: no accessibility finding, no error, it fits from 320 to 1280 px,
and no key of it means two things.

320 px is the narrowest there is (WCAG 2.2, 1.4.10). Each page is opened once, and its window made narrower and wider.
"""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.tests.browsing import resize, sign_in, until_quiet
from config.tests.journeys import axe
from config.tests.journeys.conftest import LAPTOP, PHONE, SMALLEST
from config.tests.journeys.fitting import BURST, CUT, KEYS, SMALL
from config.tests.places import AGENT, LEAD, Place, places
from handoff.demo.cast import PASSWORD
from notifications.promises.drains import drain_all

pytestmark = pytest.mark.journey


@pytest.fixture
def demo(transactional_db, settings, site):
    """The demo's data behind a running web, and its address."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.BASE_URL = site.url
    call_command("demo", verbosity=0)
    drain_all(at=timezone.now())
    return site.url


#: The pages that agents use with a thumb.
THUMBS = {"agent-today", "agent-brief", "agent-outcome", "agent-leads", "agent-inbox", "agent-numbers"}


def looks(page, place: Place) -> list[str]:
    """What axe finds on the page that is open, and whether it is wider than the window."""
    return [*(f"{place.name}: {said}" for said in axe.findings(page)), *overflow(page, place)]


def overflow(page, place: Place) -> list[str]:
    """Whether the page that is open is wider than the window."""
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{place.name}: {wide} px wider than {page.viewport_size['width']}"] if wide > 0 else []


def test_each_page_is_accessible_and_fits(demo, tab):
    wrong: list[str] = []
    everywhere = places()
    reached = set()
    for who in dict.fromkeys(place.who for place in everywhere):
        page = tab(size=PHONE, theme="dark")  # the crawl of the map has axe look in the light, on a laptop
        if who:
            sign_in(page, demo, email=who, password=PASSWORD)
        for place in everywhere:
            if place.who == who:
                wrong += looked_at(page, demo, place)
                reached.add(place.name)
        if who == LEAD:
            the_open_tab_of_settings_is_in_sight(page, demo)
        page.context.close()
    assert wrong == []
    assert reached >= THUMBS


def looked_at(page, url: str, place: Place) -> list[str]:
    """Open a place on a phone, and look at it there, on the smallest one, and on a laptop."""
    answer = page.goto(url + place.path)
    assert answer.status == place.status, place
    until_quiet(page)
    wrong = looks(page, place)
    is_for_thumbs = place.who == AGENT and place.name in THUMBS
    if is_for_thumbs:
        wrong += [f"{place.name}: bursts: {said}" for said in page.evaluate(BURST)]
    resize(page, SMALLEST)
    wrong += [f"{place.name}: {said}" for said in page.evaluate(CUT)]
    if is_for_thumbs:
        wrong += [f"{place.name}: small: {said}" for said in page.evaluate(SMALL)]
    resize(page, LAPTOP)
    wrong += overflow(page, place)
    wrong += [f"{place.name}: keys: {said}" for said in page.evaluate(KEYS)]
    page.set_viewport_size(PHONE)
    return wrong


def the_open_tab_of_settings_is_in_sight(page, url: str) -> None:
    page.set_viewport_size(SMALLEST)
    for path, label in (("/settings/", "Overview"), ("/settings/routing/", "Routing"), ("/tokens/", "API tokens")):
        page.goto(url + path)
        until_quiet(page)
        opened = page.locator(".page-tabs [aria-current=page]")
        assert opened.inner_text() == label
        box = opened.bounding_box()
        assert 0 <= box["x"] < box["x"] + box["width"] <= SMALLEST["width"], label
