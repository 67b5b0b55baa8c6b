"""Many connections that accept one ring at once, round after round: for the race tests and for the storm."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from handoff.errors import RingOver
from handoff.live.answering import accept, brief_mark
from handoff.live.connecting import drop
from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy
from handoff.tests.crowds import Crowd, tally
from handoff.tests.factories import NOW, policy, ready
from handoff.tests.live.ground import SECOND, on_call, ringing
from leads.models import Lead
from teams.models.transfers import RingWay


@dataclass(slots=True)
class Rush:
    """What came of it: how often each answer came, how many losers were told who won, and how long after the winner."""

    answers: Counter[str] = field(default_factory=Counter)
    told_who: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, answers: list[Any], winner: str) -> None:
        """Count one round."""
        self.answers += tally([said for said, _ in answers])
        won_at = min(when for said, when in answers if isinstance(said, LiveTransfer))
        for said, when in answers:
            if isinstance(said, RingOver):
                self.told_who += winner in str(said) or str(said).startswith("You have accepted")
                self.seconds.append(max(0.0, when - won_at))


def rush_of_agents(*, rounds: Iterable[int], people: int = 64) -> Rush:
    """Let so many agents, all rung at once, accept the same transfer at the same moment."""
    lead, agents = crowd_on_call(people)
    rush = Rush()
    with Crowd(people) as crowd:
        crowd.act([connection.ensure_connection] * people)
        for turn in rounds:
            transfer = ringing(lead, at=NOW + turn * SECOND)
            rings = list(transfer.rings.select_related("agent__user"))
            assert len(rings) == people
            _run(crowd, rush, transfer, rings)
    assert len(agents) == people
    return rush


def rush_of_presses(*, rounds: Iterable[int], presses: int = 64) -> Rush:
    """Let one agent press *Accept* so often at the same moment."""
    lead, _ = crowd_on_call(1)
    rush = Rush()
    with Crowd(presses) as crowd:
        crowd.act([connection.ensure_connection] * presses)
        for turn in rounds:
            transfer = ringing(lead, at=NOW + turn * SECOND)
            ring = transfer.rings.select_related("agent__user").get()
            _run(crowd, rush, transfer, [ring] * presses)
    return rush


def crowd_on_call(people: int) -> tuple[Lead, list[Any]]:
    """Return a lead of a team that rings all of its so many agents at once."""
    lead = ready()
    policy(lead.team, ring_way=RingWay.ALL)
    return lead, [on_call(lead, user__name=f"Agent {n}.") for n in range(people)]


def _run(crowd: Crowd, rush: Rush, transfer: LiveTransfer, rings: list[Ring]) -> None:
    answers = crowd.act([_press(ring, brief_mark(transfer)) for ring in rings])
    transfer.refresh_from_db()
    assert transfer.agent
    rush.add(answers, str(transfer.agent.user))
    drop(transfer=transfer, actor=None, reason="other", at=NOW + SECOND)


def _press(ring: Ring, mark: str) -> Callable[[], tuple[Any, float]]:
    def press() -> tuple[Any, float]:
        try:
            said: Any = accept(ring=ring, brief=mark, by=AnsweredBy.CONSOLE, at=ring.rung_at + SECOND)
        except Exception as problem:  # noqa: BLE001 - counted by its name
            said = problem
        return said, time.perf_counter()

    return press
