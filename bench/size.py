"""A team with very many handoffs beside one with few: pages, changes, the dashboard, and what a web process holds."""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.crowd import add_leads
from bench.figures import Row, at_most, milliseconds, percentile
from config.tests.fleet import Fleet
from handoff.models import Handoff
from handoff.models.numbers import MEASURES
from handoff.numbers.asking import Question
from handoff.numbers.days import last_weeks
from handoff.numbers.queries import numbers_for
from leads.models import Lead
from leads.states import Stage
from teams.models import Membership, Role, Team

FEW, MANY = 10_000, 100_000  # of two teams; a million takes a quarter of an hour to make
SEED = 7
ISAS, AGENTS = 20, 100  # of each team: what grows is what they have done, not how many they are
IN_TURNS = 120  # what a page of each team takes: of forty, two slow ones would be the p95
ROUNDS, BARE = 40, 3
FRESH = 700  # leads besides; one in five is new, and one is taken each time
REQUESTS = 10_000
BROWSERS = 16  # two processes of eight threads: all are warm before the first look, and at work until the second
WEEKS = 156  # three years
GROWTH_GOAL, DASHBOARD_GOAL, MEMORY_GOAL = 1.3, 0.1, 1.05
PANELS = "(), (method), (isa_id), (agent_id), (source), (area), (date_trunc('week', set_on))"


@dataclass(slots=True)
class Ground:
    """One team, and those of it who look at pages."""

    team: Team
    lead: Client
    isa: Client
    agent: Client
    agents_handoff: Handoff
    a_lead: Lead
    free: Iterator[int]
    phones: Iterator[int] = field(default_factory=lambda: count(2_000_000))


def measure_size(handoffs: int = MANY) -> Iterator[Row]:
    """Make both teams, then measure them in turns."""
    for slug, number in (("few", FEW), ("many", handoffs)):
        people = {"isas": ISAS, "agents": AGENTS}
        call_command("demo", handoffs=number, seed=SEED, team=slug, anyway=True, stdout=io.StringIO(), **people)
    few, many = _ground("few"), _ground("many")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    yield from _growth(few, many, handoffs)
    yield from _dashboard(many, handoffs)
    yield from _memory(many)


def _ground(slug: str) -> Ground:
    team = Team.objects.get(slug=slug)
    people = {role: Membership.objects.filter(team=team, role=role).order_by("pk").first() for role in Role}
    agent = people[Role.AGENT]
    newest = Handoff.objects.filter(agent=agent).order_by("-opened_at").first()
    isa = people[Role.ISA]
    assert isa
    add_leads(isa, first=1, last=FRESH)
    free = Lead.objects.filter(team=team, stage=Stage.NEW, isa=isa).values_list("pk", flat=True)
    assert newest
    return Ground(
        team,
        _signed_in(people[Role.LEAD]),
        _signed_in(isa),
        _signed_in(agent),
        newest,
        newest.lead,
        iter(list(free)),
    )


def _signed_in(member: Membership | None) -> Client:
    assert member
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(member.user)
    return client


#: What people do, each with who does it.
DONE: dict[str, Callable[[Ground], object]] = {
    "dashboard": lambda on: _get(on.lead, reverse("handoff:numbers")),
    "dashboard, an agent's": lambda on: _get(on.agent, reverse("handoff:numbers")),
    "board": lambda on: _get(on.lead, reverse("handoff:baton")),
    "lead list": lambda on: _get(on.isa, reverse("leads:list")),
    "lead page": lambda on: _get(on.isa, reverse("leads:lead", args=[on.a_lead.pk])),
    "brief": lambda on: _get(on.agent, reverse("handoff:brief", args=[on.agents_handoff.pk])),
    "create": lambda on: _post(
        on.isa, reverse("leads:add"), {"first_name": "Sample", "phone": f"+1512{5_000_000 + next(on.phones)}"}
    ),
    "stage change": lambda on: _post(on.isa, reverse("leads:stage", args=[next(on.free)]), {"to": "contacting"}),
}


def _growth(few: Ground, many: Ground, handoffs: int) -> Iterator[Row]:
    for name, do in DONE.items():
        queries = [_queries(do, ground) for ground in (few, many)]
        took: tuple[list[float], list[float]] = ([], [])
        for _ in range(IN_TURNS):
            for ground, samples in zip((few, many), took, strict=True):
                began = time.perf_counter()
                do(ground)
                samples.append(time.perf_counter() - began)
        before, after = (percentile(samples[3:], 95) for samples in took)
        yield at_most(
            f"{name}, p95 at {handoffs:,} handoffs / at {FEW:,}",
            figure=f"{milliseconds(after)}, {queries[1]} queries",
            limit=f"{milliseconds(before)}, {queries[0]} queries",
            ratio=after / before,
            goal=GROWTH_GOAL,
        )


def _queries(do: Callable[[Ground], object], ground: Ground) -> int:
    with CaptureQueriesContext(connection) as asked:
        do(ground)
    return len(asked)


def _dashboard(ground: Ground, handoffs: int) -> Iterator[Row]:
    """Measure the page of three years under each filter beside the query that adds up the rows, for the same days."""
    since, until = last_weeks(ground.team, WEEKS, at=timezone.now())
    bare = min(_bare(ground, Question(ground.team.pk, since, until)) for _ in range(BARE))
    for name, address in _choices(ground).items():
        samples = [_timed(partial(_get, ground.lead, address)) for _ in range(ROUNDS)]
        took = percentile(samples[3:], 50)
        yield at_most(
            f"dashboard of three years, {name}, at {handoffs:,} / bare grouping sets",
            figure=milliseconds(took),
            limit=milliseconds(bare),
            ratio=took / bare,
            goal=DASHBOARD_GOAL,
        )


def _choices(ground: Ground) -> dict[str, str]:
    since, until = last_weeks(ground.team, WEEKS, at=timezone.now())
    found = numbers_for(Question(ground.team.pk, since, until), at=timezone.now())
    by = {"isa": found.by_isa, "agent": found.by_agent, "source": found.by_source, "area": found.by_area}
    first = {name: rows[0].key or "-" for name, rows in by.items()}
    wanted: dict[str, dict[str, str]] = {
        "no filter": {},
        "by the day held": {"by": "held"},
        "one method": {"method": "live"},
        **{f"one {name}": {name: key} for name, key in first.items()},
        "ISA and source": {"isa": first["isa"], "source": first["source"]},
        "source and area": {"source": first["source"], "area": first["area"]},
        "odd days": {"since": f"{since.replace(day=11):%Y-%m-%d}", "until": f"{until:%Y-%m-%d}"},
    }
    weeks = {"since": since.isoformat(), "until": until.isoformat()}
    return {name: f"{reverse('handoff:numbers')}?{urlencode({**weeks, **query})}" for name, query in wanted.items()}


def _bare(ground: Ground, question: Question) -> float:
    sums = ", ".join(f"sum({name})" for name in MEASURES)
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(
            f"""
            SELECT {sums}, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY connect_seconds)
            FROM handoff_course WHERE team_id = %s AND set_on >= %s AND set_on < %s GROUP BY GROUPING SETS ({PANELS})
            """,  # noqa: S608 - names of ours
            [ground.team.pk, question.since, question.until],
        )
        cursor.fetchall()
        return time.perf_counter() - began


def _memory(ground: Ground) -> Iterator[Row]:
    """Measure what the web process holds, after it has warmed up and after ten thousand pages more."""
    pages = [
        reverse("handoff:numbers"),
        *_choices(ground).values(),
        reverse("handoff:baton"),
        reverse("leads:list"),
        reverse("leads:lead", args=[ground.a_lead.pk]),
    ]
    ours = {name: os.environ[name] for name in ("SECRET_KEY", "SALT_KEY", "DATABASE_URL", "REDIS_URL")}
    with tempfile.TemporaryDirectory() as logs, Fleet(logs=Path(logs), env=ours) as fleet:
        fleet.start("web")
        process = fleet.running["web"].process.pid
        cookie = f"sessionid={ground.lead.cookies['sessionid'].value}"
        before, after = (_held_after(times, fleet, cookie, pages, process) for times in (REQUESTS // 10, REQUESTS))
    yield at_most(
        f"memory of the web processes after {REQUESTS:,} pages / after {REQUESTS // 10:,}",
        figure=f"{after / 1024:.0f} MB",
        limit=f"{before / 1024:.0f} MB",
        ratio=after / before,
        goal=MEMORY_GOAL,
    )


def _held_after(times: int, fleet: Fleet, cookie: str, pages: list[str], process: int) -> int:
    """Ask for so many pages, several at a time."""
    with ThreadPoolExecutor(BROWSERS) as browsers:
        for asking in [browsers.submit(_ask, fleet.url, cookie, pages, times // BROWSERS) for _ in range(BROWSERS)]:
            asking.result()
    return _held(process)


def _ask(url: str, cookie: str, pages: list[str], times: int) -> None:
    """Each over a connection of its own: one that is kept would tie the browser to one of the web's processes."""
    host = urlsplit(url).netloc
    for number in range(times):
        with closing(HTTPConnection(host)) as web:
            web.request("GET", quote(pages[number % len(pages)], safe="/?&=-%+"), headers={"Cookie": cookie})
            answer = web.getresponse()
            answer.read()
            assert answer.status == 200, (answer.status, pages[number % len(pages)])


def _held(pid: int) -> int:
    """Return the resident memory of a process and of those it started, in KB."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    status = Path(f"/proc/{pid}/status").read_text()
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return own + sum(_held(int(child)) for child in children)


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _get(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)


def _post(client: Client, url: str, said: dict[str, str]) -> None:
    answer = client.post(url, said)
    assert answer.status_code in {200, 302}, (url, answer.status_code, answer.content[:300])
