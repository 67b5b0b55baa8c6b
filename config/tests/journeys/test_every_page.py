"""Every page of every role on the demo's data: no accessibility finding, nothing wider than the window, no error."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone

from config.tests.browsing import sign_in
from config.tests.conftest import fleet_beside
from config.tests.journeys.conftest import LAPTOP, PHONE
from config.tests.places import Place, places
from handoff.demo.cast import PASSWORD
from notifications.promises.drains import drain_all

pytestmark = pytest.mark.journey

#: Without loading style sheets once more: axe puts those that import others into the page, and the policy forbids it.
AS_IT_IS = {"preload": False}
QUIET = "() => document.readyState === 'complete' && !document.querySelector('.htmx-request')"
SETTLED = """() => Promise.all([
    document.fonts.ready,
    ...document.getAnimations().map((animation) => animation.finished.catch(() => null)),
])"""


@pytest.fixture
def demo_fleet(transactional_db, settings, tmp_path):
    """The demo's data behind a running web."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    with fleet_beside(tmp_path, settings) as fleet:
        settings.BASE_URL = fleet.url
        call_command("demo", verbosity=0)
        drain_all(at=timezone.now())
        yield fleet.start("web")


def findings(page, place: Place, *, is_judged: bool = True) -> list[str]:
    """What is wrong with the page that is open; ``is_judged``: whether axe looks at it too."""
    page.evaluate(SETTLED)
    violations = Axe().run(page, options=AS_IT_IS).response["violations"] if is_judged else []
    wrong = [
        f"{place.name}: {rule['id']} {rule['help']}: {node['html'][:160]}"
        for rule in violations
        for node in rule["nodes"][:2]
    ]
    overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        wrong.append(f"{place.name}: {overflow} px wider than the window")
    return wrong


def test_each_page_is_accessible_and_fits(demo_fleet, tab):
    wrong = []
    everywhere = places()
    for size, theme in ((LAPTOP, "light"), (PHONE, "dark")):  # the crawl of the map has axe look at both on a laptop
        for who in dict.fromkeys(place.who for place in everywhere):
            page = tab(size=size, theme=theme)
            if who:
                sign_in(page, demo_fleet.url, email=who, password=PASSWORD)
            for place in everywhere:
                if place.who == who:
                    answer = page.goto(demo_fleet.url + place.path)
                    assert answer.status == place.status, place
                    page.wait_for_function(QUIET)
                    wrong += [
                        f"{theme} {size['width']} {said}" for said in findings(page, place, is_judged=size is PHONE)
                    ]
            page.context.close()
    assert wrong == []
