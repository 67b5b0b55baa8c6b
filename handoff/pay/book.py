"""Plans as they are in force: whose, on which day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from handoff.models import PlanVersion
from teams.models import Membership


class Book:
    """All versions of some teams' plans, read in one query."""

    def __init__(self, versions: Iterable[PlanVersion]) -> None:
        self._teams: dict[int, list[PlanVersion]] = defaultdict(list)
        self._own: dict[int, list[PlanVersion]] = defaultdict(list)
        self._by_pk: dict[int, PlanVersion] = {}
        for version in versions:
            self._by_pk[version.pk] = version
            if version.isa_id is None:
                self._teams[version.team_id].append(version)
            else:
                self._own[version.isa_id].append(version)

    @classmethod
    def of(cls, teams: Iterable[int]) -> Book:
        """Read the plans of these teams."""
        return cls(PlanVersion.objects.filter(team__in=set(teams)).order_by("from_month", "pk"))

    def __bool__(self) -> bool:
        """Whether anybody is paid by a plan."""
        return bool(self._teams or self._own)

    def plan(self, member: Membership, day: date) -> PlanVersion | None:
        """Return by what somebody is paid on a day: their own plan, else the team's if they are an ISA."""
        own = latest(self._own[member.pk], day)
        if own is not None and own.is_own:
            return own
        return self.of_team(member.team_id, day) if member.is_isa else None

    def of_team(self, team: int, day: date) -> PlanVersion | None:
        """Return the plan of a team's ISAs on a day."""
        return latest(self._teams[team], day)

    def version(self, pk: int | None) -> PlanVersion | None:
        """Return one of these versions."""
        return self._by_pk.get(pk or 0)

    def first_month(self, member: Membership) -> date | None:
        """Return since when somebody is paid by a plan."""
        versions = [*self._own[member.pk], *(self._teams[member.team_id] if member.is_isa else ())]
        return min((each.from_month for each in versions), default=None)

    def own_plans(self) -> list[int]:
        """Return who has had a plan of their own."""
        return [pk for pk, versions in self._own.items() if versions]


def latest(versions: Sequence[PlanVersion], day: date) -> PlanVersion | None:
    """Return which of these, in their order, is in force on a day."""
    return next((each for each in reversed(versions) if each.from_month <= day), None)
