"""From a stage change to Slack and to both mailboxes: how long, and how many a second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.utils import timezone

from bench.figures import Row, at_least, at_most, milliseconds, percentile
from bench.queue import QueueLimit
from handoff import booking, slots
from handoff.models import Handoff, OwnerChange
from handoff.models.appointments import How
from leads.models import Lead
from leads.states import Via
from leads.tests.factories import ready_lead
from notifications.models import Delivery
from notifications.promises.owed import State
from notifications.tests.peers.mail import SmtpPeer
from notifications.tests.peers.slack import SlackPeer
from teams.models import Membership, Team

ONE_BY_ONE, AT_ONCE = 60, 150
WARM_UP = 10
PATIENCE = 120.0  # seconds
SLACK_GOAL, MAIL_GOAL, RATE_GOAL = 5, 7, 0.06


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the handoffs of the bench take place, and the neighbours that receive them."""

    team: Team
    isa: Membership
    agents: list[Membership]
    smtp: SmtpPeer
    slack: SlackPeer


def measure_handoffs(ground: Ground, queue: QueueLimit) -> Iterator[Row]:
    """Measure with worker and sweep running, beside the queue's own limit."""
    prepared = _prepare(ground, ONE_BY_ONE + AT_ONCE)
    delays = [_one(ground, *each) for each in islice(prepared, ONE_BY_ONE)][WARM_UP:]
    limit = f"{milliseconds(queue.delay_p95)} no-op task, p95"
    for name, column, goal in (("Slack has it", 0, SLACK_GOAL), ("both mails are there", 1, MAIL_GOAL)):
        p95 = percentile([delay[column] for delay in delays], 95)
        p50 = percentile([delay[column] for delay in delays], 50)
        yield at_most(
            f"stage change -> {name}, p95",
            figure=f"{milliseconds(p95)} (p50 {milliseconds(p50)})",
            limit=limit,
            ratio=p95 / queue.delay_p95,
            goal=goal,
        )
    per_second = _many(ground, list(prepared))
    yield at_least(
        "handoffs a second, to the last receipt",
        figure=f"{per_second:.1f}/s",
        limit=f"{queue.per_second:.0f}/s no-op tasks",
        ratio=per_second / queue.per_second,
        goal=RATE_GOAL,
    )


def _prepare(ground: Ground, number: int) -> Iterator[tuple[Lead, Membership, datetime]]:
    """Return leads with a free time each, made before any clock starts."""
    at = timezone.now()
    leads = [ready_lead(ground.team, ground.isa, at=at) for _ in range(number)]
    free = slots.free_slots(
        lead=leads[0], team=ground.team, start=at, end=at + timedelta(days=14), minutes=30, at=at, agents=ground.agents
    )
    taken: dict[int, datetime] = {}
    times = []
    for slot in free:
        if slot.starts_at - taken.get(slot.agent.pk, at - timedelta(days=1)) >= timedelta(hours=2):
            taken[slot.agent.pk] = slot.starts_at
            times.append((slot.agent, slot.starts_at))
    if len(times) < number:
        raise RuntimeError(f"Only {len(times)} free times for {number} handoffs.")
    return iter([(lead, agent, starts_at) for lead, (agent, starts_at) in zip(leads, times, strict=False)])


def _book(ground: Ground, lead: Lead, agent: Membership, starts_at: datetime) -> Handoff:
    return booking.book(
        lead=lead,
        agent=agent,
        starts_at=starts_at,
        minutes=30,
        how=How.CALL,
        place="",
        setter=ground.isa,
        via=Via.API,
        at=timezone.now(),
    )


def _one(ground: Ground, lead: Lead, agent: Membership, starts_at: datetime) -> tuple[float, float]:
    """Hand one lead off, and return the seconds until Slack has it and until both mails are there."""
    posts, mails = len(ground.slack.posts), len(ground.smtp.messages)
    slack_took = 0.0
    began = time.monotonic()
    _book(ground, lead, agent, starts_at)
    while len(ground.smtp.messages) < mails + 2 or not slack_took:
        if not slack_took and len(ground.slack.posts) > posts:
            slack_took = time.monotonic() - began
        if time.monotonic() - began > PATIENCE:
            raise RuntimeError("A handoff was not delivered.")
        time.sleep(0.0002)
    mails_took = time.monotonic() - began
    _wait_for_receipts()
    return slack_took, mails_took


def _many(ground: Ground, prepared: list[tuple[Lead, Membership, datetime]]) -> float:
    """Hand all of these off as fast as this process can, and return how many a second were wholly done."""
    began = time.monotonic()
    for each in prepared:
        _book(ground, *each)
    _wait_for_receipts()
    return len(prepared) / (time.monotonic() - began)


def _wait_for_receipts() -> None:
    until = time.monotonic() + PATIENCE
    while any(model.objects.filter(state=State.WAITING).exists() for model in (Delivery, OwnerChange)):
        if time.monotonic() > until:
            raise RuntimeError("Something owed was not done.")
        time.sleep(0.005)
