"""A real browser in front of the running product."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from config.tests.browsing import chromium

LAPTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 640}

expect.set_options(timeout=20_000)  # milliseconds; three browsers share the machine with all else


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


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
