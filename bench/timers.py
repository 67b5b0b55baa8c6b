"""Appointments taken through their days by the real timers: each step once, in time, none after the end."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta

from django.test import override_settings

from bench.figures import Row, at_most, percentile
from config.tests.travelling.ground import make_ground
from config.tests.travelling.judging import MOST_LATE, Verdict, judge
from config.tests.travelling.people import Plan, plan_for
from config.tests.travelling.travel import Journey, Traveller
from leads.tests.factories import NOW
from notifications.tests.peers.mail import a_mail_server

SEED = 2026
OUTAGE_BEGINS, OUTAGE_LASTS = timedelta(days=4, hours=2), timedelta(hours=7)
EXAMPLES = 5


def measure_timers(appointments: int, *, seed: int = SEED) -> Iterator[Row]:
    """Travel with so many appointments, and hold what happened against the rules; the seed decides what people do."""
    chance = random.Random(seed)
    began = time.monotonic()
    with a_mail_server() as peer:
        mail = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
        with override_settings(**mail, EMAIL_HOST=peer.host, EMAIL_PORT=peer.port, DEMO_OUTBOX=False):
            ground = make_ground(appointments, begins=NOW)
            plan = plan_for(ground, chance)
            outage = (NOW + OUTAGE_BEGINS, NOW + OUTAGE_BEGINS + OUTAGE_LASTS)
            journey = Traveller(ground, plan, Journey(outage), chance).go(peer)
    verdict = judge(ground, journey)
    _tell(verdict, journey, plan, appointments, took=time.monotonic() - began)
    for rule, broken in verdict.broken.items():
        yield at_most(
            f"timers: {rule}",
            figure=f"{len(broken)} broke it",
            limit=f"{len(journey.fired)} steps, {sum(journey.mails.values())} mails",
            ratio=len(broken),
            goal=0,
        )
    latest = max((late for each in verdict.late.values() for late in each), default=0.0)
    yield at_most(
        "timers: the latest step",
        figure=f"{latest:.2f} s",
        limit=f"{MOST_LATE.total_seconds():.0f} s",
        ratio=latest / MOST_LATE.total_seconds(),
        goal=1,
    )


def _tell(verdict: Verdict, journey: Journey, plan: Plan, appointments: int, *, took: float) -> None:
    """Print what the rows cannot hold: each kind of step, what people did, and examples of what broke a rule."""
    print(f"{appointments} appointments, {journey.turns} turns of the sweep, {took:.0f} s.")
    print("People: " + ", ".join(f"{number} {deed}" for deed, number in sorted(plan.done.items())) + ".")
    print(f"{'kind':24} {'ran':>8} {'p50 late':>10} {'p95':>8} {'max':>8}   (s, outage apart)")
    ran: dict[str, int] = {}
    for each in journey.fired:
        ran[each.kind] = ran.get(each.kind, 0) + 1
    for kind, number in sorted(ran.items()):
        late = verdict.late.get(kind) or [0.0]
        p50, p95 = percentile(late, 50), percentile(late, 95)
        print(f"{kind:24} {number:8} {p50:10.2f} {p95:8.2f} {max(late):8.2f}")
    print(f"Of the handoffs' own steps {verdict.called_off.total()} of {verdict.set_of.total()} were called off.")
    print(f"Mails about one client: p50 {percentile(verdict.mails, 50):.0f}, most {verdict.mails[-1]}.")
    print(f"Outage of {OUTAGE_LASTS}: several steps of {verdict.held_up} handoffs fell due in it.")
    print(f"The turn after it sent {verdict.caught_up} mails.\n")
    for rule, broken in verdict.broken.items():
        for example in broken[:EXAMPLES]:
            print(f"BROKEN, {rule}: {example}")
