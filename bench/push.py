"""From the press of a button to the ring at the agent's console, with one console open and with very many."""

from __future__ import annotations

import http.client
import select
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self
from urllib.parse import urlsplit

import psycopg2
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from bench.consoles import Browser, Consoles
from bench.figures import Row, at_most, milliseconds, percentile
from handoff.live.connecting import cancel
from handoff.models import LiveTransfer
from leads.models import Lead
from leads.tests.factories import ready_lead
from notifications.models import Delivery
from notifications.promises.owed import State
from notifications.pushing import push
from teams.models import Membership
from teams.presence import go_on_call
from teams.tests import factories as people

TEAMS, AGENTS, BROWSERS = 5, 10, 10  # agents of each team, browsers of each agent
TURNS, RINGS, VIEWS = 12, 5, 8  # turns with few and many; in each so many rings, and views of each page
BELLS = 5  # bare ones before each ring
WARM_UP = 5
PATIENCE = 30.0  # seconds
CALM = 1.0  # seconds after consoles opened, rang or closed: what that costs is not what they cost
TOKEN = "b" * 32  # of a form, against forgery: cookie and header say the same
RING_GOAL, PRESS_GOAL, PAGE_GOAL = 10, 0.250, 1.2


@dataclass(slots=True)
class Ground:
    """The team whose ISA presses, its one agent on call, all browsers, and where the fleet is."""

    isa: Browser
    agent: Membership
    browsers: list[Browser]
    url: str
    events_url: str
    leads: list[Lead]

    def open(self, browsers: int) -> Consoles:
        """Return the consoles of the first so many browsers; the first of all is the agent's who is rung."""
        asks = self.url + reverse("handoff:ring")
        return Consoles(events_url=self.events_url, asks_url=asks, browsers=self.browsers[:browsers])


def make_ground(url: str, events_url: str) -> Ground:
    """Make the teams, and sign everybody in."""
    at = timezone.now()
    teams = [people.TeamFactory.create() for _ in range(TEAMS)]
    agents = [people.agent(team, hours="00:00-23:59 mon-sun") for team in teams for _ in range(AGENTS)]
    isa = people.isa(teams[0])
    for agent in (agents[0], *agents[AGENTS:]):
        go_on_call(member=agent, until=at + timedelta(hours=2), at=at)
    browsers = [Browser.of(agent) for _ in range(BROWSERS) for agent in agents]
    leads = [ready_lead(isa.team, isa, at=at) for _ in range(2 * TURNS * RINGS + WARM_UP)]
    return Ground(Browser.of(isa), agents[0], browsers, url, events_url, leads)


@dataclass(slots=True)
class Samples:
    """What was measured with so many consoles open, in seconds; and what strangers heard."""

    bare: list[float] = field(default_factory=list)
    pushed: list[float] = field(default_factory=list)
    pressed: list[float] = field(default_factory=list)
    pages: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    astray: int = 0


def measure_push(ground: Ground) -> Iterator[Row]:
    """Measure with a fleet running, turn by turn with no console open, with one, and with all."""
    none, one, many = Samples(), Samples(), Samples()
    pages = _pages(ground)
    with ground.open(1) as consoles:
        for _ in range(WARM_UP):
            _press(ground, consoles, Samples(), browsers=1)
    _view(ground, pages, Samples())
    for _ in range(TURNS):
        with ground.open(1) as consoles:
            _ring(ground, consoles, one, browsers=1)
        _view(ground, pages, none)
        with ground.open(len(ground.browsers)) as consoles:
            time.sleep(CALM)
            _ring(ground, consoles, many, browsers=BROWSERS)
            _view(ground, pages, many)
        time.sleep(CALM)
    yield from _rows_of_rings(one, open_="1 console")
    yield from _rows_of_rings(many, open_=f"{len(ground.browsers)} consoles")
    yield from _rows_of_pages(none, many, open_=f"{len(ground.browsers)} consoles")


def _rows_of_rings(samples: Samples, *, open_: str) -> Iterator[Row]:
    bare = f"{_both(samples.bare)} bare NOTIFY"
    yield at_most(
        f"{open_}: ring event -> console, p95",
        figure=_both(samples.pushed),
        limit=bare,
        ratio=percentile(samples.pushed, 95) / percentile(samples.bare, 95),
        goal=RING_GOAL,
    )
    yield at_most(
        f"{open_}: button -> ring at the console, p95",
        figure=_both(samples.pressed),
        limit=f"{milliseconds(PRESS_GOAL)}; {bare}",
        ratio=percentile(samples.pressed, 95) / PRESS_GOAL,
        goal=1,
    )
    yield at_most(
        f"{open_}: frames that went astray",
        figure=str(samples.astray),
        limit=f"{len(samples.pushed) + len(samples.pressed)} for the rung",
        ratio=samples.astray,
        goal=0,
    )


def _rows_of_pages(none: Samples, many: Samples, *, open_: str) -> Iterator[Row]:
    for name, before in none.pages.items():
        after = many.pages[name]
        yield at_most(
            f"{open_}: {name}, p95",
            figure=_both(after),
            limit=f"{_both(before)} with none",
            ratio=percentile(after, 95) / percentile(before, 95),
            goal=PAGE_GOAL,
        )


def _both(samples: Sequence[float]) -> str:
    return f"{milliseconds(percentile(samples, 95))} (p50 {milliseconds(percentile(samples, 50))})"


def _ring(ground: Ground, consoles: Consoles, into: Samples, *, browsers: int) -> None:
    with Bell() as bell:
        for _ in range(RINGS):
            into.bare += [bell.round_trip() for _ in range(BELLS)]
            began = time.perf_counter()
            with transaction.atomic():
                push(to=[ground.agent.pk], topic="ring", ref="0", at=timezone.now())
            into.pushed += [heard.at - began for heard in consoles.wait_for("ring", times=browsers)]
            _press(ground, consoles, into, browsers=browsers)
    time.sleep(CALM)
    rings = consoles.frames[ground.agent.pk, "ring"]
    into.astray += abs(rings - 2 * RINGS * browsers)
    into.astray += sum(count for (pk, _), count in consoles.frames.items() if pk != ground.agent.pk)


def _press(ground: Ground, consoles: Consoles, into: Samples, *, browsers: int) -> None:
    lead = ground.leads.pop()
    began = time.perf_counter()
    _ask(ground, ground.isa, reverse("handoff:request-transfer", args=[lead.pk]), method="POST")
    heard = consoles.wait_for("ring", times=browsers)
    transfer = LiveTransfer.objects.get(lead=lead)
    into.pressed += [each.at - began for each in heard]
    cancel(transfer=transfer, actor=ground.isa.member, at=timezone.now())
    _settle()


def _settle() -> None:
    until = time.monotonic() + PATIENCE
    while Delivery.objects.filter(state=State.WAITING, due_at__lte=timezone.now()).exists():
        if time.monotonic() > until:
            raise RuntimeError("Something owed was not done.")
        time.sleep(0.01)


def _pages(ground: Ground) -> list[tuple[str, Browser, str]]:
    agent = ground.browsers[0]
    return [
        ("lead list", ground.isa, reverse("leads:list")),
        ("today", ground.isa, reverse("handoff:day")),
        ("lead page", ground.isa, reverse("leads:lead", args=[ground.leads[0].pk])),
        ("an agent's day", agent, reverse("handoff:day")),
    ]


def _view(ground: Ground, pages: Sequence[tuple[str, Browser, str]], into: Samples) -> None:
    for _ in range(VIEWS):
        for name, browser, url in pages:
            began = time.perf_counter()
            _ask(ground, browser, url)
            into.pages[name].append(time.perf_counter() - began)


def _ask(ground: Ground, browser: Browser, path: str, *, method: str = "GET") -> None:
    address = urlsplit(ground.url)
    headers = {"Cookie": f"{browser.cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
    with closing(http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE)) as line:
        line.request(method, path, headers=headers)
        answer = line.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:500]!r}")


class Bell:
    """The bare pub-sub that the event process hears by: PostgreSQL's NOTIFY and LISTEN, on two connections."""

    def __init__(self) -> None:
        params = connection.get_connection_params()
        params.pop("cursor_factory", None)
        self._says, self._hears = (psycopg2.connect(**params) for _ in range(2))
        for line in (self._says, self._hears):
            line.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with self._hears.cursor() as cursor:
            cursor.execute("LISTEN bench")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._says.close()
        self._hears.close()

    def round_trip(self) -> float:
        """Ring, and return the seconds until it was heard."""
        began = time.perf_counter()
        with self._says.cursor() as cursor:
            cursor.execute("NOTIFY bench, '1-1'")
        while not self._hears.notifies:
            if not any(select.select([self._hears], [], [], PATIENCE)):
                raise RuntimeError("The bell was not heard.")
            self._hears.poll()
        self._hears.notifies.clear()
        return time.perf_counter() - began
