"""Who was what on which day: what somebody did in a role stays theirs, whatever they are by now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from teams.models import Membership, Role, RoleChange
from teams.zones import zone


@dataclass(frozen=True, slots=True)
class _Change:
    on: date
    was: Role
    role: Role


class Roles:
    """Every change of a role in some teams, read in one query. Days are the team's."""

    def __init__(self, teams: Iterable[int]) -> None:
        self._changes: dict[int, list[_Change]] = defaultdict(list)
        rows = RoleChange.objects.filter(membership__team__in=set(teams)).order_by("at", "pk")
        for member, was, role, at, clock in rows.values_list(
            "membership", "was", "role", "at", "membership__team__zone"
        ):
            self._changes[member].append(_Change(at.astimezone(zone(clock)).date(), Role(was), Role(role)))

    def had(self, member: Membership, role: Role, day: date) -> bool:
        """Whether somebody had a role on a day, if only for an hour of it."""
        changes = self._changes.get(member.pk)
        if not changes:
            return member.role == role
        before = [each for each in changes if each.on < day]
        in_the_morning = before[-1].role if before else changes[0].was
        return in_the_morning == role or any(each.on == day and each.role == role for each in changes)

    def ever_had(self, member: Membership, role: Role) -> bool:
        """Whether somebody has this role, or had it once."""
        return member.role == role or member.pk in self.once(role)

    def once(self, role: Role) -> set[int]:
        """Return who had this role before a change."""
        return {pk for pk, changes in self._changes.items() if any(each.was == role for each in changes)}
