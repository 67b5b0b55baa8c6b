"""Charts under the mouse: a bar opens its cases, as many as it says, and what has none does nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.tests.browsing import sign_in
from config.tests.world import PASSWORD
from handoff.tests.factories import open_handoff

pytestmark = pytest.mark.journey

#: The middle of the last bar of a part, in the chart's own pixels, and the number that it is of.
LAST_BAR = """(canvas, label) => {
    const chart = window.Chart.getChart(canvas);
    const part = chart.data.datasets.findIndex((each) => each.label === label);
    const { x, y } = chart.getDatasetMeta(part).data.at(-1).getCenterPoint();
    return { x, y, number: chart.data.datasets[part].data.at(-1) };
}"""


@pytest.fixture
def chart(world, site, tab):
    """The weeks, of which the last one has two appointments that are still to come."""
    at = timezone.now()
    begins = (at + timedelta(days=2)).replace(hour=17, minute=0, second=0, microsecond=0)
    for name, agent in (("Dana", world.ana), ("Robin", world.ben)):
        open_handoff(world.ready_lead(first_name=name), to=agent, starts_at=begins, at=at)
    page = tab()
    sign_in(page, site.url, email="lea@example.com", password=PASSWORD)
    page.goto(f"{site.url}/numbers/", wait_until="domcontentloaded")
    canvas = page.locator("canvas[data-chart=chart-weeks]")
    page.wait_for_function("() => window.Chart?.getChart(document.querySelector('canvas[data-chart=chart-weeks]'))")
    canvas.scroll_into_view_if_needed()
    return canvas


def test_a_bar_opens_the_list_of_what_it_counts(chart):
    bar = chart.evaluate(LAST_BAR, "To come")
    assert bar["number"] == 2

    chart.hover(position={"x": bar["x"], "y": bar["y"]})
    expect(chart).to_have_css("cursor", "pointer")
    chart.click(position={"x": bar["x"], "y": bar["y"]})

    chart.page.wait_for_url(re.compile(r"/numbers/cases/\?.*what=to_come"))
    expect(chart.page.get_by_role("heading", level=1)).to_have_text("Still to come: 2")
    expect(chart.page.locator("tbody tr")).to_have_count(2)


def test_where_no_bar_is_nothing_happens(chart):
    address, bar = chart.page.url, chart.evaluate(LAST_BAR, "To come")

    chart.hover(position={"x": bar["x"], "y": bar["y"]})
    chart.hover(position={"x": bar["x"] - 200, "y": bar["y"]})
    expect(chart).to_have_css("cursor", "auto")
    chart.click(position={"x": bar["x"] - 200, "y": bar["y"]})

    expect(chart.page.get_by_role("heading", level=1)).to_have_text("Numbers")
    assert chart.page.url == address
