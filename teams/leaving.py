"""How people leave a team: what is theirs becomes somebody else's first, in the same transaction.

The rooms above know what that is. They listen to ``member_leaving`` and move it by their own verbs, while the member
is still of the team, so that the right people hear of it; and to ``leaving_previewed``, which only asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from teams.changes import note_change
from teams.models import ApiToken, Membership, Role
from teams.people import keep_a_lead, lock_team, memberships_of
from teams.photos import remove_photo
from teams.sessions import end_sessions
from teams.signals import leaving_previewed, member_leaving


class NotTheirs(Exception):
    """The chosen successor cannot take over; ``str`` says why."""


class AlreadyGone(Exception):
    """This person has left already."""


class GrewMeanwhile(Exception):
    """Somebody gave the member something while it was moved. Nothing is done; another try will do it."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody leaves, and somebody takes over."""

    member: Membership
    successor: Membership
    actor: Membership | None
    at: datetime

    @property
    def why(self) -> str:
        """The reason, as timelines and mails give it."""
        return f"{self.member.user} has left the team"


@dataclass(frozen=True, slots=True)
class Plan:
    """A kind of thing that moves: how many, what becomes of them, and the cases that need a second look."""

    what: str
    count: int
    becomes: str
    cases: Sequence[str] = field(default_factory=tuple)


def may_succeed(member: Membership) -> QuerySet[Membership]:
    """Return who can take over from this member: people of the same role, and team leads."""
    others = Membership.objects.active().filter(team_id=member.team_id).exclude(pk=member.pk)
    return others.filter(role__in={member.role, Role.LEAD}).select_related("user", "team", "profile").order_by("id")


def usual_successor(member: Membership, *, actor: Membership | None = None) -> Membership | None:
    """Return who takes over when nobody is chosen: the team lead who does it, or the longest-serving one."""
    leads = list(may_succeed(member).filter(role=Role.LEAD))
    acting = next((each for each in leads if actor and each.pk == actor.pk), None)
    return acting or (leads[0] if leads else None)


def preview(leaving: Leaving) -> list[Plan]:
    """Return what would move, without moving it."""
    answers: list[tuple[Any, Any]] = leaving_previewed.send(sender=Membership, leaving=leaving)
    return [plan for _, plans in answers for plan in plans if plan.count]


def deactivate(*, member: Membership, successor: Membership, actor: Membership | None, at: datetime) -> None:
    """Take a person out of the team: all that is theirs becomes the successor's, keys and sessions end.

    What they did stays theirs, and they may be invited again. Raises LastLead, NotTheirs, AlreadyGone, GrewMeanwhile.
    """
    for attempt in (1, 2, 3):
        try:
            return _deactivate(member=member, successor=successor, actor=actor, at=at)
        except GrewMeanwhile:
            if attempt == 3:
                raise
    return None


@transaction.atomic
def _deactivate(*, member: Membership, successor: Membership, actor: Membership | None, at: datetime) -> None:
    lock_team(member)
    current = Membership.objects.select_related("user", "team", "profile").get(pk=member.pk)
    if current.ended_at is not None:
        raise AlreadyGone(f"{current.user} has left the team already.")
    keep_a_lead(current)
    to = may_succeed(current).filter(pk=successor.pk).first()
    if to is None:
        raise NotTheirs(f"{successor.user} cannot take over: choose a team lead, or somebody of the same role.")
    leaving = Leaving(current, to, actor, at)
    member_leaving.send(sender=Membership, leaving=leaving)
    # Only now: a booking holds its lead while it waits for this row, and the receivers have waited for all leads.
    _lock(current)
    if preview(leaving):
        raise GrewMeanwhile(f"{current.user} was just given something more. Try once more.")
    Membership.objects.filter(pk=current.pk).update(ended_at=at)
    ApiToken.objects.filter(membership=current, revoked_at=None).update(revoked_at=at)
    if hasattr(current, "profile"):
        remove_photo(profile=current.profile)
    if actor:
        note_change(actor=actor, part="people", words=f"{current.user} left; all of theirs to {to.user}", at=at)
    if not memberships_of(current.user).exists():
        end_sessions(current.user)


def _lock(member: Membership) -> None:
    """Keep others from giving this member anything until the transaction ends; wait for those who are about to.

    Every row that refers to a member takes a share of its key; this takes all of it.
    """
    Membership.objects.select_for_update(of=("self",)).get(pk=member.pk)
