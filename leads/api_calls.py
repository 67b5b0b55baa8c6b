"""The API's part about calls: a dialler notes what came of each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from leads.api import lead_of
from leads.calls import log_call
from leads.models import Call
from leads.models.calls import CallResult
from leads.next_call import suggested_call
from leads.phones import read_phone
from leads.queries.calls import calls_of
from leads.schemas import Phone
from leads.states import Stage, Via
from teams.bearer import acting
from teams.http import TeamRequest
from teams.keyset import page
from teams.models import Scope
from teams.schemas import PROBLEMS, TEXT, Body, Cursor, Limit, Moment

router = Router(tags=["Leads"])


class CallIn(Body):
    """What came of a call, and when the next one is."""

    result: CallResult
    phone: Phone = Field("", description="Which of the lead's numbers was called; the one to call, unless given.")
    note: Annotated[str, Field(max_length=500), TEXT] = ""
    next_call_at: Moment | None = Field(None, description="Left out, the usual one is planned; null plans none.")


class CallOut(Schema):
    """A call as it was noted. `by` is a membership."""

    id: int
    result: CallResult
    phone: str
    note: str
    by: int | None = Field(alias="by_id")
    at: datetime
    next_call_at: datetime | None


class CallsOut(Schema):
    """The newest first."""

    items: list[CallOut]
    next_cursor: str | None


@router.get("/leads/{int:lead_id}/calls", response={200: CallsOut, **PROBLEMS}, summary="Calls of a lead")
def list_calls(request: TeamRequest, lead_id: int, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """What came of each, the newest first."""
    lead = lead_of(acting(request, Scope.READ), lead_id)
    return page(calls_of(lead), cursor=cursor, limit=limit, show=lambda call: call)


@router.post("/leads/{int:lead_id}/calls", response={201: CallOut, **PROBLEMS}, summary="Note a call")
def add_call(request: TeamRequest, lead_id: int, body: CallIn) -> Status[Call]:
    """The first call of a new lead moves it to Contacting; a wrong number gives way to the lead's next one."""
    membership, at = acting(request, Scope.LEADS), timezone.now()
    lead = lead_of(membership, lead_id)
    following = body.next_call_at
    if "next_call_at" not in body.model_fields_set:
        following = suggested_call(
            body.result,
            unanswered=lead.unanswered_calls + 1,
            zone_name=lead.zone,
            stage=Stage(lead.stage),
            at=at,
        )
    made = log_call(
        lead=lead,
        result=body.result,
        phone=read_phone(body.phone, country=lead.team.country) if body.phone else "",
        note=body.note,
        next_call_at=following,
        actor=membership,
        via=Via.API,
        at=at,
    )
    return Status(201, made)
