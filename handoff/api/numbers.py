"""The numbers over the API: the questions of the page, for the same people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Final

from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from handoff.api.asked_days import OfDays, chosen_days, refuse_foreign, refuse_unknown
from handoff.api.router import router
from handoff.models.numbers import REASONS, Basis
from handoff.numbers.asking import Question
from handoff.numbers.days import DAY
from handoff.numbers.figures import Figures, Row, Share
from handoff.numbers.forms import Days
from handoff.numbers.pace import Pace
from handoff.numbers.queries import numbers_for
from handoff.numbers.tallies import speeds
from handoff.states import Method
from teams.bearer import acting
from teams.http import TeamRequest
from teams.models import Scope
from teams.problems import Problem
from teams.schemas import LINE, PROBLEMS

#: What is counted under the name that the page gives it; rates and reasons follow from them.
_SHARES: Final = ("show_rate", "good_rate", "outcome_on_time", "recovery_rate")
_COUNTS: Final = [name for name in asdict(Figures()) if name not in REASONS.values()]


class ShareOut(Schema):
    """`part` of `whole`. `value` is null without cases; `low` and `high` hold the truth in 95 of 100 such samples."""

    part: int
    whole: int
    value: float | None
    low: float | None
    high: float | None


class FiguresOut(Schema):
    """Counts of handoffs and shares of them. `commission` is in whole units of the team's currency."""

    handed: int
    set: int = Field(description="Appointments booked.")
    held: int
    no_show: int
    cancelled: int
    to_rebook: int = Field(description="Moved without a new time.")
    moved: int = Field(description="All that were moved when their time had come.")
    to_come: int
    awaiting: int = Field(description="Begun, and nobody has said how it went.")
    direct: int
    live: int
    on_time: int = Field(description="Outcomes reported in time, of those that are `due`.")
    due: int
    open: int
    overdue: int
    good: int
    judged: int
    missed: int
    recovered: int
    met: int
    signed: int
    contracted: int
    closed: int
    commission: int
    reasons: dict[str, int] = Field(description="Why leads were not good, by reason.")
    show_rate: ShareOut = Field(description="Held of those held or missed.")
    good_rate: ShareOut
    outcome_on_time: ShareOut
    recovery_rate: ShareOut


class RowOut(Schema):
    """The figures of one ISA or agent (`key` is its id), method, source or area (empty: none was said)."""

    key: str
    name: str
    figures: FiguresOut


class WeekOut(Schema):
    """The figures of one week."""

    begins_on: date = Field(description="Its Monday, on the team's calendar.")
    figures: FiguresOut


class PaceOut(Schema):
    """How fast clients were put through, from the request; read from steps, so mostly within a tenth."""

    cases: int
    median_seconds: float | None
    p90_seconds: float | None


class InvitesOut(PaceOut):
    """From the booking until agent and client both had their invite, of appointments where both did."""

    within_a_minute: ShareOut


class NumbersOut(Schema):
    """What came of the handoffs of `from` to `to`, both included."""

    since: date = Field(alias="from")
    until: date = Field(alias="to")
    by: Basis
    total: FiguresOut
    to_connected: PaceOut
    to_invited: InvitesOut
    methods: list[RowOut]
    isas: list[RowOut]
    agents: list[RowOut]
    sources: list[RowOut]
    areas: list[RowOut]
    weeks: list[WeekOut]


class Asked(OfDays):
    """What is counted. An empty `source` or `area` means those of whom none was said."""

    start: date | None = Field(None, alias="from", description="Another name for `since`.")
    end: date | None = Field(None, alias="to", description="Another name for `until`.")
    by: Basis = Basis.SET
    method: Method | None = None
    source: Annotated[str, Field(max_length=60), LINE] | None = None
    area: Annotated[str, Field(max_length=80), LINE] | None = None


@router.get("/numbers", response={200: NumbersOut, **PROBLEMS}, summary="What came of handoffs", by_alias=True)
def numbers(request: TeamRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The last eight weeks, unless days are given. ISAs and agents have their own."""
    viewer, at = acting(request, Scope.READ), timezone.now()
    refuse_unknown(request, Asked)
    refuse_foreign(viewer, asked)
    since, until = _days(asked).days(viewer.team, at=at)
    chosen = asked.model_dump(include={"method", "isa", "agent", "source", "area"})
    question = Question(viewer.team_id, since, until, basis=asked.by, **chosen).seen_by(viewer)
    found, fast = numbers_for(question, at=at), speeds(question)
    return {
        "from": question.since,
        "to": question.until - DAY,
        "by": asked.by,
        "total": _figures(found.total),
        "to_connected": _pace(fast.connected),
        "to_invited": {**_pace(fast.invited), "within_a_minute": _share(fast.invited.within_a_minute)},
        "methods": _rows(found.by_method),
        "isas": _rows(found.by_isa),
        "agents": _rows(found.by_agent),
        "sources": _rows(found.by_source),
        "areas": _rows(found.by_area),
        "weeks": [{"begins_on": week.begins_on, "figures": _figures(week.figures)} for week in found.by_week],
    }


def _days(asked: Asked) -> Days:
    if (asked.since and asked.start) or (asked.until and asked.end):
        raise Problem(422, "invalid", "`from` and `to` are other names for `since` and `until`: give one of them.")
    return chosen_days(asked.weeks, asked.since or asked.start, asked.until or asked.end)


def _rows(rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [{"key": row.key, "name": row.name, "figures": _figures(row.figures)} for row in rows]


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        **{name: getattr(figures, name) for name in _COUNTS},
        "reasons": {reason.value: number for reason, name in REASONS.items() if (number := getattr(figures, name))},
        **{name: _share(getattr(figures, name)) for name in _SHARES},
    }


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval or (None, None)
    return {"part": share.part, "whole": share.whole, "value": share.value, "low": low, "high": high}


def _pace(pace: Pace) -> dict[str, Any]:
    return {"cases": pace.cases, "median_seconds": _tenths(pace.median), "p90_seconds": _tenths(pace.p90)}


def _tenths(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
