"""Many people at once, each with a connection of their own: for race tests and for the storm."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Self

from django.db import connection, connections

from handoff.models import Appointment, Handoff
from handoff.states import OCCUPYING
from handoff.tests.factories import SLOT, open_handoff, policy, ready
from teams.models import Membership
from teams.tests.factories import agent


class Crowd:
    """So many threads, each with its own database connection, that all act at the same moment."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool = ThreadPoolExecutor(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.act([connections.close_all] * self.size)
        self._pool.shutdown()

    def act(self, deeds: Sequence[Callable[[], Any]]) -> list[Any]:
        """Do all of these at once; return what each gave, or raised."""
        start = threading.Barrier(len(deeds))

        def do(deed: Callable[[], Any]) -> Any:
            start.wait()
            try:
                return deed()
            except Exception as problem:  # noqa: BLE001 - the test looks at each
                return problem

        return list(self._pool.map(do, deeds))


def tally(answers: Sequence[Any]) -> Counter[str]:
    """Return how many times each kind of answer came."""
    return Counter(type(answer).__name__ for answer in answers)


def book_in_rounds(*, rounds: Iterable[int], people: int = 64) -> Counter[str]:
    """Let ``people`` book overlapping times of one agent, a new day each round; return how often each answer came.

    ``rounds``: their numbers, from 0.

    Right is one Handoff a round and SlotTaken for all others, so that nothing else is in the result.
    """
    to = agent(hours="09:00-17:00 mon-sun")
    policy(to.team, slot_step_minutes=5)
    leads = [ready(to.team) for _ in range(people)]
    answers: Counter[str] = Counter()
    with Crowd(people) as crowd:
        for day in rounds:
            first = SLOT + timedelta(days=day % 300, hours=3 * (day // 300))
            to_book = [(lead, first + timedelta(minutes=5 * (n % 9))) for n, lead in enumerate(leads)]
            got = crowd.act([_press(lead, to, starts_at) for lead, starts_at in to_book])
            answers += tally(got)
            leads = [
                ready(to.team) if isinstance(answer, Handoff) else lead for lead, answer in zip(leads, got, strict=True)
            ]
    return answers


def _press(lead: Any, to: Membership, starts_at: Any) -> Callable[[], Handoff]:
    return lambda: open_handoff(lead, to=to, starts_at=starts_at)


def overlapping_appointments() -> int:
    """Return how many pairs of appointments take the same person's time."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*) FROM {Appointment._meta.db_table} one JOIN {Appointment._meta.db_table} other
            ON one.person_id = other.person_id AND one.id < other.id AND one.during && other.during
            WHERE one.status = ANY(%s) AND other.status = ANY(%s)
            """,  # noqa: S608 - the table's own name
            [list(OCCUPYING), list(OCCUPYING)],
        )
        return int(cursor.fetchone()[0])
