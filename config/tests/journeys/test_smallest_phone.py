"""Every page at 320 px, the narrowest there is (WCAG 2.2, 1.4.10): nothing wider, nothing cut, thumbs find it all."""

from __future__ import annotations

import pytest

from config.tests.browsing import sign_in
from config.tests.journeys.conftest import PHONE, SMALLEST
from config.tests.journeys.test_every_page import QUIET, demo_fleet  # noqa: F401 - a fixture
from config.tests.places import AGENT, LEAD, Place, places
from handoff.demo.cast import PASSWORD

pytestmark = pytest.mark.journey

#: What sticks out of the window, and words that are cut without an ellipsis. What scrolls by itself may be wider.
CUT = """() => {
    const told = (element) => `${element.tagName}.${element.className} “${element.textContent.trim().slice(0, 50)}”`;
    const wrong = [];
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) wrong.push(`${wide} px wider than the window`);
    const scrolls = (element) => {
        for (let each = element.parentElement; each; each = each.parentElement) {
            if (["auto", "scroll"].includes(getComputedStyle(each).overflowX) && each !== document.body) return true;
        }
        return false;
    };
    for (const element of document.body.querySelectorAll("*")) {
        const hasWords = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (!hasWords || !element.checkVisibility({ visibilityProperty: true })) continue;
        if (element.closest(".visually-hidden, .skip-link, .rail, .toasts, option, script")) continue;
        const box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        if (box.width < 2 || style.clipPath !== "none") continue;
        if (!scrolls(element) && (box.right > innerWidth + 1 || box.left < -1)) wrong.push(`outside: ${told(element)}`);
        const isCut = element.scrollWidth > element.clientWidth + 1 && style.display !== "inline";
        if (isCut && ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis") {
            wrong.push(`cut: ${told(element)}`);
        }
    }
    return [...new Set(wrong)];
}"""

#: What is pressed and is less than 44 px high, the field around it counted, or too narrow to hit. Running text
#: is left out, and so is what stands on a row that can be pressed as a whole.
SMALL = """() => {
    const small = [];
    for (const element of document.querySelectorAll("a, button, summary, select, input, textarea, .form-check-label")) {
        if (!element.checkVisibility({ visibilityProperty: true }) || element.closest(":disabled")) continue;
        if (element.matches("[type=hidden], [type=checkbox], [type=radio], .row-link, .row-title")) continue;
        if (element.closest(".visually-hidden, .skip-link, .rail, p, .free-text, .callout, .toasts")) continue;
        const box = element.getBoundingClientRect();
        const field = getComputedStyle(element, "::after");
        const isWider = field.content !== "none" && field.position === "absolute";
        const grown = (one, other) => (isWider ? -parseFloat(field[one]) - parseFloat(field[other]) : 0);
        const [width, height] = [box.width + grown("left", "right"), box.height + grown("top", "bottom")];
        if (width > 1 && (height < 43.5 || width < 32)) {
            const words = (element.textContent.trim() || element.name || "").slice(0, 40);
            small.push(`${element.tagName}.${element.className} “${words}” ${width} x ${height}`);
        }
    }
    return [...new Set(small)];
}"""

#: Buttons whose words are wider than they are. At 320 px words wrap; a little wider they do not.
BURST = """() => [...document.querySelectorAll("main .btn")]
    .filter((button) => button.checkVisibility() && button.scrollWidth > button.clientWidth + 1)
    .map((button) => button.textContent.trim())"""
THUMBS = {"agent-today", "agent-brief", "agent-outcome", "agent-leads", "agent-inbox", "agent-numbers"}


def looked_at(page, url: str, place: Place) -> list[str]:
    page.goto(url + place.path)
    page.wait_for_function(QUIET)
    page.evaluate("() => document.fonts.ready")
    return [f"{place.name}: {said}" for said in page.evaluate(CUT)]


def test_on_a_phone_nothing_is_cut_and_all_can_be_pressed(demo_fleet, tab):  # noqa: F811
    """One test, since the demo's data takes longer to make than all of this to look at."""
    assert cut_on_the_smallest(demo_fleet.url, tab) == []
    assert words_that_stick_out(demo_fleet.url, tab) == []
    assert smaller_than_a_thumb(demo_fleet.url, tab) == []
    the_open_tab_of_settings_is_in_sight(demo_fleet.url, tab)


def cut_on_the_smallest(url: str, tab) -> list[str]:
    wrong = []
    everywhere = places()
    for who in dict.fromkeys(place.who for place in everywhere):
        page = tab(size=SMALLEST)
        if who:
            sign_in(page, url, email=who, password=PASSWORD)
        for place in everywhere:
            if place.who == who:
                wrong += looked_at(page, url, place)
        page.context.close()
    return wrong


def words_that_stick_out(url: str, tab) -> list[str]:
    """On an agent's buttons, on an ordinary phone."""
    page = tab(size=PHONE)
    sign_in(page, url, email=AGENT, password=PASSWORD)
    wrong, seen = [], set()
    for place in places():
        if place.name in THUMBS:
            page.goto(url + place.path)
            page.wait_for_function(QUIET)
            page.evaluate("() => document.fonts.ready")
            seen |= set(page.locator("main a[href$='/cant/']").all_inner_texts())
            wrong += [f"{place.name}: {said}" for said in page.evaluate(BURST)]
    assert len(seen) == 2  # the widest of them are there: on the day, and on the brief
    return wrong


def smaller_than_a_thumb(url: str, tab) -> list[str]:
    page = tab(size=SMALLEST)
    sign_in(page, url, email=AGENT, password=PASSWORD)
    wrong, seen = [], set()
    for place in places():
        if place.name in THUMBS:
            page.goto(url + place.path)
            page.wait_for_function(QUIET)
            wrong += [f"{place.name}: {said}" for said in page.evaluate(SMALL)]
            seen.add(place.name)
    assert seen == THUMBS
    return wrong


def the_open_tab_of_settings_is_in_sight(url: str, tab) -> None:
    page = tab(size=SMALLEST)
    sign_in(page, url, email=LEAD, password=PASSWORD)
    for path, label in (("/settings/", "Overview"), ("/settings/routing/", "Routing"), ("/tokens/", "API tokens")):
        page.goto(url + path)
        page.wait_for_function(QUIET)
        opened = page.locator(".page-tabs [aria-current=page]")
        assert opened.inner_text() == label
        box = opened.bounding_box()
        assert 0 <= box["x"] < box["x"] + box["width"] <= SMALLEST["width"], label
