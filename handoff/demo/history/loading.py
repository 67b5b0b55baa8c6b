"""Making a history: clients in the order in which they came, batch by batch, and what is under way at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, repeat
from random import Random
from typing import Final

from django.conf import settings
from django.db import transaction
from django.templatetags.static import static

from handoff.aims.baseline import count_cold
from handoff.demo.history import chances, economy, people
from handoff.demo.history.calendars import Calendars
from handoff.demo.history.clients import client, said
from handoff.demo.history.copying import copying, one_at_a_time
from handoff.demo.history.handing import write_collaborators, write_pass
from handoff.demo.history.lives import Life, cold, live
from handoff.demo.history.onward import write_recoveries
from handoff.demo.history.passes import World
from handoff.demo.history.rows import Book, Keys, Way, begin, finish
from handoff.demo.history.seasons import moments
from handoff.demo.history.transfers import write_transfer
from handoff.demo.history.under_way import leave_under_way
from handoff.numbers.recounting import count_anew
from handoff.states import Method
from teams.models import Team
from teams.zones import zone

#: Clients whose rows are made before they are written: some megabytes.
BATCH: Final = 4_000
#: Up to this size everything is told of each lead (``Book.tells``).
MOST_TOLD: Final = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for, and by how many people. ``since <= day < until`` are days of the team.

    The same plan gives the same history.
    """

    name: str
    slug: str
    handoffs: int
    isas: int
    agents: int
    seed: int
    since: date
    until: date


@transaction.atomic
def load(plan: Plan, *, passwords: Callable[[int], list[str]], progress: Callable[[int], None]) -> people.Cast:
    """Make the team and its history: all of it or nothing. ``progress`` hears how many handoffs are written so far.

    ``passwords`` are asked for by the number of people. Raises IntegrityError where the team exists already.
    """
    one_at_a_time()
    chance = Random(plan.seed)  # noqa: S311 - invented history, not a secret
    cast = people.gather(
        name=plan.name,
        slug=plan.slug,
        isas=plan.isas,
        agents=plan.agents,
        passwords=passwords(1 + plan.isas + plan.agents),
        since=_midnight(plan.since),
        chance=chance,
    )
    until = _midnight(plan.until)
    world = World(cast, until, chance, Calendars(people.ZONE))
    keys = Keys(leads=2 * plan.handoffs + 1, handoffs=plan.handoffs)
    call_url = settings.BASE_URL + static("demo/call.mp3")
    book = Book(cast, keys_=keys, call_url=call_url, tells=plan.handoffs <= MOST_TOLD)
    if book.tells:
        economy.plan_pay(cast, until=until)
    going: list[int] = []
    with copying(book.sheets.all()) as copier:
        written = 0
        for number, life in enumerate(lives(plan, world), 1):
            going += write(life, book, until=until)
            written += len(life.passes)
            if number % BATCH == 0:
                copier.write()
                progress(written)
                world.calendars.forget(life.client.created_at)
        copier.write()
        progress(written)
    said.cache_clear()  # its team may be rolled back
    leave_under_way(cast.team, going=going, at=until)
    take_stock(cast.team)
    economy.spend(cast)
    economy.aim(cast, handoffs=plan.handoffs, days=(plan.until - plan.since).days, until=until)
    if book.tells:
        economy.pay(cast, until=until)
    return cast


def take_stock(team: Team) -> None:
    """Bring up to date what is kept of a team's leads and handoffs besides their rows: at once, not note by note."""
    count_anew(team.pk)
    count_cold(team)


def lives(plan: Plan, world: World) -> Iterator[Life]:
    """Yield clients until there are as many handoffs as were asked for.

    There are more clients: a quarter is never handed off, some are twice. Which are not is up to chance; it rises and
    falls with what is left of both, so that handoffs are neither done before the last days nor all made up in them.
    """
    chance, last = world.chance, world.until - timedelta(hours=12)
    leads = round(plan.handoffs * chances.LEADS)
    came = moments(leads, since=plan.since, until=plan.until, zone_name=people.ZONE, chance=chance)
    handed = 0
    for number, at in enumerate(chain(came, repeat(last))):
        if number >= leads and handed >= plan.handoffs:
            return
        lead = client(number, cast=world.cast, at=at, chance=chance)
        left = plan.handoffs - handed
        share = 1 - left / chances.EACH / (leads - number) if number < leads else 0
        life = live(lead, world, most=left) if left and chance.random() >= share else cold(lead, world)
        handed += len(life.passes)
        yield life


def write(life: Life, book: Book, *, until: datetime) -> list[int]:
    """Write one client's rows. Return the handoffs after which somebody still tries to bring them back."""
    way = begin(life, book)
    going: list[int] = []
    if life.passes:
        if life.in_vain:
            _write_in_vain(life, way)
        handoffs = [write_pass(each, way, until=until) for each in life.passes]
        write_collaborators(life.passes, way)
        going = write_recoveries(life, handoffs, way, until=until)
    finish(life, way)
    return going


def _write_in_vain(life: Life, way: Way) -> None:
    assert life.in_vain is not None  # noqa: S101 - whoever calls has looked
    facts = way.book.frozen.facts(
        life.client, lead=way.lead, method=Method.LIVE, at=life.in_vain.requested_at, agent=None
    )
    write_transfer(life.in_vain, way, key=next(way.book.keys.transfers), facts=facts)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), zone(people.ZONE))
