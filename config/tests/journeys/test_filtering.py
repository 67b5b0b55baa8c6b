"""A filter's address: what was chosen, and nothing of what was not."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from config.tests.browsing import sign_in
from config.tests.world import PASSWORD

pytestmark = pytest.mark.journey


@pytest.fixture
def page(world, fleet, tab):
    fleet.start("web")
    page = tab()
    sign_in(page, fleet.url, email="lea@example.com", password=PASSWORD)
    return page


def said(page) -> dict[str, list[str]]:
    """The fields of the page's address, with those that are empty."""
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


@pytest.mark.parametrize(
    ("path", "form", "besides"),
    [
        ("/baton/", "Which handoffs", {}),
        ("/numbers/", "Which handoffs", {"by": ["set"], "weeks": ["8"]}),
        ("/deals/", "Which deals", {}),
        ("/numbers/transfers/", "Days and people", {"weeks": ["8"]}),
    ],
)
def test_a_filters_address_says_what_was_chosen_alone(world, fleet, page, path, form, besides):
    page.goto(f"{fleet.url}{path}?isa=&agent=&since=", wait_until="domcontentloaded")
    if (more := page.locator(".filters-more")).count():
        more.click()
    fields = page.get_by_role("form", name=form)
    fields.get_by_label("Agent", exact=True).select_option(label="Ana Example")

    fields.get_by_role("button").click()

    page.wait_for_url(re.compile(r"agent=\d"))
    assert said(page) == {"agent": [str(world.ana.pk)], **besides}
    expect(page.locator("select[name=agent]")).to_have_value(str(world.ana.pk))


def test_a_field_that_is_emptied_is_gone_from_the_address(fleet, page):
    page.goto(f"{fleet.url}/leads/?q=Dana&stage=new", wait_until="domcontentloaded")
    page.get_by_label("Name", exact=True).fill("")

    page.get_by_role("button", name="Filter").click()

    page.wait_for_url(re.compile(r"\?stage=new$"))
    assert said(page) == {"stage": ["new"]}
