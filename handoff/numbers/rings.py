"""How agents answer when they are rung: from cells by the week of the request, as handoffs are counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import connection

from handoff.numbers.asking import Question
from handoff.numbers.figures import Share
from handoff.numbers.pace import Pace
from handoff.states import Method, RingStatus

#: Whole weeks from cells, the days around them as they were counted, and what changed since from its rows.
_RINGS: Final = """
    SELECT agent_id::text, answer, pace, sum(rings)::int FROM (
        SELECT agent_id, answer, pace, rings FROM handoff_ringtally
        WHERE {of} AND isa_id = %(isa)s AND week >= %(first)s AND week < %(end)s
        UNION ALL
        SELECT agent_id, answer, pace, rings FROM handoff_countedring
        WHERE {of} AND {by} AND (
            (requested_on >= %(since)s AND requested_on < %(first)s)
            OR (requested_on >= %(end)s AND requested_on < %(until)s)
        )
        UNION ALL
        SELECT agent_id, answer, pace, rings FROM handoff_ringdifference
        WHERE {of} AND {by} AND requested_on >= %(since)s AND requested_on < %(until)s
    ) AS parts
    GROUP BY agent_id, answer, pace HAVING sum(rings) <> 0
"""


@dataclass(frozen=True, slots=True)
class Rings:
    """How rings went: so many each way (``RingStatus``), and at which pace those that were accepted were."""

    accepted: int = 0
    passed: int = 0
    missed: int = 0
    taken: int = 0
    called_off: int = 0
    ringing: int = 0
    pace: Pace = field(default_factory=lambda: Pace({}))

    @property
    def rung(self) -> int:
        """All of them."""
        return self.accepted + self.passed + self.missed + self.taken + self.called_off + self.ringing

    @property
    def rate(self) -> Share:
        """Accepted among those that were theirs to answer: not those that somebody else took or that were ended."""
        return Share(self.accepted, self.accepted + self.passed + self.missed)

    @property
    def half_within(self) -> timedelta | None:
        """How long they took to accept, at most, half of the time; None without any."""
        return None if self.pace.median is None else timedelta(seconds=self.pace.median)


@dataclass(frozen=True, slots=True)
class AgentRings:
    """One agent's rings; the key is their membership's."""

    key: str
    name: str
    rings: Rings


def rings_for(question: Question, *, names: Mapping[str, str]) -> tuple[AgentRings, ...]:
    """Return each agent's rings for transfers that were requested in these days, whoever was rung most first.

    Rings belong to no source and no area, and only to live transfers: of others there are none. ``names`` are people's,
    by their keys. One query at most.
    """
    if question.method not in (None, Method.LIVE) or question.source is not None or question.area is not None:
        return ()
    answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    paces: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for agent, answer, pace, number in _counted(question):
        answers[agent][answer] += number
        if pace is not None:
            paces[agent][pace] = number
    found = [
        AgentRings(agent, names.get(agent, agent), Rings(**counts, pace=Pace(paces[agent])))
        for agent, counts in answers.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.rings.rung, each.name, each.key)))


def together(found: Sequence[AgentRings]) -> Rings:
    """Add up how they went, whoever was rung; without the pace."""
    return Rings(**{answer: sum(getattr(each.rings, answer) for each in found) for answer in RingStatus.values})


def _counted(question: Question) -> list[tuple[str, str, int | None, int]]:
    first, end = question.whole_weeks
    if first == end:  # which may lie outside
        first = end = question.until
    of = "team_id = %(team)s" + ("" if question.agent is None else " AND agent_id = %(agent)s")
    by = "true" if question.isa is None else "isa_id = %(isa)s"
    with connection.cursor() as cursor:
        cursor.execute(
            _RINGS.format(of=of, by=by),
            {
                "team": question.team_id,
                "agent": question.agent,
                "isa": question.isa or 0,
                "since": question.since,
                "until": question.until,
                "first": first,
                "end": end,
            },
        )
        found: list[tuple[str, str, int | None, int]] = cursor.fetchall()
        return found
