"""Goals of a month, and how far it has come: what is done, and where that leads by the month's end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Q, Sum

from handoff.models import Deal, Goal
from handoff.models.aims import Aim
from handoff.models.numbers import Basis
from handoff.months import after, days_in, month_of
from handoff.numbers.asking import Question
from handoff.numbers.days import local_day
from handoff.numbers.queries import totals_for
from handoff.states import DealStatus
from teams.models import Membership, Team

#: Whoever is on the way to this share of a goal may still reach it.
CLOSE = 0.9


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a month has come towards a goal: ``done`` by today, after ``day`` of its ``days``, today included."""

    aim: Aim
    goal: int
    done: int
    day: int
    days: int
    to_come: int = 0

    @property
    def by_now(self) -> int:
        """What the goal asks for by today, were every day alike."""
        return round(self.goal * self.day / self.days)

    @property
    def leads_to(self) -> int:
        """What the month comes to if it goes on like this."""
        return round(self.done * self.days / self.day)

    @property
    def is_reached(self) -> bool:
        """Whether it is."""
        return self.done >= self.goal

    @property
    def words(self) -> str:
        """How it stands."""
        if self.is_reached:
            return "Reached"
        if self.leads_to >= self.goal:
            return "On pace"
        return "Close" if self.leads_to >= CLOSE * self.goal else "Behind"


def set_goals(*, team: Team, membership: Membership | None, month: date, goals: Mapping[Aim, int]) -> None:
    """Set what is to be reached in each month from this one on: the team's, or one person's. 0 is no goal."""
    Goal.objects.bulk_create(
        [Goal(team=team, membership=membership, aim=aim, month=month, monthly=goal) for aim, goal in goals.items()],
        update_conflicts=True,
        unique_fields=["team", "membership", "aim", "month"],
        update_fields=["monthly"],
    )


def goals_of(team: Team, membership: Membership | None, *, month: date) -> dict[Aim, int]:
    """Return the goals that hold in a month, without those that are none. One query."""
    rows = Goal.objects.filter(team=team, membership=membership, month__lte=month).order_by("month")
    latest = {Aim(row.aim): row.monthly for row in rows}
    return {aim: latest[aim] for aim in Aim if latest.get(aim)}


def progress_of(team: Team, membership: Membership | None, *, at: datetime) -> list[Progress]:
    """Return how far this month has come towards each goal. One query without goals, four with."""
    today = local_day(team, at)
    month = month_of(today)
    goals = goals_of(team, membership, month=month)
    if not goals:
        return []
    during = Question(team.pk, month, after(month))
    if membership:
        during = during.seen_by(membership)
    was_set, meets = totals_for(during, at=at), totals_for(replace(during, basis=Basis.HELD), at=at)
    done = {Aim.SET: was_set.set, Aim.HELD: meets.held, Aim.GOOD: meets.good, **_closings(team, membership, month)}
    to_come = {Aim.HELD: meets.to_come}
    return [
        Progress(aim, goal, done[aim], today.day, days_in(month), to_come.get(aim, 0)) for aim, goal in goals.items()
    ]


def _closings(team: Team, membership: Membership | None, month: date) -> dict[Aim, int]:
    """Count what was signed and closed on a day of this month, whenever it was handed off."""
    deals = Deal.objects.filter(team=team)
    if membership and not membership.is_lead:
        deals = deals.filter(**{"handoff__agent" if membership.is_agent else "handoff__setter": membership})
    signed = Q(signed_on__gte=month, signed_on__lt=after(month))
    closed = Q(closed_on__gte=month, closed_on__lt=after(month), status=DealStatus.CLOSED)
    counted = deals.filter(signed | closed).aggregate(
        signed=Count("pk", filter=signed),
        closed=Count("pk", filter=closed),
        commission=Sum("commission", filter=closed),
    )
    return {
        Aim.SIGNED: counted["signed"],
        Aim.CLOSED: counted["closed"],
        Aim.COMMISSION: counted["commission"] or 0,
    }
