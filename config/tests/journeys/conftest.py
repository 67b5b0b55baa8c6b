"""A real browser in front of the running product."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import expect

from config.tests.browsing import driver, launch
from config.tests.fleet import Fleet
from config.tests.world import database_url

LAPTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 640}

expect.set_options(timeout=20_000)  # milliseconds; three browsers share the machine with all else


@pytest.fixture(scope="session")
def playwright():
    with driver() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright):
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def whole_browser(playwright):
    """Takes three times the work, for what the other one lacks: a test module names it its ``browser``."""
    browser = launch(playwright, whole=True)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def site(django_db_setup, tmp_path_factory):
    """Web and events, started once for all journeys that stop neither; mail goes to the outbox.

    A test makes its rows first, so that its windows are closed before the database is emptied. It ends with the
    journeys, since it listens and beats in the worker's database, where the tests after them look for both.
    """
    where = {"DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL}
    with Fleet(logs=tmp_path_factory.mktemp("site"), env=where) as fleet:
        yield fleet.start("web", "events")


#: What htmx logs of a request that gave way to another, which is meant; one that failed is logged by other names too.
GAVE_WAY = ("htmx:sendAbort", "htmx:afterRequest")


#: Asked for in the background, again and again: a test may run without the processes that answer.
IN_THE_BACKGROUND = ("/events/", "/stream?")


def is_complaint(said, page) -> bool:
    """Whether the page logged an error. That its own address answers 404 or 410 is judged where it is opened."""
    url = said.location["url"]
    is_own_address = "status of 4" in said.text and url == page.url
    is_background = any(part in url for part in IN_THE_BACKGROUND)
    return said.type == "error" and not (is_own_address or is_background or said.text.startswith(GAVE_WAY))


@pytest.fixture
def tab(browser):
    """Open a private window; whatever the page logs as an error fails the test."""
    windows, complaints = [], []

    def open_tab(*, size=LAPTOP, theme="light"):
        window = browser.new_context(
            viewport=size, color_scheme=theme, locale="en-US", timezone_id="America/Chicago", reduced_motion="reduce"
        )
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(30_000)
        page.on(
            "console",
            lambda said: (
                complaints.append(f"{page.url}: {said.text} {said.location['url']}")
                if is_complaint(said, page)
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_tab
    for window in windows:
        window.close()
    assert complaints == []
