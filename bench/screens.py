"""``run.py screens``: write every page at two widths, light and dark, into screens/; also over a year of handoffs."""

from __future__ import annotations

import re
import sys
import tempfile
from itertools import groupby
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - the apps must be ready first
from django.utils import timezone  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

from bench.year import a_year, make_year  # noqa: E402
from config.tests.browsing import chromium, resize, sign_in, until_quiet  # noqa: E402
from config.tests.fleet import Fleet  # noqa: E402
from config.tests.places import Place, places  # noqa: E402
from handoff.demo.cast import PASSWORD  # noqa: E402
from notifications.promises.drains import drain_all  # noqa: E402

FOLDER = Path(__file__).resolve().parents[1] / "screens"
WIDTHS = {1280: 860, 390: 844}  # a laptop and a phone: width and height in CSS pixels


def draw(browser: Browser, url: str, which: list[Place]) -> int:
    """Picture each place in both themes and widths; return how many pictures were made."""
    made = 0
    for who, theirs in groupby(sorted(which, key=lambda place: place.who), key=lambda place: place.who):
        context = browser.new_context(reduced_motion="reduce")
        page = context.new_page()
        if who:
            sign_in(page, url, email=who, password=PASSWORD)
        for place in theirs:
            page.goto(url + place.path)
            until_quiet(page)
            made += _picture(page, re.sub(r"[^a-z0-9-]+", "", place.name))
        context.close()
    return made


def _picture(page: Page, name: str) -> int:
    made = 0
    for width, height in WIDTHS.items():
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            resize(page, {"width": width, "height": height})
            # A window as tall as the page: of one that is scrolled, the browser draws what stays in place in part only.
            tall = page.evaluate("document.documentElement.scrollHeight")
            resize(page, {"width": width, "height": max(height, tall)})
            page.screenshot(path=FOLDER / f"{name}-{width}-{theme}.png")
            made += 1
    return made


def main(wanted: list[str]) -> None:
    """Fill the demo, start the product, draw what was asked for (all of it without an argument)."""
    FOLDER.mkdir(exist_ok=True)
    call_command("demo")
    drain_all(at=timezone.now())
    make_year()
    every = [*places(), *a_year()]
    which = [place for place in every if not wanted or any(word in place.name for word in wanted)]
    with tempfile.TemporaryDirectory() as logs, Fleet(logs=Path(logs), env={}) as fleet, chromium() as browser:
        fleet.start("web")
        made = draw(browser, fleet.url, which)
    print(f"{made} pictures of {len(which)} places in {FOLDER}")


if __name__ == "__main__":
    main(sys.argv[1:])
