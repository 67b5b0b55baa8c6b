"""A phone finds Baton installable; without the server it shows the offline page, and keeps nothing of anybody's."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from config.installing import PARTS
from config.tests.browsing import sign_in
from config.tests.journeys.conftest import PHONE
from config.tests.world import PASSWORD

pytestmark = pytest.mark.journey

IN_CHARGE = "() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
KEPT = """async () => {
    const names = await caches.keys();
    const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return { names, paths: kept.flat().map((each) => new URL(each.url).pathname) };
}"""
PRIVATE_WINDOW = "in-incognito"  # each test's window is one; nothing else may stand in the way


@pytest.fixture(scope="module")
def browser(whole_browser):
    return whole_browser


@pytest.fixture
def phone(world, fleet, tab):
    world.ready_lead(first_name="Dana", last_name="Secretperson")
    fleet.start("web")
    page = tab(size=PHONE)
    sign_in(page, fleet.url, email="ivy@example.com", password=PASSWORD)
    page.wait_for_function(IN_CHARGE)
    return page


def test_the_browser_finds_nothing_that_speaks_against_installing(phone):
    devtools = phone.context.new_cdp_session(phone)

    found = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    manifest = devtools.send("Page.getAppManifest")

    assert {each["errorId"] for each in found} <= {PRIVATE_WINDOW}
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/manifest.webmanifest")


def test_without_the_server_there_is_an_offline_page_and_it_leaves_by_itself(phone, fleet):
    phone.goto(f"{fleet.url}/leads/")
    expect(phone.get_by_text("Secretperson")).to_be_visible()
    fleet.stop("web")
    fleet.listener.close()  # nobody answers the door any more

    phone.goto(f"{fleet.url}/today/")

    expect(phone.get_by_role("heading", name="No connection")).to_be_visible()
    assert phone.url.endswith("/today/")
    assert phone.locator("img").evaluate("(image) => image.naturalWidth") > 0
    assert phone.evaluate("() => getComputedStyle(document.body).display") == "grid"
    assert "Secretperson" not in phone.content()
    expect(phone.get_by_role("button", name="Try again")).to_be_visible()


def test_no_page_of_anybodys_is_kept_on_the_phone(phone, fleet):
    for path in ("/leads/", "/today/", "/leads/queue/"):
        phone.goto(fleet.url + path, wait_until="networkidle")

    kept = phone.evaluate(KEPT)

    assert len(kept["names"]) == 1
    assert sorted(kept["paths"]) == sorted(["/offline/", *(f"/static/{part}" for part in PARTS)])
