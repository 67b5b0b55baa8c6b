"""The measures of live transfers over the API: the queries of the page, for the same people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from handoff.api.asked_days import OfDays, chosen_days, refuse_foreign, refuse_unknown
from handoff.api.router import router
from handoff.numbers.speed import Took
from handoff.numbers.transfers import Answers, Reason, Within, answers_by_agent, pass_reasons, transfer_figures
from teams.bearer import acting
from teams.http import TeamRequest
from teams.models import Scope, Team
from teams.problems import Problem
from teams.schemas import PROBLEMS, Moment

LOOKED_BACK = timedelta(weeks=8)


class TookOut(Schema):
    """How long `cases` things took: half of them at most the median, nine of ten at most `p90_seconds`."""

    cases: int
    median_seconds: float | None
    p90_seconds: float | None


class ReasonOut(Schema):
    """How often a reason was given."""

    reason: str
    count: int


class AnswersOut(Schema):
    """How one agent's rings went. `to_accept` is measured from the ring."""

    agent: int
    name: str
    rung: int
    accepted: int
    passed: int
    missed: int
    taken: int = Field(description="By another agent, before they answered.")
    called_off: int
    ringing: int
    to_accept: TookOut
    passes: list[ReasonOut]


class TransferNumbersOut(Schema):
    """Live transfers that were requested in a span. All counts but `shown` and `accepted` add up to `requested`."""

    since: datetime
    until: datetime
    requested: int
    shown: int = Field(description="Those that a console showed to at least one agent.")
    accepted: int = Field(description="By an agent, whatever came of it.")
    connected: int
    dropped: int
    expired: int
    cancelled: int
    under_way: int
    to_shown: TookOut = Field(description="From the request, as the next two.")
    to_accepted: TookOut
    to_connected: TookOut
    drops: list[ReasonOut]
    passes: list[ReasonOut]
    agents: list[AnswersOut]


class AskedTransfers(OfDays):
    """Which are counted: those requested on these days, or within two moments."""

    start: Moment | None = Field(None, alias="from", description="The first moment, in place of days.")
    end: Moment | None = Field(None, alias="to", description="The moment after the last; now, unless given.")


@router.get(
    "/live-transfers/numbers", response={200: TransferNumbersOut, **PROBLEMS}, summary="What became of live transfers"
)
def transfer_numbers(request: TeamRequest, asked: Query[AskedTransfers]) -> dict[str, Any]:
    """The last eight weeks, unless given. ISAs have the ones they asked for, agents those they took and their rings."""
    membership, at = acting(request, Scope.READ), timezone.now()
    refuse_unknown(request, AskedTransfers)
    refuse_foreign(membership, asked)
    since, until = _span(asked, membership.team, at=at)
    within = Within(membership, since=since, until=until, isa=asked.isa, agent=asked.agent)
    figures, answers = transfer_figures(within), answers_by_agent(within)
    spans = {name: _took(getattr(figures, name)) for name in ("to_shown", "to_accepted", "to_connected")}
    return {
        "since": within.since,
        "until": within.until,
        **asdict(figures),
        **spans,
        "drops": _reasons(figures.drops),
        "passes": _reasons(pass_reasons(answers)),
        "agents": [_answers(each) for each in answers],
    }


def _span(asked: AskedTransfers, team: Team, *, at: datetime) -> tuple[datetime, datetime]:
    has_days, has_moments = asked.weeks or asked.since or asked.until, asked.start or asked.end
    if has_days and has_moments:
        raise Problem(422, "invalid", "Give `weeks`, or `since` and `until`, or the moments `from` and `to`.")
    if has_days:
        return chosen_days(asked.weeks, asked.since, asked.until).span(team, at=at)
    until = asked.end or at
    since = asked.start or until - LOOKED_BACK
    if until < since:
        raise Problem(422, "invalid", "`to` comes after `from`.")
    return since, until


def _took(took: Took) -> dict[str, Any]:
    median, p90 = took.seconds
    return {"cases": took.cases, "median_seconds": median, "p90_seconds": p90}


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [{"reason": each.value, "count": each.count} for each in reasons]


def _answers(each: Answers) -> dict[str, Any]:
    return {
        **asdict(each),
        "agent": each.agent_id,
        "to_accept": _took(each.to_accept),
        "passes": _reasons(pass_reasons((each,))),
    }
