"""Invented people and teams."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from factory import django
from factory.declarations import RelatedFactory, Sequence, SubFactory
from factory.helpers import post_generation

from teams.models import AgentProfile, Area, Membership, Policy, Role, SlackConnection, Team, User, WorkingHours

#: Since when everybody belongs to their team, unless a test says otherwise (``joined_long_ago=...``).
JOINED = datetime(2026, 1, 5, 15, tzinfo=UTC)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: Calling a factory returns its model, which the types of the package do not say.
ModelFactory: Any = django.DjangoModelFactory


class UserFactory(ModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = Sequence(lambda n: f"Pat Sample{n}")
    email = Sequence(lambda n: f"person{n}@example.com")
    zone = "America/Chicago"
    password = django.Password("a long test password")


class TeamFactory(ModelFactory):
    class Meta:
        model = Team
        skip_postgeneration_save = True

    name = Sequence(lambda n: f"Invented Realty {n}")
    slug = Sequence(lambda n: f"invented-realty-{n}")
    zone = "America/Chicago"
    policy = RelatedFactory("teams.tests.factories.PolicyFactory", factory_related_name="team")
    slack = RelatedFactory("teams.tests.factories.SlackFactory", factory_related_name="team")


class PolicyFactory(ModelFactory):
    class Meta:
        model = Policy

    team = SubFactory(TeamFactory, policy=None)


class SlackFactory(ModelFactory):
    class Meta:
        model = SlackConnection

    team = SubFactory(TeamFactory, slack=None)


class AreaFactory(ModelFactory):
    class Meta:
        model = Area

    team = SubFactory(TeamFactory)
    name = Sequence(lambda n: f"Invented Heights {n}")


class MembershipFactory(ModelFactory):
    """An agent gets a profile, licensed in Texas, and no hours; ``agent`` below gives hours too."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    user = SubFactory(UserFactory)
    team = SubFactory(TeamFactory)
    role = Role.ISA

    @post_generation  # type: ignore[untyped-decorator]
    def joined_long_ago(self: Any, create: bool, joined: Any, **_: Any) -> None:
        """Shares are counted since people joined; the clock of the machine that tests says nothing of that."""
        if create:
            self.created_at = joined or JOINED
            Membership.objects.filter(pk=self.pk).update(created_at=self.created_at)

    @post_generation  # type: ignore[untyped-decorator]
    def with_profile(self: Any, create: bool, _extracted: Any, **_: Any) -> None:
        if create and self.role == Role.AGENT:
            self.profile = AgentProfile.objects.create(membership=self, states=["TX"], languages=["en"])


def _member(team: Team | None, role: Role, fields: dict[str, Any]) -> Membership:
    fields |= {"team": team} if team else {}
    member: Membership = MembershipFactory(role=role, **fields)
    return member


def isa(team: Team | None = None, **fields: Any) -> Membership:
    """An ISA; ``user__name=...`` and the like reach the person."""
    return _member(team, Role.ISA, fields)


def lead(team: Team | None = None, **fields: Any) -> Membership:
    """A team lead."""
    return _member(team, Role.LEAD, fields)


def agent(
    team: Team | None = None,
    *,
    hours: str = "09:00-17:00 mon-fri",
    profile: dict[str, Any] | None = None,
    **fields: Any,
) -> Membership:
    """A closing agent who works ``hours`` ("09:00-17:00 mon-fri, 10:00-12:00 sat"; "" for none) in their own zone."""
    member = _member(team, Role.AGENT, fields)
    give_hours(member, hours)
    areas = (profile or {}).pop("areas", [])
    AgentProfile.objects.filter(membership=member).update(**(profile or {}))
    member.profile.refresh_from_db()
    member.profile.areas.set(areas)
    return member


def give_hours(member: Membership, hours: str) -> None:
    """Give working hours in the words of ``agent``."""
    for stretch in filter(None, (part.strip() for part in hours.split(","))):
        clock, days = stretch.split()
        opens, closes = (time.fromisoformat(each) for each in clock.split("-"))
        first, _, last = days.partition("-")
        for weekday in range(DAYS.index(first), DAYS.index(last or first) + 1):
            WorkingHours.objects.create(membership=member, weekday=weekday, opens=opens, closes=closes)
