"""The API's part about who decides with a lead."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from leads.api import lead_of
from leads.household import NotTaken, add_decision_maker, remove_decision_maker
from leads.models import DecisionMaker
from leads.phones import BadPhone, read_phone
from leads.schemas import Phone
from teams.bearer import acting
from teams.http import TeamRequest
from teams.models import Scope
from teams.problems import invalid, not_found
from teams.schemas import FILLED, LINE, PROBLEMS, Body, Email

router = Router(tags=["Leads"])


class DecisionMakerIn(Body):
    """Somebody who decides with the lead: an address to be invited at, a number, or both."""

    name: Annotated[str, Field(min_length=1, max_length=80), LINE, FILLED]
    email: Email = ""
    phone: Phone = ""


class DecisionMakerOut(Schema):
    """Somebody who decides with the lead. With an address, they are asked to the lead's appointments."""

    id: int
    name: str
    email: str
    phone: str
    created_at: datetime


class DecisionMakersOut(Schema):
    """In the order in which they were added."""

    items: list[DecisionMakerOut]


@router.get(
    "/leads/{int:lead_id}/decision-makers", response={200: DecisionMakersOut, **PROBLEMS}, summary="Who else decides"
)
def list_decision_makers(request: TeamRequest, lead_id: int) -> dict[str, Any]:
    """A spouse, a parent, a partner."""
    return {"items": list(lead_of(acting(request, Scope.READ), lead_id).decision_makers.all())}


@router.post(
    "/leads/{int:lead_id}/decision-makers",
    response={201: DecisionMakerOut, **PROBLEMS},
    summary="Add somebody who decides",
)
def add(request: TeamRequest, lead_id: int, body: DecisionMakerIn) -> Status[DecisionMaker]:
    """With an address they get an invite of their own, also to an appointment that is booked already."""
    membership = acting(request, Scope.LEADS)
    lead = lead_of(membership, lead_id)
    try:
        phone = read_phone(body.phone, country=lead.team.country) if body.phone else ""
        added = add_decision_maker(
            lead=lead, name=body.name, email=body.email.lower(), phone=phone, actor=membership, at=timezone.now()
        )
    except BadPhone as refusal:
        raise invalid({"phone": [str(refusal)]}) from refusal
    except NotTaken as refusal:
        raise invalid({refusal.field: [str(refusal)]}) from refusal
    return Status(201, added)


@router.delete(
    "/leads/{int:lead_id}/decision-makers/{int:person_id}",
    response={204: None, **PROBLEMS},
    summary="Take somebody off who decided",
)
def remove(request: TeamRequest, lead_id: int, person_id: int) -> Status[None]:
    """Whoever was asked to come gets a cancellation."""
    membership = acting(request, Scope.LEADS)
    lead = lead_of(membership, lead_id)
    person = DecisionMaker.objects.select_related("lead__team").filter(lead=lead, pk=person_id).first()
    if person is None:
        raise not_found()
    remove_decision_maker(decision_maker=person, actor=membership, at=timezone.now())
    return Status(204, None)
