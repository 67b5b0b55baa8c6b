"""``run.py screens``: write every page at two widths, light and dark, into screens/."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - the apps must be ready first
from django.utils import timezone  # noqa: E402
from playwright.sync_api import Browser  # noqa: E402

from config.tests.browsing import chromium, sign_in  # noqa: E402
from config.tests.fleet import Fleet  # noqa: E402
from config.tests.places import Place, places  # noqa: E402
from handoff.demo.cast import PASSWORD  # noqa: E402
from notifications.promises.drains import drain_all  # noqa: E402

FOLDER = Path(__file__).resolve().parents[1] / "screens"
WIDTHS = {1280: 860, 390: 844}  # a laptop and a phone: width and height in CSS pixels


def draw(browser: Browser, url: str, which: list[Place]) -> int:
    """Picture each place in both themes and widths; return how many pictures were made."""
    made = 0
    for who in dict.fromkeys(place.who for place in which):
        for width, height in WIDTHS.items():
            for theme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if theme == "dark" else "light",
                    reduced_motion="reduce",
                )
                page = context.new_page()
                if who:
                    sign_in(page, url, email=who, password=PASSWORD)
                for place in which:
                    if place.who == who:
                        page.goto(url + place.path, wait_until="networkidle")
                        name = re.sub(r"[^a-z0-9-]+", "", place.name)
                        page.screenshot(path=FOLDER / f"{name}-{width}-{theme}.png", full_page=True)
                        made += 1
                context.close()
    return made


def main(wanted: list[str]) -> None:
    """Fill the demo, start the product, draw what was asked for (all of it without an argument)."""
    FOLDER.mkdir(exist_ok=True)
    call_command("demo")
    drain_all(at=timezone.now())
    which = [place for place in places() if not wanted or any(word in place.name for word in wanted)]
    with tempfile.TemporaryDirectory() as logs, Fleet(logs=Path(logs), env={}) as fleet, chromium() as browser:
        fleet.start("web")
        made = draw(browser, fleet.url, which)
    print(f"{made} pictures of {len(which)} places in {FOLDER}")


if __name__ == "__main__":
    main(sys.argv[1:])
