"""``run.py storm [PART ...]``: processes are killed while they work, and crowds press at the same moment.

Nothing may be lost, what is sent twice must be the very same message, and each race has one winner of whom the losers
hear. Exits with 1 otherwise.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402 - the apps must be ready first

from bench.figures import milliseconds, percentile  # noqa: E402
from bench.killing import Killer  # noqa: E402
from bench.ladders import kill_while_they_ring  # noqa: E402
from config.tests.fleet import Fleet  # noqa: E402
from config.tests.world import World, make_world, wait_for  # noqa: E402
from handoff import booking  # noqa: E402
from handoff.models import Handoff, OwnerChange, Ring  # noqa: E402
from handoff.models.appointments import How  # noqa: E402
from handoff.slots import free_slots  # noqa: E402
from handoff.states import RingStatus  # noqa: E402
from handoff.tests.crowds import book_in_rounds, overlapping_appointments  # noqa: E402
from handoff.tests.live.crowds import rush_of_agents  # noqa: E402
from leads.states import Via  # noqa: E402
from notifications.models import Delivery  # noqa: E402
from notifications.promises.claims import LEASE  # noqa: E402
from notifications.promises.owed import State  # noqa: E402
from notifications.tests.peers.mail import SmtpPeer, a_mail_server  # noqa: E402
from notifications.tests.peers.slack import a_slack  # noqa: E402

HANDOFFS = 80
PACE = 0.4  # seconds between handoffs
FORTNIGHT = timedelta(days=13)
ROUNDS, PEOPLE = 200, 64
TELL_EVERY = 50  # rounds
TOLD_WITHIN = 1.0  # seconds after which 95 of 100 losers know who took the client
CALM_DOWN = LEASE.total_seconds() + 60  # what was claimed by the dead waits for its lease


def pass_leads_on(world: World) -> None:
    """Hand lead after lead off, as a busy team would."""
    for _ in range(HANDOFFS):
        lead, at = world.ready_lead(), timezone.now()
        slot = free_slots(lead=lead, team=world.team, start=at, end=at + FORTNIGHT, minutes=30, at=at)[0]
        booking.book(
            lead=lead,
            agent=slot.agent,
            starts_at=slot.starts_at,
            minutes=30,
            how=How.CALL,
            place="",
            setter=world.isa,
            via=Via.API,
            at=at,
        )
        time.sleep(PACE)


def kill_while_they_work() -> bool:
    """Run the storm, and say what came of it."""
    chance = random.Random(11)
    with a_mail_server() as smtp, a_slack() as slack, tempfile.TemporaryDirectory() as logs:
        world = make_world()
        addresses = {
            "EMAIL_URL": f"smtp://{smtp.host}:{smtp.port}",
            "SLACK_API_URL": slack.api_url,
            "ALLOW_PRIVATE_OUTBOUND": "True",
        }
        with Fleet(logs=Path(logs), env=os.environ | addresses) as fleet:
            fleet.start("worker", "sweep")
            killer = Killer(fleet, ("worker", "sweep"))
            killer.while_doing(lambda: pass_leads_on(world), chance=chance)
            took = wait_for(_nothing_waits, seconds=CALM_DOWN, what="the end of all that is owed")
        return _tell(smtp, len(slack.posts), killer, took)


def _nothing_waits() -> bool:
    return not any(model.objects.filter(state=State.WAITING).exists() for model in (Delivery, OwnerChange))


def _tell(smtp: SmtpPeer, posts: int, killer: Killer, took: float) -> bool:
    """Print what was counted, and return whether it is as promised."""
    handoffs = Handoff.objects.count()
    owed = Delivery.objects.count() + OwnerChange.objects.count()
    undone = sum(model.objects.exclude(state=State.DONE).count() for model in (Delivery, OwnerChange))
    by_id = Counter(str(mail["Message-ID"]) for mail in smtp.messages)
    different = sum(len(set(_same(smtp, message_id))) > 1 for message_id, times in by_id.items() if times > 1)
    lost = 2 * handoffs - len(by_id)
    again = sum(by_id.values()) - len(by_id)
    print(
        f"{handoffs} handoffs under {sum(killer.kills.values())} kills {dict(killer.kills)}: {owed} promises, "
        f"{undone} not kept, {lost} mails lost, {again} sent again ({different} of them not the same), "
        f"{posts} Slack posts. Quiet {took:.0f} s after the last handoff."
    )
    return handoffs == HANDOFFS and not undone and not lost and not different and posts >= handoffs


def _same(smtp: SmtpPeer, message_id: str) -> list[Any]:
    """Return the invites of all copies of a mail, which must be the same bytes."""
    copies = [mail for mail in smtp.messages if mail["Message-ID"] == message_id]
    return [
        part.get_payload(decode=True) for mail in copies for part in mail.walk() if part.get_filename() == "invite.ics"
    ]


def _counted(what: str) -> Iterator[int]:
    """Number the rounds of a race, and say now and then how far it is."""
    began = time.monotonic()
    for done in range(ROUNDS):
        if done and not done % TELL_EVERY:
            print(f"  {what}: {done} of {ROUNDS} rounds, {time.monotonic() - began:.0f} s", flush=True)
        yield done


def race_for_one_calendar() -> bool:
    """Let many connections book overlapping times of one agent, round after round."""
    began = time.monotonic()
    answers = book_in_rounds(rounds=_counted("booking"), people=PEOPLE)
    overlaps = overlapping_appointments()
    print(
        f"{ROUNDS} rounds of {PEOPLE} connections: {dict(answers)}, {overlaps} overlapping appointments, "
        f"{time.monotonic() - began:.0f} s."
    )
    return answers == {"Handoff": ROUNDS, "SlotTaken": ROUNDS * (PEOPLE - 1)} and not overlaps


def race_for_one_client() -> bool:
    """Let as many agents accept one transfer at the same moment, round after round."""
    began = time.monotonic()
    rush = rush_of_agents(rounds=_counted("accepting"), people=PEOPLE)
    winners, losers = Ring.objects.filter(status=RingStatus.ACCEPTED).count(), ROUNDS * (PEOPLE - 1)
    p50, p95 = (percentile(rush.seconds, share) for share in (50, 95))
    deadlocks = rush.answers["OperationalError"]
    print(
        f"{ROUNDS} rounds of {PEOPLE} agents who accept one ring: {winners} winners, "
        f"{rush.told_who} of {losers} losers told who won, {milliseconds(p50)} (p50) and {milliseconds(p95)} (p95) "
        f"after the winner, {deadlocks} deadlocks, {dict(rush.answers)}, {time.monotonic() - began:.0f} s."
    )
    return winners == ROUNDS and rush.told_who == losers and p95 <= TOLD_WITHIN


PARTS: dict[str, Callable[[], bool]] = {
    "kills": kill_while_they_work,
    "ladders": kill_while_they_ring,
    "client": race_for_one_client,
    "calendar": race_for_one_calendar,
}


def main(arguments: list[str]) -> int:
    """Do the parts that were asked for; all of them without an argument."""
    parser = argparse.ArgumentParser(prog="run.py storm", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    wanted = parser.parse_args(arguments).parts
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"There is no {', '.join(sorted(unknown))} in the storm; there is {', '.join(PARTS)}.")
    logging.disable(logging.WARNING)
    as_promised = [part() for name, part in PARTS.items() if not wanted or name in wanted]
    return 0 if all(as_promised) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
