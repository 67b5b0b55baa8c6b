"""Bars and points of charts open the very cases that the cells of their tables open, and as many as they say."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from handoff.models.transfers import DropReason
from handoff.numbers.folding import fold_changes
from handoff.states import TransferStatus
from handoff.tests.counting import DAY, ENDINGS, Place
from handoff.tests.live.counted import Desk
from handoff.tests.pages import signed_in
from leads.tests.factories import NOW

pytestmark = pytest.mark.django_db

NUMBERS, TRANSFERS = "/numbers/", "/numbers/transfers/"


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def place() -> Place:
    """A team of whose handoffs each ending occurs, a week and a bit apart."""
    place = Place()
    for n, ending in enumerate([*ENDINGS, *ENDINGS]):
        place.put(ending, opened_at=NOW - n * 9 * DAY, is_good=n % 3 != 0, deal="signed" if n % 2 else "")
    fold_changes(at=NOW)
    return place


def charts_of(page: str) -> dict[str, Any]:
    found = re.findall(r'<script id="chart-(\w+)" type="application/json">(.*?)</script>', page)
    return {name: json.loads(chart) for name, chart in found}


def opened(chart: dict[str, Any], *, lines: bool = False) -> dict[str, int]:
    """The addresses behind bars, each with the number that it is of; of lines, which are shares, with those only."""
    return {
        url: number
        for each in chart["datasets"]
        if (each.get("type") == "line") is lines
        for url, number in zip(each.get("urls", ()), each["data"], strict=True)
        if url
    }


def cells_of(page: str) -> dict[str, str]:
    """What is pressed in a table, by its address."""
    table_links = re.findall(r'<td class="num[^"]*"[^>]*>(?:<span[^>]*>)?<a href="([^"]+)">([^<]+)</a>', page)
    return {unescape(url): words for url, words in table_links}


def count_of(client: Client, url: str) -> int:
    heading = re.search(r"<h1>[^<]*?([\d,]+)(?: live transfers?)?</h1>", client.get(url).text)
    assert heading, url
    return int(heading.group(1))


@pytest.mark.parametrize("narrowed", ["", "&by=held", "&beside=before"])
def test_a_bar_opens_what_the_cell_of_its_table_opens(place, narrowed):
    client = signed_in(place.boss)
    page = client.get(f"{NUMBERS}?weeks=26{narrowed}").text
    charts, cells = charts_of(page), cells_of(page)

    for name in ("funnel", "weeks", "reasons"):
        bars = opened(charts[name])
        assert bars
        in_table = {url: str(number) for url, number in bars.items() if "what=otherwise" not in url}
        assert {url: cells.get(url) for url in in_table} == in_table
        assert {url: count_of(client, url) for url in bars} == bars


def test_a_month_opens_the_weeks_that_begin_in_it(place):
    client = signed_in(place.boss)

    bars = opened(charts_of(client.get(f"{NUMBERS}?weeks=104").text)["weeks"])

    assert len(bars) >= 4
    assert {url: count_of(client, url) for url in bars} == bars


def test_earlier_days_open_theirs_and_a_nought_opens_nothing(place):
    client = signed_in(place.boss)
    charts = charts_of(client.get(f"{NUMBERS}?weeks=8&beside=before").text)

    for chart, label in (("weeks", "Held earlier"), ("weeks", "Awaiting, moved, called off"), ("funnel", "Earlier")):
        [each] = [each for each in charts[chart]["datasets"] if each["label"] == label]
        assert any(each["urls"]), label
        assert [bool(url) for url in each["urls"]] == [bool(number) for number in each["data"]]
        for url, number in zip(each["urls"], each["data"], strict=True):
            assert not url or count_of(client, url) == number


def test_what_nobody_said_of_live_transfers_has_its_cases():
    place = Place()
    for ending in ("direct reported", "direct reported", "direct open"):
        place.put(ending)
    client = signed_in(place.boss)

    bars = opened(charts_of(client.get(NUMBERS).text)["weeks"])

    assert sorted(bars.values()) == [1, 2]
    assert {url: count_of(client, url) for url in bars} == bars


def test_a_point_of_the_show_rate_opens_what_it_is_a_share_of():
    place = Place()
    for n in range(24):
        place.put("missed" if n % 4 == 0 else "held")
    client = signed_in(place.boss)
    page = client.get(NUMBERS).text

    [[url, rate]] = opened(charts_of(page)["weeks"], lines=True).items()

    assert (rate, cells_of(page)[url], count_of(client, url)) == (75, "75%", 24)


def test_a_bar_of_live_transfers_opens_them():
    desk = Desk()
    desk.put(TransferStatus.CONNECTED)
    desk.put(TransferStatus.DROPPED, drop_reason=DropReason.LINE, at=NOW - 8 * DAY)
    desk.put(TransferStatus.EXPIRED, isa=1)
    client = signed_in(desk.boss)
    page = client.get(TRANSFERS, {"isa": desk.isas[0].pk}).text
    charts, cells = charts_of(page), cells_of(page)

    bars = opened(charts["weeks"])

    assert len(bars) == 2
    assert {url: cells.get(url) for url in bars} == {url: str(number) for url, number in bars.items()}
    assert {url: count_of(client, url) for url in bars} == bars
    assert set(opened(charts["speed"])) <= cells.keys()
