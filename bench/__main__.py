"""``run.py bench [GROUP ...]``: print figures beside their limits. Exits with 1 when a goal was missed."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import django

django.setup()

from bench.audit import measure_audit  # noqa: E402 - the apps must be ready first
from bench.figures import Row, table  # noqa: E402
from bench.handoffs import Ground, measure_handoffs  # noqa: E402
from bench.pages import measure_pages  # noqa: E402
from bench.push import make_ground, measure_push  # noqa: E402
from bench.queue import measure_queue  # noqa: E402
from bench.searching import measure_search  # noqa: E402
from bench.size import MANY, measure_size  # noqa: E402
from bench.slots import measure_slots  # noqa: E402
from bench.timers import SEED, measure_timers  # noqa: E402
from bench.transfers import measure_transfers  # noqa: E402
from config.tests.fleet import Fleet  # noqa: E402
from notifications.tests.peers.mail import a_mail_server  # noqa: E402
from notifications.tests.peers.slack import a_slack  # noqa: E402
from teams.tests import factories as people  # noqa: E402

AGENTS = 12
FEW = 200  # appointments, and transfers, where nobody says how many


def handoffs() -> list[Row]:
    """Measure the way of a handoff with a worker and a sweep beside us."""
    with a_mail_server() as smtp, a_slack() as slack, tempfile.TemporaryDirectory() as logs:
        team = people.TeamFactory.create(name="Bench Realty")
        team.slack.token, team.slack.channel = "xoxb-invented", "C0BENCH"
        team.slack.save()
        agents = [people.agent(team, hours="00:00-23:59 mon-sun") for _ in range(AGENTS)]
        ground = Ground(team, people.isa(team), agents, smtp, slack)
        addresses = {
            "EMAIL_URL": f"smtp://{smtp.host}:{smtp.port}",
            "SLACK_API_URL": slack.api_url,
            "ALLOW_PRIVATE_OUTBOUND": "True",
        }
        with Fleet(logs=Path(logs), env=os.environ | addresses, app="bench.noop") as fleet:
            fleet.start("worker", "sweep")
            queue = measure_queue()
            return list(measure_handoffs(ground, queue))


def pushing() -> list[Row]:
    """Measure rings at open consoles, with everything running."""
    with a_mail_server() as smtp, tempfile.TemporaryDirectory() as logs:
        ours = {name: os.environ[name] for name in ("SECRET_KEY", "SALT_KEY", "DATABASE_URL", "REDIS_URL")}
        mail = {"EMAIL_URL": f"smtp://{smtp.host}:{smtp.port}", "ALLOW_PRIVATE_OUTBOUND": "True"}
        with Fleet(logs=Path(logs), env=ours | mail) as fleet:
            fleet.start("web", "worker", "sweep", "events")
            return list(measure_push(make_ground(fleet.url, fleet.events_url)))


def pages() -> Iterator[Row]:
    """Measure the pages of an ISA with few leads and with many."""
    return measure_pages(people.isa(people.TeamFactory.create()))


def search() -> Iterator[Row]:
    """Measure finding a lead among many of one team."""
    return measure_search(people.isa(people.TeamFactory.create()))


#: In the order in which they are measured; last those that leave a hundred thousand leads behind.
GROUPS: dict[str, Callable[[], Iterable[Row]]] = {
    "handoffs": handoffs,
    "push": pushing,
    "audit": measure_audit,
    "slots": measure_slots,
    "timers": partial(measure_timers, FEW),
    "transfers": partial(measure_transfers, FEW),
    "pages": pages,
    "search": search,
    "size": measure_size,
}


def main(arguments: list[str]) -> int:
    """Measure the groups that were asked for; all of them without an argument."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--appointments", type=int, default=FEW, help="how many travel through time (timers)")
    parser.add_argument("--seed", type=int, default=SEED, help="what their people do (timers)")
    parser.add_argument("--transfers", type=int, default=FEW, help="how many, likewise (transfers)")
    parser.add_argument("--handoffs", type=int, default=MANY, help="of the larger of two teams (size)")
    given = parser.parse_args(arguments)
    wanted, GROUPS["timers"] = given.groups, partial(measure_timers, given.appointments, seed=given.seed)
    GROUPS["transfers"] = partial(measure_transfers, given.transfers)
    GROUPS["size"] = partial(measure_size, given.handoffs)
    if unknown := set(wanted) - set(GROUPS):
        sys.exit(f"There is no {', '.join(sorted(unknown))} to measure; there is {', '.join(GROUPS)}.")
    logging.disable(logging.INFO)  # the neighbours tell of every connection
    began = time.monotonic()
    rows = []
    for row in (row for name, measure in GROUPS.items() if not wanted or name in wanted for row in measure()):
        print(f"{time.monotonic() - began:.0f} s  {row.what}: {row.ratio:.3g}", file=sys.stderr, flush=True)
        rows.append(row)
    print(table(rows))
    print(f"\n{len(rows)} rows in {time.monotonic() - began:.0f} s; ratios compare figures of this run only.")
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
