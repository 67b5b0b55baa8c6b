"""Counting handoffs for a span of time: per ISA, per agent and per week, in three queries however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncWeek

from handoff.models import Handoff, Postponement
from handoff.models.outcomes import Showed
from handoff.numbers.figures import Figures, Numbers, Row, Share, Week
from handoff.states import AppointmentStatus, DealStatus, HandoffStatus, Method
from teams.models import Membership, Team

WEEK = timedelta(days=7)


class Basis(StrEnum):
    """Which day counts: when it was set, or when it takes place (a direct handoff takes place when it is set)."""

    SET = "set"
    HELD = "held"


def totals(
    viewer: Membership,
    *,
    since: datetime,
    until: datetime,
    at: datetime,
    basis: Basis = Basis.SET,
    method: Method | None = None,
) -> Numbers:
    """Return the figures of ``since <= day < until`` (aware): a team lead's are the team's, others see their own.

    ``at`` decides what is overdue and what is still to come. Weeks begin on Monday in the team's zone; those without
    a handoff are there too. With a ``method`` only its handoffs count.
    """
    within = _within(viewer, since=since, until=until, basis=basis)
    if method:
        within = within.filter(method=method)
    by_isa = _rows(within, "setter", at=at)
    by_agent = _rows(within, "agent", at=at)
    by_week = _weeks(within, viewer.team, since=since, until=until, at=at)
    return Numbers(
        total=sum((row.figures for row in by_isa), Figures()), by_isa=by_isa, by_agent=by_agent, by_week=by_week
    )


def on_time_by_agent(viewer: Membership, *, days: int, at: datetime) -> dict[int, Share]:
    """Return each agent's share of outcomes reported in time, of what took place in so many days: one query.

    A team lead's are the team's agents', an agent's their own. Who owed none is not there.
    """
    within = _within(viewer, since=at - timedelta(days=days), until=at, basis=Basis.HELD)
    wanted = {name: _counts(at=at)[name] for name in ("n_on_time", "n_due")}
    counted = within.order_by().values("agent_id").annotate(**wanted)
    shares = {row["agent_id"]: _figures(dict(row)).outcome_on_time for row in counted}
    return {agent: share for agent, share in shares.items() if share.whole}


def last_weeks(team: Team, count: int, *, at: datetime) -> tuple[datetime, datetime]:
    """Return the span of that many whole weeks, ending with the one of ``at``: Monday 00:00 in the team's zone."""
    zone = ZoneInfo(team.zone)
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return _midnight(monday - (count - 1) * WEEK, zone), _midnight(monday + WEEK, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _within(viewer: Membership, *, since: datetime, until: datetime, basis: Basis) -> QuerySet[Handoff]:
    handoffs = Handoff.objects.filter(team_id=viewer.team_id)
    if not viewer.is_lead:
        handoffs = handoffs.filter(Q(agent=viewer) if viewer.is_agent else Q(setter=viewer))
    day = F("opened_at") if basis == Basis.SET else Coalesce(F("appointment__starts_at"), F("opened_at"))
    postponed = Postponement.objects.filter(handoff=OuterRef("pk"))
    is_postponed, was_late = Exists(postponed), Exists(postponed.filter(is_on_time=False))
    return handoffs.annotate(day=day, was_postponed=is_postponed, was_late=was_late).filter(
        day__gte=since, day__lt=until
    )


def _counts(*, at: datetime) -> dict[str, Aggregate]:
    status = "appointment__status"
    is_open = Q(status=HandoffStatus.OPEN)
    reported = Q(outcome__isnull=False)
    overdue = is_open & Q(outcome_due_at__lt=at)
    unreported = Q(**{f"{status}__in": (AppointmentStatus.BOOKED, AppointmentStatus.HELD_SLOT)})
    is_closed = Q(deal__status=DealStatus.CLOSED)
    is_to_rebook = Q(outcome__isnull=False, outcome__showed=Showed.MOVED)
    wanted = {
        "set": Q(appointment__isnull=False),
        "held": Q(**{status: AppointmentStatus.HELD}),
        "no_show": Q(**{status: AppointmentStatus.NO_SHOW}),
        "cancelled": Q(**{f"{status}__in": (AppointmentStatus.CANCELLED, AppointmentStatus.EXPIRED)}) & ~is_to_rebook,
        "to_rebook": is_to_rebook & Q(appointment__isnull=False),
        "moved": (is_to_rebook | Q(was_postponed=True)) & Q(appointment__isnull=False),
        "to_come": unreported & Q(appointment__starts_at__gt=at),
        "awaiting": unreported & Q(appointment__starts_at__lte=at),
        "direct": Q(method=Method.DIRECT),
        "live": Q(method=Method.LIVE),
        "on_time": reported & Q(outcome__is_on_time=True, was_late=False),
        "due": reported | overdue,
        "open": is_open,
        "overdue": overdue,
        "good": Q(outcome__is_good=True),
        "judged": Q(outcome__showed=Showed.YES, outcome__is_good__isnull=False),
        "missed": Q(outcome__showed=Showed.NO),
        "recovered": Q(outcome__showed=Showed.NO, recovery__rebooked_as__isnull=False),
        "met": Q(outcome__showed=Showed.YES),
        "signed": Q(deal__isnull=False),
        "contracted": Q(deal__under_contract_on__isnull=False),
        "closed": is_closed,
    }
    counted: dict[str, Aggregate] = {f"n_{name}": Count("pk", filter=condition) for name, condition in wanted.items()}
    return counted | {"n_commission": Sum("deal__commission", filter=is_closed, default=0)}


def _figures(row: dict[str, Any]) -> Figures:
    return Figures(**{name.removeprefix("n_"): count for name, count in row.items() if name.startswith("n_")})


def _rows(handoffs: QuerySet[Handoff], whom: str, *, at: datetime) -> tuple[Row, ...]:
    grouped = handoffs.order_by().values(f"{whom}_id", f"{whom}__user__name").annotate(**_counts(at=at))
    rows = [Row(row[f"{whom}_id"], row[f"{whom}__user__name"], _figures(row)) for row in grouped]
    return tuple(sorted(rows, key=lambda row: (-row.figures.passes, row.name, row.membership_id)))


def _weeks(
    handoffs: QuerySet[Handoff], team: Team, *, since: datetime, until: datetime, at: datetime
) -> tuple[Week, ...]:
    zone = ZoneInfo(team.zone)
    week = TruncWeek("day", tzinfo=zone)
    grouped = handoffs.order_by().annotate(week=week).values("week").annotate(**_counts(at=at))
    found = {row["week"].astimezone(zone).date(): _figures(dict(row)) for row in grouped}
    return tuple(Week(monday, found.get(monday, Figures())) for monday in mondays(since, until, zone))


def mondays(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Yield the Monday of each week of the span, on this clock."""
    first = since.astimezone(zone).date()
    monday = first - timedelta(days=first.weekday())
    while _midnight(monday, zone) < until:
        yield monday
        monday += WEEK
