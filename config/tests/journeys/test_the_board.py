"""The board while people work: what somebody else mends is gone from it at once, and nothing else moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.tests.browsing import sign_in
from config.tests.world import PASSWORD
from handoff.cover.asking import ask_for_cover
from handoff.models import Handoff, RoutingDecision
from handoff.tests.baton.looking import settle
from handoff.tests.factories import open_handoff
from leads.states import Via

pytestmark = pytest.mark.journey

BEFORE = timedelta(hours=3)
#: Sooner than the page asks by itself.
AT_ONCE = 10_000


@pytest.fixture
def handoffs(world) -> list[Handoff]:
    """Two that were set three hours ago, with all steps done, and whose briefs nobody has read."""
    at = timezone.now()
    begins = (at + timedelta(days=2)).replace(hour=17, minute=0, second=0, microsecond=0)
    found = []
    for name, agent in (("Dana", world.ana), ("Robin", world.ben)):
        handoff = open_handoff(world.ready_lead(first_name=name), to=agent, starts_at=begins, at=at)
        Handoff.objects.filter(pk=handoff.pk).update(opened_at=at - BEFORE)
        RoutingDecision.objects.filter(handoff=handoff).update(at=at - BEFORE)
        settle(handoff, at=at)
        found.append(handoff)
    return found


def opened(site, tab, email, path):
    page = tab()
    page.route("https://recordings.example.com/**", lambda route: route.fulfill(content_type="audio/mpeg", body=b""))
    sign_in(page, site.url, email=email, password=PASSWORD)
    page.goto(site.url + path)
    return page


def row(page, handoff):
    return page.locator(f"#handoff-{handoff.pk}")


def test_a_risk_is_gone_when_it_is_mended_elsewhere_and_comes_without_a_reload(world, site, tab, handoffs):
    dana, robin = handoffs
    board = opened(site, tab, "lea@example.com", "/baton/")
    expect(row(board, dana)).to_contain_text("has not read the brief")
    board.evaluate("() => { window.isTheSamePage = true; }")
    board.locator(f"#mend-{robin.pk}-unread").focus()

    opened(site, tab, "ana@example.com", f"/h/{dana.pk}/")

    expect(board.locator("#count-unread")).to_contain_text("1 brief unread", timeout=AT_ONCE)
    expect(row(board, dana)).not_to_contain_text("has not read the brief")
    expect(board.locator("#baton-calm")).to_contain_text("Nothing wrong")
    expect(board.locator(f"#mend-{robin.pk}-unread")).to_be_focused()

    reason = "The car broke down."
    ask_for_cover(handoff=robin, agent=world.ben, reason=reason, via=Via.PAGE, at=timezone.now())

    expect(row(board, robin)).to_contain_text(reason, timeout=AT_ONCE)
    expect(board.locator(f"#mend-{robin.pk}-unread")).to_be_focused()
    assert board.evaluate("() => window.isTheSamePage")


def test_the_place_the_fold_and_the_focus_stay_when_the_row_in_hand_goes(world, site, tab, handoffs):
    dana, robin = handoffs
    board = opened(site, tab, "lea@example.com", "/baton/?risk=unread")
    board.set_viewport_size({"width": 390, "height": 500})
    mend = board.locator(f"#mend-{robin.pk}-unread")
    mend.focus()
    mend.scroll_into_view_if_needed()
    stood = mend.bounding_box()["y"]

    opened(site, tab, "ana@example.com", f"/h/{dana.pk}/")
    expect(row(board, dana)).to_have_count(0, timeout=AT_ONCE)
    expect(mend).to_be_focused()
    assert abs(mend.bounding_box()["y"] - stood) < 2 or board.evaluate("() => window.scrollY") == 0

    opened(site, tab, "ben@example.com", f"/h/{robin.pk}/")
    expect(row(board, robin)).to_have_count(0, timeout=AT_ONCE)
    expect(board.locator("#baton-list")).to_be_focused()


def test_the_agent_is_reminded_by_keyboard(world, site, tab, handoffs):
    dana, _ = handoffs
    board = opened(site, tab, "ivy@example.com", "/baton/")
    board.locator(f"#mend-{dana.pk}-unread").press("Enter")

    expect(board.locator("#toasts")).to_contain_text("Ana Example is reminded")
    expect(board.locator(f"#mend-{dana.pk}-unread")).to_be_focused()
