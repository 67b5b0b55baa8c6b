"""The sweep: whatever the quick path missed is done here, with nothing but PostgreSQL.

Four loops that cannot hold each other up: timers, which never touch the network; promises, each stream with threads
of its own; the auditor, which looks whether the others forgot something, and clears away what is old; and chores. Any
number of sweeps may run at once. A loop that loses the database waits for it to return.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from notifications.promises.chores import Chore, do_all_chores, do_chores
from notifications.promises.claims import due_now
from notifications.promises.drains import clock_from, drain, drain_all
from notifications.promises.listening import Listener
from notifications.promises.pulses import LOOPS, PROMISES, TIMERS, beat
from notifications.promises.registry import Undertaking, undertakings
from notifications.promises.timers import due_after, fire_due
from notifications.promises.watching import look
from notifications.pushing import clear_old
from teams.origin import of_part

log = structlog.get_logger(__name__)

TICK = 2.0  # seconds between two looks when nobody rings, and no timer is due before
AUDIT_EVERY = 60.0  # seconds
LAST_WORDS = 1.5  # seconds that attempts under way have after we are told to stop
GRACE = timedelta(seconds=1)  # what just came due is left to the workers, who are quicker


@dataclass(slots=True)
class _Stream:
    """One stream of one undertaking, and the threads that are at work on it."""

    kept: Undertaking
    name: str
    pool: ThreadPoolExecutor
    busy: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def free(self) -> int:
        with self.lock:
            return self.kept.threads - self.busy

    def take(self) -> None:
        with self.lock:
            self.busy += 1

    def give_back(self, _done: object) -> None:
        with self.lock:
            self.busy -= 1


class Sweep:
    """All loops, until ``stop`` is called."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._readable, self._writable = os.pipe()
        self._streams = [
            _Stream(kept, name, ThreadPoolExecutor(kept.threads, thread_name_prefix=f"{kept.model.__name__}-{name}"))
            for kept in undertakings()
            for name in kept.streams
        ]

    def run(self) -> None:
        """Go round until told to stop, then let the attempts under way end for a moment, and no longer."""
        loops = [
            threading.Thread(target=self._watch_timers, name=TIMERS, daemon=True),
            threading.Thread(target=self._watch_promises, name=PROMISES, daemon=True),
            threading.Thread(target=self._watch_ourselves, name="audit", daemon=True),
            threading.Thread(target=self._do_chores, name="chores", daemon=True),
        ]
        for loop in loops:
            loop.start()
        select.select([self._readable], [], [])
        self._stopping.set()
        for stream in self._streams:
            stream.pool.shutdown(wait=False, cancel_futures=True)
        until = time.monotonic() + LAST_WORDS
        for loop in loops:
            loop.join(timeout=max(0.0, until - time.monotonic()))
        while time.monotonic() < until and any(stream.busy for stream in self._streams):
            time.sleep(0.02)

    def stop(self) -> None:
        """End all loops. Takes no lock, so it is safe in a signal handler."""
        os.write(self._writable, b".")

    def _watch_timers(self) -> None:
        while not self._stopping.is_set():
            pause = TICK
            with _outliving_the_database(TIMERS):
                began = timezone.now()
                fire_due(at=began)
                beat(TIMERS, at=timezone.now())
                pause = _until_next(began)
            self._stopping.wait(pause)

    def _watch_promises(self) -> None:
        listener = Listener(self._readable)
        while not self._stopping.is_set():
            with _outliving_the_database(PROMISES):
                self._hand_out()
                beat(PROMISES, at=timezone.now())
            if listener.wait(TICK):
                self._stopping.wait(GRACE.total_seconds() + 0.1)  # the row that rang is due by then
        listener.close()

    def _watch_ourselves(self) -> None:
        while not self._stopping.is_set():
            with _outliving_the_database("audit"):
                look(at=timezone.now())
            with _outliving_the_database("clearing"):
                clear_old(at=timezone.now())
            self._stopping.wait(AUDIT_EVERY)

    def _do_chores(self) -> None:
        last: dict[Chore, datetime] = {}
        while not self._stopping.is_set():
            with _outliving_the_database("chores"):
                do_chores(at=timezone.now(), last=last)
            self._stopping.wait(TICK)

    def _hand_out(self) -> None:
        """Put as many threads to work on each stream as it has rows due."""
        at = timezone.now() - GRACE
        for stream in self._streams:
            if free := stream.free():
                due = due_now(stream.kept, at=at, stream=stream.name).order_by()[:free].count()
                for _ in range(due):
                    stream.take()
                    stream.pool.submit(self._work, stream).add_done_callback(stream.give_back)

    def _work(self, stream: _Stream) -> None:
        with _outliving_the_database(f"{stream.kept.model.__name__} {stream.name}"):
            now = timezone.now()
            drain(stream.kept.model, at=now, stream=stream.name, grace=GRACE, stopping=self._stopping.is_set)


def _until_next(looked_at: datetime) -> float:
    """Return the seconds until the next look at timers: the one that is due next rings on the second."""
    due = due_after(looked_at, within=timedelta(seconds=TICK))
    return TICK if due is None else max(0.0, (due - timezone.now()).total_seconds())


def sweep_once(*, at: datetime) -> int:
    """Do all that is due, and what falls due by that, in this thread. Returns how many timers and attempts it were."""
    clock = clock_from(at)
    done = 0
    with of_part("sweep"):
        while turn := _one_turn(at=clock()):
            done += turn
        do_all_chores(at=clock())
    beat(*LOOPS, at=clock())
    return done


def _one_turn(*, at: datetime) -> int:
    return fire_due(at=at) + drain_all(at=at)


@contextlib.contextmanager
def _outliving_the_database(what: str) -> Iterator[None]:
    """Log what goes wrong and go on: the next turn begins with a fresh connection."""
    close_old_connections()
    try:
        with of_part("sweep"):
            yield
    except Error as problem:
        log.warning("sweep_lost_the_database", what=what, problem=str(problem).strip()[:200])
        connection.close()
    except Exception:
        log.exception("sweep_turn_failed", what=what)
