"""Who shares a team's leads: the agents with all that the ranking looks at, in one query for any number of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least

from handoff.clock import DAY, seconds
from handoff.epochs import epoch
from handoff.models import Handoff
from handoff.routing.fairness import Sharer, Standing, standings
from leads.models import Lead, Lpmama
from teams.models import Absence, Area, Membership, Policy, Team, TimeOff

#: Ends of absences that nobody has set: the far future, in seconds.
OPEN_END = 2**40


def sharing_agents(*, team: Team, policy: Policy, at: datetime, lead: Lead | None = None) -> list[Any]:
    """Return every agent of the window, those who left or stand aside too, by id.

    Each carries ``shared_areas`` (names), ``is_overdue``, ``bench_until`` ([] unless benched; one end, in seconds),
    ``received``, ``credited`` and ``away`` for ``standings_of``.
    """
    since = at - timedelta(days=policy.fairness_days)
    handed = Handoff.objects.filter(agent=OuterRef("pk"), opened_at__gt=since, opened_at__lte=at)
    found: list[Any] = list(
        Membership.objects.agents()
        .filter(Q(ended_at=None) | Q(ended_at__gt=since), team=team)
        .select_related("user", "profile")
        .annotate(
            shared_areas=ArraySubquery(_shared_areas(lead)),
            is_overdue=Exists(Handoff.objects.open().filter(agent=OuterRef("pk"), outcome_due_at__lt=at)),
            received=ArraySubquery(handed.filter(credit="").order_by("opened_at").values_list(epoch("opened_at"))),
            credited=Coalesce(_count(handed.exclude(credit="")), 0),
            bench_until=ArraySubquery(_benches(at)),
            time_off_spans=ArraySubquery(_time_off(since, at)),
            absence_spans=ArraySubquery(_absences(since, at)),
        )
        .order_by("id")
    )
    for agent in found:
        agent.team = team  # the one that is loaded, with its policy
    return found


def standings_of(agents: list[Any], *, policy: Policy, at: datetime) -> dict[int, Standing]:
    """Return how each of ``sharing_agents`` stands, by membership."""
    until = seconds(at)
    return standings(map(_sharer, agents), since=until - policy.fairness_days * DAY, until=until)


def is_offered(agent: Membership) -> bool:
    """Whether this member is here and wants leads. One who is benched is still a candidate, and removed as such."""
    return (
        agent.ended_at is None and agent.user.is_active and hasattr(agent, "profile") and agent.profile.takes_handoffs
    )


def _sharer(agent: Any) -> Sharer:
    return Sharer(
        key=agent.pk,
        weight=agent.profile.weight if hasattr(agent, "profile") else 0,
        joined=seconds(agent.created_at),
        left=seconds(agent.ended_at) if agent.ended_at else None,
        away=[(begins, ends) for begins, ends in (*agent.time_off_spans, *agent.absence_spans)],
        received=agent.received,
        credited=agent.credited,
    )


def _shared_areas(lead: Lead | None) -> QuerySet[Area, Any]:
    wanted = Lpmama.areas.through.objects.filter(lpmama_id=lead.pk if lead else None).values("area_id")
    return Area.objects.filter(agents=OuterRef("pk"), pk__in=wanted).order_by("name").values_list("name")


def _count(rows: QuerySet[Any]) -> Subquery:
    counted = rows.annotate(number=Func(F("pk"), function="COUNT")).order_by().values("number")
    return Subquery(counted, output_field=IntegerField())


def _benches(at: datetime) -> QuerySet[Absence, Any]:
    now = Absence.objects.filter(membership=OuterRef("pk"), is_own=False).lasting_at(at)
    return now.order_by().values_list(Coalesce(epoch("until"), Value(OPEN_END), output_field=BigIntegerField()))


def _time_off(since: datetime, until: datetime) -> QuerySet[TimeOff, Any]:
    rows = TimeOff.objects.filter(membership=OuterRef("pk"), ends_at__gt=since, starts_at__lte=until)
    return rows.order_by().values_list(_span(epoch("starts_at"), epoch("ends_at")))


def _absences(since: datetime, until: datetime) -> QuerySet[Absence, Any]:
    rows = Absence.objects.filter(membership=OuterRef("pk"), starts_at__lte=until)
    rows = rows.filter(Q(until=None) | Q(until__gt=since), Q(ended_at=None) | Q(ended_at__gt=since))
    ends = Coalesce(epoch(Least("until", "ended_at")), Value(OPEN_END), output_field=BigIntegerField())
    return rows.order_by().values_list(_span(epoch("starts_at"), ends))


def _span(begins: Combinable, ends: Combinable) -> Func:
    pair: ArrayField[Any, Any] = ArrayField(BigIntegerField())
    return Func(begins, ends, template="ARRAY[%(expressions)s]", output_field=pair)
