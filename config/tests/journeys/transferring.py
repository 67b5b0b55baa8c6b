"""What people do at their browsers for a live transfer: go on call, and ring."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from config.tests.browsing import sign_in
from config.tests.world import PASSWORD, wait_for
from handoff.models import LiveTransfer
from leads.models import Lead


def without_the_recorder(page: Page) -> None:
    """Answer for the place where recordings lie, which does not exist."""
    page.route("https://recordings.example.com/**", lambda route: route.fulfill(content_type="audio/mpeg", body=b""))


def go_on_call(page: Page, url: str, email: str) -> None:
    """Sign an agent in, and have them press for two hours."""
    without_the_recorder(page)
    sign_in(page, url, email=email, password=PASSWORD)
    page.get_by_role("button", name="2 hours").click()
    expect(page.locator("#on-call")).to_contain_text("On call until")


def ring(page: Page, url: str, lead: Lead) -> None:
    """Have an ISA who is signed in press for a transfer of this lead."""
    without_the_recorder(page)
    page.goto(url + lead.get_absolute_url())
    page.get_by_role("button", name=re.compile("Transfer live")).click()
    wait_for(LiveTransfer.objects.exists, seconds=10, what="the transfer")
