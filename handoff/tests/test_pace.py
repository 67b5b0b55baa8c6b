"""Speeds read from their steps are those of the rows, to less than a step: two pages measure the same."""

from __future__ import annotations

from collections import Counter
from math import floor, log2
from random import Random

import pytest

from handoff.numbers.figures import FEW
from handoff.numbers.pace import START, STEPS, Pace
from handoff.states import TransferStatus
from handoff.tests.live.counted import Desk
from handoff.tests.pages import signed_in

A_STEP = 2 ** (1 / STEPS) - 1


def of_rows(seconds: list[int], share: float) -> float:
    """What PostgreSQL's ``percentile_cont`` says of them."""
    ordered, place = sorted(seconds), share * (len(seconds) - 1)
    before = floor(place)
    after = min(before + 1, len(ordered) - 1)
    return ordered[before] + (ordered[after] - ordered[before]) * (place - before)


@pytest.mark.parametrize("cases", [1, 2, 5, 19, 75, 1000])
def test_the_median_and_the_slow_ones_are_those_of_the_rows_to_less_than_a_step(cases):
    chance = Random(cases)
    for _ in range(50):
        seconds = [round(chance.lognormvariate(3.7, 0.6)) + 1 for _ in range(cases)]
        pace = Pace(Counter(floor(STEPS * log2(each / START)) for each in seconds))

        assert pace.median == pytest.approx(of_rows(seconds, 0.5), rel=A_STEP)
        assert pace.p90 == pytest.approx(of_rows(seconds, 0.9), rel=A_STEP)


def test_of_none_there_is_no_speed():
    assert (Pace({}).median, Pace({}).p90) == (None, None)


@pytest.mark.django_db
def test_the_page_says_about_and_where_it_is_to_the_second():
    desk = Desk()
    for n in range(FEW):
        desk.put(TransferStatus.CONNECTED, connected=30 + n)
    client = signed_in(desk.boss)

    page = client.get("/numbers/?since=2026-11-23&until=2026-11-23").text

    assert "Half within <strong>about 39 s</strong>, nine of ten within <strong>about 48 s</strong>" in page
    assert 'To the second: <a href="/numbers/transfers/?since=2026-11-23&amp;until=2026-11-23">' in page
    assert ">40 s</td>" in client.get("/numbers/transfers/?since=2026-11-23&until=2026-11-23").text
