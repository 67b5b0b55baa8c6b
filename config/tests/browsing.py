"""Debian's chromium under Playwright, with the switches that a closed network and a container need."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, Playwright, ViewportSize, sync_playwright

from config.launcher.browser import BROWSERS

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


_QUIET = "() => document.readyState === 'complete' && !document.querySelector('.htmx-request')"
_FRAMES = """async () => {
    const frames = document.querySelector("canvas") ? 6 : 2;
    for (let turn = 0; turn < frames; turn += 1) await new Promise((next) => requestAnimationFrame(next));
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser that draws pages, and end it."""
    with driver() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@contextmanager
def driver() -> Iterator[Playwright]:
    """Start what drives browsers. There is one of it in a process."""
    # Its loop sleeps in this thread while we ask the database; nothing of ours runs inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        yield playwright


def launch(playwright: Playwright, *, whole: bool = False) -> Browser:
    """Start the shell that draws pages, or the ``whole`` browser, which also notifies and installs."""
    name = "CHROMIUM" if whole else "CHROMIUM_SHELL"
    path = os.environ.get(name) or shutil.which(BROWSERS[name])
    if path is None:
        raise RuntimeError(f"No {BROWSERS[name]}. Run this through run.py, which brings it.")
    return playwright.chromium.launch(executable_path=path, args=list(SWITCHES))


def sign_in(page: Page, url: str, *, email: str, password: str) -> None:
    """Sign in through the page, as a person does, and wait for the page behind it."""
    page.goto(f"{url}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/accounts/login" not in address)


def until_quiet(page: Page) -> None:
    """Wait until the page and what it asked for by itself are there."""
    page.wait_for_function(_QUIET)


def resize(page: Page, size: ViewportSize) -> None:
    """Make the window this large, and give what follows it, as charts do, some frames to."""
    page.set_viewport_size(size)
    page.evaluate(_FRAMES)
