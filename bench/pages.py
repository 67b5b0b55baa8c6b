"""Pages at one thousand and at a hundred thousand leads: how long, and how many queries."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.crowd import add_leads
from bench.figures import Row, at_most, milliseconds, percentile
from leads.models import Lead
from teams.models import Membership

FEW, MANY = 1_000, 100_000
ROUNDS = 60
GROWTH_GOAL = 1.3  # p95 with many leads beside p95 with few


@dataclass(frozen=True, slots=True)
class Page:
    """A page, its address and the most queries it may make."""

    name: str
    url: str
    most_queries: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What one page took: p95 in seconds, and queries."""

    p95: float
    queries: int


def measure_pages(isa: Membership) -> Iterator[Row]:
    """Measure with few leads, add many, measure the same pages again."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(isa.user)
    add_leads(isa, first=1, last=FEW)
    few = {page.name: _cost(client, page) for page in _pages(isa)}
    add_leads(isa, first=FEW + 1, last=MANY)
    for page in _pages(isa):
        before, after = few[page.name], _cost(client, page)
        yield at_most(
            f"{page.name}, p95 at {MANY:,} leads / at {FEW:,}",
            figure=f"{milliseconds(after.p95)}, {after.queries} queries",
            limit=f"{milliseconds(before.p95)}, {before.queries} queries",
            ratio=after.p95 / before.p95,
            goal=GROWTH_GOAL,
        )
        yield at_most(
            f"{page.name}, queries",
            figure=str(after.queries),
            limit=str(page.most_queries),
            ratio=after.queries / page.most_queries,
            goal=1,
        )


def _pages(isa: Membership) -> list[Page]:
    lead = Lead.objects.filter(isa=isa).order_by("-id")[10]
    return [
        Page("lead list", reverse("leads:list"), 6),
        Page("lead list, filtered", reverse("leads:list") + "?stage=qualified", 6),
        Page("search by name", reverse("leads:list") + "?q=First77", 6),
        Page("today", reverse("handoff:day"), 24),
        Page("lead page", reverse("leads:lead", args=[lead.pk]), 12),
    ]


def _cost(client: Client, page: Page) -> Cost:
    """Ask for a page many times; the session and the team are counted too, as a browser pays for them."""
    with CaptureQueriesContext(connection) as asked:
        _get(client, page.url)
    queries = len(asked)  # at once: the next request forgets them
    return Cost(percentile([_get(client, page.url) for _ in range(ROUNDS)][5:], 95), queries)


def _get(client: Client, url: str) -> float:
    began = time.perf_counter()
    answer = client.get(url)
    took = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return took
