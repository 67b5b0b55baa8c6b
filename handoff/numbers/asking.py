"""What the numbers are asked: of which days, by which of the two, and of whose handoffs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntFlag
from typing import Final

from handoff.models.numbers import Basis
from handoff.numbers.days import WEEK, monday_of
from handoff.states import Method
from teams.models import Membership


class By(IntFlag):
    """By what handoffs are tallied; a cell's ``kind`` is the sum of its own."""

    AREA = 1
    SOURCE = 2
    AGENT = 4
    ISA = 8


#: In which column each stands.
COLUMN: Final = {By.ISA: "isa_id", By.AGENT: "agent_id", By.SOURCE: "source", By.AREA: "area"}
#: What stands there in a cell that is not by it.
NOTHING: Final = {By.ISA: "0", By.AGENT: "0", By.SOURCE: "''", By.AREA: "''"}


@dataclass(frozen=True, slots=True)
class Question:
    """Handoffs of ``since <= day < until``, on the team's calendar, of which all that is given here is true.

    ``isa`` and ``agent`` are keys of memberships. An empty ``source`` or ``area`` means those without one; None, any.
    """

    team_id: int
    since: date
    until: date
    basis: Basis = Basis.SET
    method: Method | None = None
    isa: int | None = None
    agent: int | None = None
    source: str | None = None
    area: str | None = None

    def seen_by(self, viewer: Membership) -> Question:
        """Return what this person may know of it: a team lead's are the team's, others' are their own."""
        mine = replace(self, team_id=viewer.team_id)
        if viewer.is_lead:
            return mine
        return replace(mine, agent=viewer.pk) if viewer.is_agent else replace(mine, isa=viewer.pk)

    @property
    def chosen(self) -> dict[By, int | str]:
        """What narrows it, but the method."""
        given = {By.ISA: self.isa, By.AGENT: self.agent, By.SOURCE: self.source, By.AREA: self.area}
        return {by: value for by, value in given.items() if value is not None}

    @property
    def kind(self) -> By:
        """The kind of the cells that answer it, where there are such."""
        return sum(self.chosen, By(0))

    @property
    def whole_weeks(self) -> tuple[date, date]:
        """The first Monday in it, and the first not in it; none when the two are one."""
        first = self.since + timedelta(days=-self.since.weekday() % 7)
        return first, max(monday_of(self.until), first)

    @property
    def before(self) -> Question:
        """The same of as many days just before it, to compare with."""
        return replace(self, since=self.since - (self.until - self.since), until=self.since)

    @property
    def a_year_before(self) -> Question:
        """The same of the same weeks a year ago: 52 weeks, so that weekdays match."""
        return replace(self, since=self.since - 52 * WEEK, until=self.until - 52 * WEEK)


def are_of_team(viewer: Membership, people: Collection[int]) -> bool:
    """Whether all these memberships are of this person's team, of those who left too; one query, none for nobody."""
    return not people or Membership.objects.visible_to(viewer).filter(pk__in=people).count() == len(people)
