"""Live transfers taken through their timers: each step once, in time, none after the end."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator

from bench.figures import Row, at_most, percentile
from config.tests.travelling.calls import Calls, broken_rules, late_by_kind
from config.tests.travelling.judging import MOST_LATE
from handoff.models import LiveTransfer
from leads.tests.factories import NOW

SEED, DESKS, EXAMPLES = 2026, 25, 5


def measure_transfers(transfers: int) -> Iterator[Row]:
    """Travel with so many transfers, and hold what happened against the rules."""
    began = time.monotonic()
    calls = Calls(random.Random(SEED), NOW)
    calls.plan(transfers, desks=DESKS)
    calls.go()
    broken, late = broken_rules(calls), late_by_kind(calls)
    _tell(calls, broken, late, took=time.monotonic() - began)
    for rule, examples in broken.items():
        yield at_most(
            f"transfers: {rule}",
            figure=f"{len(examples)} broke it",
            limit=f"{transfers} transfers, {len(calls.fired)} steps",
            ratio=len(examples),
            goal=0,
        )
    latest = max((each for kind in late.values() for each in kind), default=0.0)
    yield at_most(
        "transfers: the latest step",
        figure=f"{latest:.2f} s",
        limit=f"{MOST_LATE.total_seconds():.0f} s",
        ratio=latest / MOST_LATE.total_seconds(),
        goal=1,
    )


def _tell(calls: Calls, broken: dict[str, list[str]], late: dict[str, list[float]], *, took: float) -> None:
    """Print what the rows cannot hold: how they ended, each kind of step, and examples of what broke a rule."""
    ends = Counter(LiveTransfer.objects.values_list("status", flat=True))
    print(f"{calls.done['request']} transfers in {took:.0f} s: " + ", ".join(f"{n} {how}" for how, n in ends.items()))
    print("People: " + ", ".join(f"{number} {deed}" for deed, number in sorted(calls.done.items())) + ".")
    print(f"{'kind':24} {'ran':>8} {'p50 late':>10} {'p95':>8} {'max':>8}   (s)")
    for kind, each in sorted(late.items()):
        p50, p95 = percentile(each, 50), percentile(each, 95)
        print(f"{kind:24} {len(each):8} {p50:10.3f} {p95:8.3f} {max(each):8.3f}")
    for rule, examples in broken.items():
        for example in examples[:EXAMPLES]:
            print(f"BROKEN, {rule}: {example}")
