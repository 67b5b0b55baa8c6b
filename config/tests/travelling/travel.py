"""Time travel: tick by tick through the days with the sweep's own functions, an outage in the middle."""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial

from django.db.models import Min

from config.tests.travelling.ground import Ground
from config.tests.travelling.people import Plan
from handoff.models import Handoff
from notifications.models import Timer
from notifications.promises import timers
from notifications.promises.drains import drain_all
from notifications.promises.owed import Owed, State
from notifications.promises.registry import undertakings
from notifications.promises.sweeping import TICK
from notifications.tests.peers.mail import SmtpPeer

#: How a client is called (``ground.client_name``).
NAMED = re.compile(r"client\d{5}", re.IGNORECASE)
#: So long after the last appointment nothing is looked at any more.
AFTERWARDS = timedelta(days=30)
#: After so many turns whoever waits is told how far it is.
TURNS_TO_TELL = 1_000


@dataclass(frozen=True, slots=True)
class Fired:
    """One run of a timer's handler. ``by``: when the turn that ran it had ended, by the clock that also counts work."""

    key: str
    kind: str
    about: str
    due_at: datetime
    at: datetime
    by: datetime


@dataclass(slots=True)
class Journey:
    """What was seen on the way."""

    outage: tuple[datetime, datetime]
    fired: list[Fired] = field(default_factory=list)
    #: At the mail server: the same mail, by address and Message-ID.
    mails: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: What the first turn after the outage sent: the subjects, by address and the client whom they name.
    caught_up: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    #: All mails that name a client, by whom they went to.
    about_clients: Counter[tuple[str, str]] = field(default_factory=Counter)
    turns: int = 0
    ended_at: datetime | None = None

    def is_held_up(self, due_at: datetime) -> bool:
        """Whether a moment lies in the outage."""
        return self.outage[0] - timedelta(seconds=TICK) <= due_at <= self.outage[1]


@contextmanager
def noting_runs(noted: list[tuple[Timer, datetime]]) -> Iterator[None]:
    """Note every run of a timer's handler, whatever its kind, with the moment at which it was due."""
    handlers = timers._handlers
    kept = dict(handlers)

    def note(fire: timers.Fire, timer: Timer, *, at: datetime) -> None:
        noted.append((timer, timer.due_at))
        fire(timer, at=at)

    try:
        for kind, fire in kept.items():
            handlers[kind] = partial(note, fire)
        yield
    finally:
        handlers.update(kept)


@dataclass(slots=True)
class Traveller:
    """Goes from one moment at which something is due to the next; nothing is due at the ticks between them."""

    ground: Ground
    plan: Plan
    journey: Journey
    chance: random.Random
    _noted: list[tuple[Timer, datetime]] = field(default_factory=list)
    _is_catching_up: bool = False
    _promised: frozenset[type[Owed]] = field(default_factory=lambda: frozenset(kept.model for kept in undertakings()))

    def go(self, peer: SmtpPeer) -> Journey:
        """Travel until nothing is left to come."""
        peer.on_taken = partial(self._take, peer)
        until = max(_ends_at(handoff) for handoff in self.ground.handoffs.values()) + AFTERWARDS
        now = self.ground.begins
        with noting_runs(self._noted):
            while (tick := self._next_tick(now, until=until)) or self.plan.next_at:
                if self.plan.next_at and (tick is None or self.plan.next_at <= tick):
                    self.plan.do_next(self.ground)  # it may set something that is due before
                elif tick:
                    now = self._turn(tick)
        self.journey.ended_at = now
        return self.journey

    def _next_tick(self, now: datetime, *, until: datetime) -> datetime | None:
        """When the sweep looks next and finds something due; None if there is nothing left until then."""
        running = Timer.objects.filter(fired_at=None, called_off_at=None, due_at__lte=until)
        due = running.aggregate(due=Min("due_at"))["due"]
        return self._tick_after(max(due, now)) if due else None

    def _tick_after(self, due: datetime) -> datetime:
        """The sweep looks every two seconds: anywhere in them. While it is away it does not look at all."""
        at = due + timedelta(seconds=self.chance.uniform(0, TICK))
        begins, ends = self.journey.outage
        return ends if begins <= at < ends else at

    def _turn(self, at: datetime) -> datetime:
        """One turn of both loops. Returns when the loop of timers looks again at the earliest."""
        self._noted.clear()
        self._is_catching_up = at == self.journey.outage[1]
        began = time.monotonic()
        timers.fire_due(at=at)
        by = at + timedelta(seconds=time.monotonic() - began)
        if any(model._default_manager.filter(state=State.WAITING).exists() for model in self._promised):
            drain_all(at=by)
        for timer, due_at in self._noted:
            self.journey.fired.append(Fired(timer.key, timer.kind, timer.about, due_at, at, by))
        self.journey.turns += 1
        if self.journey.turns % TURNS_TO_TELL == 0:
            print(f"{at:%d %b %H:%M}: {len(self.journey.fired)} steps", file=sys.stderr, flush=True)
        return by

    def _take(self, peer: SmtpPeer, mail: EmailMessage) -> None:
        """Count a mail at the server, and keep nothing of it: there will be tens of thousands."""
        to, client = str(mail["To"]), _client_in(mail)
        self.journey.mails[to, str(mail["Message-ID"])] += 1
        if client:
            self.journey.about_clients[to, client] += 1
            if self._is_catching_up:
                self.journey.caught_up[to, client].append(str(mail["Subject"]))
        peer.messages.clear()
        peer.raw.clear()


def _ends_at(handoff: Handoff) -> datetime:
    assert handoff.appointment is not None
    return handoff.appointment.ends_at


def _client_in(mail: EmailMessage) -> str:
    found = NAMED.search(str(mail["To"]) + str(mail["Subject"]))
    if found is None and (body := mail.get_body(("plain",))):
        found = NAMED.search(body.get_content())
    return found[0].lower() if found else ""
