"""The gate: what it lacks, and standing by an over-promise that stays as it was written."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils import timezone
from ninja import Schema
from pydantic import Field

from handoff.api import shown
from handoff.api.router import router
from handoff.api.schemas import OverrideReason, Place
from handoff.known import Known, known_of
from handoff.overpromises.acknowledging import acknowledge
from handoff.overpromises.promises import promises_of, written_for
from handoff.readiness import check_known
from handoff.states import Method
from leads.api import WORKERS, lead_of
from teams.bearer import acting
from teams.http import TeamRequest
from teams.models import Membership, Scope
from teams.schemas import LINE, PROBLEMS, Body, Reason


class MissingOut(Schema):
    """Something the gate lacks, and what to ask or do for it."""

    code: str
    label: str
    ask: str
    letter: str | None
    mark: str = Field(description="Of an over-promise: what `POST …/promises` takes. Else empty.")


class ReadinessOut(Schema):
    """Whether a handoff by this method may start."""

    method: Method
    ok: bool
    missing: list[MissingOut]
    warnings: list[MissingOut]
    next_question: str


class PromiseIn(Body):
    """A text that promises, and why it stays. A place or reason that is not stored yet comes along as it will be."""

    mark: Annotated[str, Field(max_length=64, description="As readiness or a refusal named it."), LINE]
    reason: Reason
    place: Place = ""
    override_reason: OverrideReason = ""
    method: Method = Method.SCHEDULED


@router.get("/leads/{int:lead_id}/readiness", response={200: ReadinessOut, **PROBLEMS}, summary="May it be handed off?")
def readiness(request: TeamRequest, lead_id: int, method: Method = Method.SCHEDULED) -> dict[str, Any]:
    """What the gate lacks, in the order in which to ask."""
    membership = acting(request, Scope.READ)
    return _judged(known_of(lead_of(membership, lead_id)), method=method, setter=membership)


@router.post("/leads/{int:lead_id}/promises", response={200: ReadinessOut, **PROBLEMS}, summary="Stand by a promise")
def stand_by(request: TeamRequest, lead_id: int, body: PromiseIn) -> dict[str, Any]:
    """Leave a flagged text as it is, for a reason that the agent reads. Another text asks anew. Answers readiness."""
    membership = acting(request, Scope.LEADS, *WORKERS)
    lead = lead_of(membership, lead_id)
    texts = written_for(None, body.override_reason, place=body.place)
    promises = promises_of(lead, also=texts)
    acknowledge(lead=lead, promises=promises, mark=body.mark, reason=body.reason, by=membership, at=timezone.now())
    return _judged(known_of(lead, also=texts), method=body.method, setter=membership)


def _judged(known: Known, *, method: Method, setter: Membership) -> dict[str, Any]:
    found = check_known(known, method=method, setter=setter)
    return {
        "method": method,
        "ok": found.ok,
        "missing": shown.missing(found.missing),
        "warnings": shown.missing(found.warnings),
        "next_question": found.next_question,
    }
