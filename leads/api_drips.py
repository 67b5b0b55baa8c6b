"""The API's part about drips: which there are, and enrolling a lead in one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Router, Schema, Status

from leads.api import WORKERS, lead_of
from leads.drips.enrolling import enrol
from leads.drips.stopping import stop
from leads.models import DripSequence, Enrolment
from leads.models.drips import DripState, Why
from teams.bearer import acting
from teams.http import TeamRequest
from teams.keyset import page
from teams.models import Scope
from teams.problems import invalid, not_found
from teams.schemas import PROBLEMS, Body, Cursor, Id, Limit

router = Router(tags=["Leads"])


class DripOut(Schema):
    """A sequence of mails. Leads are enrolled in one that is on."""

    id: int
    name: str
    is_on: bool
    on_stage: str


class DripsOut(Schema):
    """The newest first."""

    items: list[DripOut]
    next_cursor: str | None


class EnrolmentIn(Body):
    """Which drip (`GET /drips`)."""

    drip: Id


class EnrolmentOut(Schema):
    """A lead in a drip: how far, and why it stopped."""

    id: int
    drip: int
    state: DripState
    why: str
    remark: str
    started_at: datetime
    next_at: datetime | None
    ended_at: datetime | None


class EnrolmentsOut(Schema):
    """The newest first."""

    items: list[EnrolmentOut]
    next_cursor: str | None


@router.get("/drips", response={200: DripsOut, **PROBLEMS}, summary="The team's drips")
def list_drips(request: TeamRequest, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """Sequences of mails that the team has written."""
    membership = acting(request, Scope.READ)
    drips = DripSequence.objects.filter(team=membership.team_id)
    return page(drips, cursor=cursor, limit=limit, show=lambda drip: drip)


@router.get("/leads/{int:lead_id}/drips", response={200: EnrolmentsOut, **PROBLEMS}, summary="Drips of a lead")
def list_enrolments(request: TeamRequest, lead_id: int, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """What runs and ran, the newest first."""
    lead = lead_of(acting(request, Scope.READ), lead_id)
    return page(Enrolment.objects.filter(lead=lead), cursor=cursor, limit=limit, show=_shown)


@router.post("/leads/{int:lead_id}/drips", response={201: EnrolmentOut, **PROBLEMS}, summary="Enrol a lead in a drip")
def add_enrolment(request: TeamRequest, lead_id: int, body: EnrolmentIn) -> Status[dict[str, Any]]:
    """409 `refused` says why a lead cannot be enrolled: they want no such mail, it runs already, an agent has them."""
    membership = acting(request, Scope.LEADS, *WORKERS)
    lead = lead_of(membership, lead_id)
    drip = DripSequence.objects.filter(team=membership.team_id, pk=body.drip).first()
    if drip is None:
        raise invalid({"drip": ["There is no such drip."]})
    return Status(201, _shown(enrol(lead=lead, sequence=drip, actor=membership, at=timezone.now())))


@router.post(
    "/leads/{int:lead_id}/drips/{int:enrolment_id}/stop",
    response={200: EnrolmentOut, **PROBLEMS},
    summary="Stop a drip of a lead",
)
def stop_enrolment(request: TeamRequest, lead_id: int, enrolment_id: int) -> dict[str, Any]:
    """What waits is dropped. One that has ended stays as it is."""
    membership = acting(request, Scope.LEADS, *WORKERS)
    theirs = Enrolment.objects.filter(lead=lead_of(membership, lead_id), pk=enrolment_id)
    if not theirs.exists():
        raise not_found()
    stop(theirs, why=Why.BY_HAND, actor=membership, at=timezone.now())
    return _shown(theirs.get())


def _shown(enrolment: Enrolment) -> dict[str, Any]:
    own = ("state", "why", "remark", "started_at", "next_at", "ended_at")
    return {
        "id": enrolment.pk,
        "drip": enrolment.sequence_id,
        **{name: getattr(enrolment, name) for name in own},
    }
