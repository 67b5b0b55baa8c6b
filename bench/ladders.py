"""Ladders climbed while all that climbs them is killed: how late each rung rings, and whether anybody twice."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from django.utils import timezone

from bench.figures import percentile
from bench.killing import Killer
from config.tests.fleet import Fleet
from config.tests.ladders import Desk, make_desk, rung_twice, rungs_of, seconds_late, still_rings
from config.tests.world import wait_for
from handoff.models import LiveTransfer
from notifications.tests.peers.mail import SmtpPeer, a_mail_server

LADDERS, AGENTS = 12, 3
SECONDS = 10  # of a rung, the shortest that a team can choose
APART = 3.0  # seconds between two requests
LATE = 10.0  # seconds after its time by which a rung rings, whoever is killed
PARTS = ("worker", "sweep", "redis", "events")


def kill_while_they_ring() -> bool:
    """Run it, and say what came of it."""
    chance = random.Random(5)
    desks = [make_desk(agents=AGENTS, seconds=SECONDS) for _ in range(LADDERS)]
    transfers: list[LiveTransfer] = []
    with a_mail_server() as smtp, tempfile.TemporaryDirectory() as logs:
        addresses = {"EMAIL_URL": f"smtp://{smtp.host}:{smtp.port}", "ALLOW_PRIVATE_OUTBOUND": "True"}
        with Fleet(logs=Path(logs), env=os.environ | addresses) as fleet:
            fleet.start("redis", "worker", "sweep", "events")
            killer = Killer(fleet, PARTS)
            killer.while_doing(lambda: _ring(desks, transfers), chance=chance)
        return _tell(transfers, smtp, killer)


def _ring(desks: Sequence[Desk], transfers: list[LiveTransfer]) -> None:
    """Have every desk request a transfer that nobody takes, and see each to its end."""
    for desk in desks:
        transfers.append(desk.request(at=timezone.now()))
        time.sleep(APART)
    most = (AGENTS + 1) * (SECONDS + LATE) + LATE
    wait_for(lambda: not any(map(still_rings, transfers)), seconds=most, what="the end of every ring", pause=0.5)
    connection.close()


def _tell(transfers: Sequence[LiveTransfer], smtp: SmtpPeer, killer: Killer) -> bool:
    """Print what was counted, and return whether it is as promised."""
    late = [each for transfer in transfers for each in seconds_late(transfer)]
    twice = [each for transfer in transfers for each in rung_twice(transfer, smtp)]
    whole = [*([1] * AGENTS), AGENTS]
    climbed = sum([len(agents) for agents in rungs_of(transfer)] == whole for transfer in transfers)
    rings = sum(transfer.rings.count() for transfer in transfers)
    print(
        f"{len(transfers)} ladders under {sum(killer.kills.values())} kills {dict(killer.kills)}: "
        f"{climbed} climbed to the end, {len(late)} rungs began {percentile(late, 50):.2f} s (p50), "
        f"{percentile(late, 95):.2f} s (p95), {max(late):.2f} s (most) after their time; of {rings} rings "
        f"{len(twice)} were told twice, and {len({str(mail['Message-ID']) for mail in smtp.messages})} came by mail "
        f"before they were over.",
        flush=True,
    )
    return climbed == LADDERS and not twice and max(late) <= LATE
