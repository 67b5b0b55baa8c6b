"""Statements over the API, to read: what payroll needs."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import AfterValidator, Field, WithJsonSchema

from handoff.api.asked_days import refuse_unknown
from handoff.models import Entry
from handoff.months import this_month
from handoff.pay.statements import Month, months_of_team, statement_of
from teams.bearer import acting
from teams.http import TeamRequest
from teams.models import Membership, Role, Scope
from teams.problems import not_found
from teams.schemas import PROBLEMS

router = Router(tags=["Pay"])
MONTH = re.compile(r"[1-9]\d{3}-(0[1-9]|1[0-2])", re.ASCII)


def _month_name(said: str) -> str:
    if said and not MONTH.fullmatch(said):
        raise ValueError("Give a month, as 2026-10.")
    return said


MonthName = Annotated[
    str,
    AfterValidator(_month_name),
    WithJsonSchema({"type": "string", "pattern": f"^({MONTH.pattern})?$", "description": "A month, as 2026-10."}),
]


class StatementOut(Schema):
    """A month of one ISA. Cents are hundredths of `currency`."""

    isa: int
    isa_name: str
    month: str
    state: str = Field(
        description="`running`, `settling` while entries of a new plan are still being made, `ready` to be approved, "
        "or `approved`, which is for good."
    )
    total_cents: int
    currency: str
    approved_at: datetime | None
    open_questions: int


class EntryOut(Schema):
    """One line. Without an `id` it is entered when the statement is approved, if nothing changes until then."""

    id: int | None
    kind: str
    turn: str
    earned_on: date
    handoff: int | None
    amount_cents: int
    not_paid_cents: int = Field(description="What a rule kept back; below zero where a correction made it less.")
    currency: str
    why: str


class FullStatementOut(StatementOut):
    """With every entry."""

    entries: list[EntryOut]


class StatementsOut(Schema):
    """The statements of a month, by name."""

    items: list[StatementOut]


class AskedMonth(Schema):
    """Which month's statements are listed: this one's unless another is named."""

    month: MonthName = ""


@router.get("/pay/statements", response={200: StatementsOut, **PROBLEMS}, summary="List a month's statements")
def list_statements(request: TeamRequest, asked: Query[AskedMonth]) -> dict[str, Any]:
    """Of this month, unless another is named; your own, unless you lead the team."""
    member, at = acting(request, Scope.READ, *Role), timezone.now()
    refuse_unknown(request, AskedMonth)
    month = date.fromisoformat(f"{asked.month}-01") if asked.month else this_month(member.team, at=at)
    found = months_of_team(member, last=month, count=1, at=at)
    return {"items": [_shown(row) for each in found for row in each.rows]}


@router.get(
    "/pay/statements/{int:isa_id}/{month}", response={200: FullStatementOut, **PROBLEMS}, summary="One statement"
)
def get_statement(request: TeamRequest, isa_id: int, month: str) -> dict[str, Any]:
    """With every entry, and why it is that much; `month` as 2026-10."""
    member = acting(request, Scope.READ, *Role)
    seen = Membership.objects.visible_to(member).select_related("user", "team")
    isa = (seen if member.is_lead else seen.filter(pk=member.pk)).filter(pk=isa_id).first()
    named = MONTH.fullmatch(month)
    page = statement_of(isa, date.fromisoformat(f"{month}-01"), at=timezone.now()) if isa and named else None
    if page is None:
        raise not_found()
    return {**_shown(page.head), "entries": [_entry(each) for each in page.entries]}


def _shown(row: Month) -> dict[str, Any]:
    return {
        "isa": row.isa.pk,
        "isa_name": row.isa.user.name,
        "month": f"{row.month:%Y-%m}",
        "state": row.state,
        "total_cents": row.total,
        "currency": row.currency,
        "approved_at": row.approved_at,
        "open_questions": row.disputes,
    }


def _entry(each: Entry) -> dict[str, Any]:
    case = each.case
    names = ("kind", "turn", "earned_on", "currency", "why")
    return {
        "id": each.pk,
        "handoff": case.pk if case else None,
        "amount_cents": each.amount,
        "not_paid_cents": each.withheld,
        **{name: getattr(each, name) for name in names},
    }
