"""Plans as they are in force: whose, on which day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from handoff.models import PlanVersion
from handoff.months import days_in
from teams.models import Membership, Role
from teams.roles import Roles
from teams.zones import zone


class Book:
    """All versions of some teams' plans, and who was an ISA when: two queries."""

    def __init__(self, versions: Iterable[PlanVersion], roles: Roles) -> None:
        self.roles = roles
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
        pks = set(teams)
        return cls(PlanVersion.objects.filter(team__in=pks).order_by("from_month", "pk"), Roles(pks))

    def __bool__(self) -> bool:
        """Whether anybody is paid by a plan."""
        return bool(self._teams or self._own)

    def plan(self, member: Membership, day: date, *, set_on: date | None = None) -> PlanVersion | None:
        """Return by what somebody is paid on a day: their own plan, else the team's if they were an ISA then.

        ``set_on``: the day on which they set what is paid for. It is theirs if they were an ISA that day.
        """
        return self._own_plan(member, day) or (
            self.of_team(member.team_id, day) if self.roles.had(member, Role.ISA, set_on or day) else None
        )

    def plan_of_month(self, member: Membership, month: date) -> PlanVersion | None:
        """Return by what somebody is paid their base salary of a month, if any of its days was an ISA's."""
        plan = self._own_plan(member, month) or self.of_team(member.team_id, month)
        return plan if plan and self.days(member, plan, month) else None

    def days(self, member: Membership, plan: PlanVersion, month: date) -> list[date]:
        """Return the days of a month that base salary is for: in the team, and by a team's plan as an ISA."""
        clock = zone(member.team.zone)
        came = member.created_at.astimezone(clock).date()
        left = member.ended_at.astimezone(clock).date() if member.ended_at else date.max
        every = (month + timedelta(days=number) for number in range(days_in(month)))
        here = [day for day in every if came <= day <= left]
        return here if plan.isa_id else [day for day in here if self.roles.had(member, Role.ISA, day)]

    def _own_plan(self, member: Membership, day: date) -> PlanVersion | None:
        own = latest(self._own[member.pk], day)
        return own if own and own.is_own else None

    def of_team(self, team: int, day: date) -> PlanVersion | None:
        """Return the plan of a team's ISAs on a day."""
        return latest(self._teams[team], day)

    def version(self, pk: int | None) -> PlanVersion | None:
        """Return one of these versions."""
        return self._by_pk.get(pk or 0)

    def first_month(self, member: Membership) -> date | None:
        """Return since when somebody is paid by a plan."""
        by_team = self._teams[member.team_id] if self.roles.ever_had(member, Role.ISA) else ()
        versions = [*self._own[member.pk], *by_team]
        return min((each.from_month for each in versions), default=None)

    def isas_once(self) -> set[int]:
        """Return who was an ISA before their role changed."""
        return self.roles.once(Role.ISA)

    def own_plans(self) -> list[int]:
        """Return who has had a plan of their own."""
        return [pk for pk, versions in self._own.items() if versions]


def latest(versions: Sequence[PlanVersion], day: date) -> PlanVersion | None:
    """Return which of these, in their order, is in force on a day."""
    return next((each for each in reversed(versions) if each.from_month <= day), None)
