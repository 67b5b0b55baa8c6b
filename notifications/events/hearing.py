"""Hearing the bell of ``pushing.push``, which says the rows or names them, in a thread beside the event loop.

What was not heard, since the line was lost or a pooler swallowed it, is found by looking every few seconds.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime

import structlog
from django.db import Error, close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from notifications.events.frames import OVERLAP, Frame
from notifications.models import Pushed
from notifications.promises.listening import Listener
from notifications.pushing import BELL

log = structlog.get_logger(__name__)

LOOK_EVERY = 2.0  # seconds
REMEMBERED = 20_000  # ids, so that what is found by looking is not told twice
ROW = re.compile(r"(\d{1,18}) (\d{1,18}) (\S+) (.*)")  # id, member, topic and ref, as a push says them
SPAN = re.compile(r"(\d{1,18})-(\d{1,18})")  # the first and the last id of a push that is too long to say

Row = tuple[int, Frame]
Told = tuple[int, int, str, str]  # id, membership_id, topic, ref


class Hearing(threading.Thread):
    """Hears until ``stop``; each batch of new rows goes to ``tell``, in this thread.

    ``over`` is called if it ends otherwise, whatever the reason: nobody may believe a stream that hears nothing.
    """

    def __init__(self, *, tell: Callable[[list[Row]], object], over: Callable[[], object]) -> None:
        super().__init__(name="hearing", daemon=True)
        self._tell, self._over = tell, over
        self._readable, self._writable = os.pipe()
        self._stopping = threading.Event()
        self._told: dict[int, None] = {}
        self._newest = 0
        self._looked_at: datetime | None = None

    def run(self) -> None:
        """Hear, and say so if that ends by itself."""
        try:
            self._go_round()
        finally:
            if not self._stopping.is_set():
                self._over()

    def _go_round(self) -> None:
        """Wait for the bell, read, tell. The next round makes good what one failed to read."""
        listener = Listener(self._readable, bell=BELL)
        next_look = 0.0
        while not self._stopping.is_set():
            try:
                if time.monotonic() >= next_look:
                    self._look(at=timezone.now())
                    next_look = time.monotonic() + LOOK_EVERY
                if rung := listener.wait(LOOK_EVERY):
                    self._hear(rung)
            except Error as problem:
                log.warning("events_lost_the_database", problem=str(problem).strip()[:200])
                connection.close()
                self._stopping.wait(1)
        listener.close()
        connection.close()

    def stop(self) -> None:
        """End it."""
        self._stopping.set()
        os.write(self._writable, b".")

    def _look(self, *, at: datetime) -> None:
        """Read what came since the last look. The first one only learns where we are: streams read their own past."""
        close_old_connections()
        if self._looked_at is None:
            self._newest = Pushed.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        else:
            self._read(Q(pk__gt=self._newest) | Q(at__gte=self._looked_at - OVERLAP))
        self._looked_at = at

    def _hear(self, rung: Iterable[str]) -> None:
        """Pass on at once what the bell says; what it only names is read, that of several pushes by one query."""
        said: list[Told] = []
        named = Q()
        for payload in rung:
            if span := SPAN.fullmatch(payload):
                named |= Q(pk__range=(int(span[1]), int(span[2])))
            rows = map(ROW.fullmatch, payload.split("\n"))
            said += [(int(row[1]), int(row[2]), row[3], row[4]) for row in rows if row]
        self._pass_on(said)
        if named:
            self._read(named)

    def _read(self, which: Q) -> None:
        rows = Pushed.objects.filter(which).order_by("pk").values_list("pk", "membership_id", "topic", "ref")
        self._pass_on(rows)

    def _pass_on(self, rows: Iterable[Told]) -> None:
        new: list[Row] = []
        for pk, membership_id, topic, ref in rows:
            if pk not in self._told:
                self._told[pk] = None
                new.append((membership_id, {"id": pk, "topic": topic, "ref": ref}))
        self._newest = max([self._newest, *(frame["id"] for _, frame in new)])
        while len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]
        if new:
            self._tell(new)
