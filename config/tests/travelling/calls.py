"""Live transfers by the hundred, taken through their timers: what people do about each, and what came of it."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

from django.db.models import Min

from config.tests.ladders import Desk, make_desk
from config.tests.travelling.travel import Fired, noting_runs
from handoff.errors import RingOver
from handoff.live.answering import accept, brief_mark, pass_on
from handoff.live.connecting import ASK_WHETHER_CONNECTED, ask_at, cancel, connect, drop, note_name_told
from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy
from leads.stages import Refused
from leads.states import Via
from notifications.models import Timer
from notifications.promises import timers
from teams.presence import go_off_call

ABOUT = "transfer/"
AGENTS, RING_SECONDS = 3, 20
#: A desk's next client calls when the one before is over, however it went.
APART = timedelta(minutes=45)
#: How often people do what, of all transfers. What nobody accepts rings out.
PASSES, GOES_OFF, ACCEPTS, CANCELS = 0.3, 0.05, 0.7, 0.1
#: What comes of those accepted. The rest is forgotten.
CONNECTED, LATE, DROPPED = 0.5, 0.1, 0.2


@dataclass(slots=True)
class Calls:
    """The desks, what people will do at them, and what the timers did."""

    chance: random.Random
    begins: datetime
    desks: list[Desk] = field(default_factory=list)
    fired: list[Fired] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    _deeds: list[tuple[datetime, int, str]] = field(default_factory=list)
    _latest: dict[int, int] = field(default_factory=dict)

    def plan(self, transfers: int, *, desks: int) -> None:
        """Decide when each client calls, and what happens then."""
        self.desks = [make_desk(agents=AGENTS, seconds=RING_SECONDS) for _ in range(desks)]
        for number in range(transfers):
            desk, turn = number % desks, number // desks
            at = self.begins + turn * APART + timedelta(seconds=self.chance.uniform(0, 60))
            for after, deed in [(0.0, "request"), *self._life()]:
                heappush(self._deeds, (at + timedelta(seconds=after), desk, deed))

    def go(self) -> None:
        """Travel until nothing of a transfer is left to come."""
        noted: list[tuple[Timer, datetime]] = []
        now = self.begins
        with noting_runs(noted):
            while (due := _next_due()) or self._deeds:
                if self._deeds and (due is None or self._deeds[0][0] <= max(due, now)):
                    at, desk, deed = heappop(self._deeds)
                    self._do(self.desks[desk], desk, deed, at=at)
                elif due:
                    now = self._turn(max(due, now), noted)

    def _turn(self, at: datetime, noted: list[tuple[Timer, datetime]]) -> datetime:
        """One look of the sweep, which wakes when a transfer's next timer is due. Returns when it can look again.

        What comes of the handoffs meanwhile is another journey's.
        """
        noted.clear()
        began = time.monotonic()
        timers.fire_due(at=at)
        by = at + timedelta(seconds=time.monotonic() - began)
        ours = [(timer, due_at) for timer, due_at in noted if timer.about.startswith(ABOUT)]
        self.fired += [Fired(timer.key, timer.kind, timer.about, due_at, at, by) for timer, due_at in ours]
        return by

    def _life(self) -> Iterator[tuple[float, str]]:
        chance, fate = self.chance, self.chance.random()
        if chance.random() < PASSES:
            yield chance.uniform(1, 15), "pass"
        if chance.random() < GOES_OFF:
            yield chance.uniform(1, 30), "go off call"
        if fate < ACCEPTS:
            after = chance.uniform(2, 70)
            yield after, "accept"
            yield from self._end(after, chance.random())
        elif fate < ACCEPTS + CANCELS:
            yield chance.uniform(2, 60), "cancel"

    def _end(self, after: float, fate: float) -> Iterator[tuple[float, str]]:
        chance = self.chance
        if fate < CONNECTED + LATE:
            after += chance.uniform(10, 170) if fate < CONNECTED else chance.uniform(190, 1700)
            yield after, "say the name"
            yield after + 5, "connect"
        elif fate < CONNECTED + LATE + DROPPED:
            yield after + chance.uniform(10, 1700), "drop"

    def _do(self, desk: Desk, number: int, deed: str, *, at: datetime) -> None:
        """Do it, if it can still be done."""
        if deed == "request":
            self._latest[number] = desk.request(at=at).pk
        else:
            transfer = LiveTransfer.objects.select_related("lead", "setter__user").get(pk=self._latest[number])
            try:
                if not _press(transfer, deed, at=at):
                    return
            except (RingOver, Refused):
                return
        self.done[deed] += 1


def _press(transfer: LiveTransfer, deed: str, *, at: datetime) -> bool:
    """Do one thing about a transfer; False where nobody rings who could. Raises Refused."""
    if deed in {"pass", "accept", "go off call"}:
        rings = Ring.objects.ringing().filter(transfer=transfer).select_related("agent__user", "agent__team")
        ring = rings.order_by("pk").first()
        if ring is None:
            return False
        if deed == "accept":
            accept(ring=ring, brief=brief_mark(transfer), by=AnsweredBy.CONSOLE, at=at)
        elif deed == "pass":
            pass_on(ring=ring, by=AnsweredBy.LINK, at=at)
        else:
            go_off_call(member=ring.agent, at=at)
    elif deed == "cancel":
        cancel(transfer=transfer, actor=transfer.setter, at=at)
    elif deed == "drop":
        drop(transfer=transfer, actor=transfer.setter, reason="client_gone", at=at)
    elif deed == "say the name":
        note_name_told(transfer=transfer, actor=transfer.setter, at=at)
    else:
        connect(transfer=transfer, actor=transfer.setter, via=Via.PAGE, at=at)
    return True


def _next_due() -> datetime | None:
    running = Timer.objects.filter(fired_at=None, called_off_at=None, about__startswith=ABOUT)
    due: datetime | None = running.aggregate(due=Min("due_at"))["due"]
    return due


def late_by_kind(calls: Calls) -> dict[str, list[float]]:
    """Return by kind of timer how late each ran, in seconds, with the work of all that fell due with it."""
    late: dict[str, list[float]] = {}
    for each in calls.fired:
        late.setdefault(each.kind, []).append((each.by - each.due_at).total_seconds())
    return late


def broken_rules(calls: Calls) -> dict[str, list[str]]:
    """Return what broke each rule: nothing, where it held."""
    transfers = list(LiveTransfer.objects.prefetch_related("rings", "events").order_by("pk"))
    runs = Counter((each.key, each.due_at) for each in calls.fired)
    left = Timer.objects.filter(fired_at=None, called_off_at=None, about__startswith=ABOUT)
    return {
        "each step at most once": [f"{key} ran {number} times" for (key, _), number in runs.items() if number > 1],
        "no step forgotten": list(left.values_list("key", flat=True)),
        "every transfer and ring ends": [str(each) for each in transfers if each.is_under_way or _rings(each)],
        "nobody rings on two rungs at once": [str(each) for each in transfers if _overlaps(each)],
        "nothing after the end": [str(each) for each in transfers if _goes_on(each)],
        "asked once, and only when nobody had said": _wrongly_asked(calls, transfers),
    }


def _rings(transfer: LiveTransfer) -> bool:
    return any(ring.answered_at is None for ring in transfer.rings.all())


def _overlaps(transfer: LiveTransfer) -> bool:
    """Whether a rung began before all rings of the one before had ended."""
    rings = list(transfer.rings.all())
    return any(
        later.rung_at < (ring.answered_at or later.rung_at + APART)
        for ring in rings
        for later in rings
        if later.rung == ring.rung + 1
    )


def _goes_on(transfer: LiveTransfer) -> bool:
    """Whether somebody was rung, or it moved, after its end."""
    end = transfer.ended_at
    moments = [ring.rung_at for ring in transfer.rings.all()] + [event.at for event in transfer.events.all()]
    return end is None or max(moments) > end


def _wrongly_asked(calls: Calls, transfers: list[LiveTransfer]) -> list[str]:
    """Those asked although it was said by then, or not asked although nobody had said."""
    asked = Counter(each.about for each in calls.fired if each.kind == ASK_WHETHER_CONNECTED)
    found = []
    for each in transfers:
        should = bool(each.accepted_at and each.ended_at and each.ended_at >= ask_at(each.accepted_at))
        if asked[each.about] != should:
            found.append(f"{each}: asked {asked[each.about]} times, accepted {each.accepted_at}, over {each.ended_at}")
    return found
