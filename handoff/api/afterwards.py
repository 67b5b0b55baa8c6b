"""What happens to a handoff once it is open: receipts, moves, and the outcome."""

from typing import Annotated, Any

from django.utils import timezone
from ninja import Status
from pydantic import Field

from handoff import appointments, confirming
from handoff.api import shown
from handoff.api.recovering import StopIn
from handoff.api.router import router
from handoff.api.schemas import (
    AgentIn,
    AppointmentChanges,
    AppointmentOut,
    FullHandoffOut,
    HandoffsOut,
    ReasonIn,
    RetryOut,
    RoutingOut,
    TimeIn,
)
from handoff.api.shown import agent_of, appointment_of, handoff_of, in_full, owing
from handoff.models import Handoff
from handoff.receipts import receipts_of, retry
from handoff.recovery.stopping import stop_by_hand
from handoff.states import HandoffStatus
from leads.api import WORKERS
from teams.bearer import acting
from teams.http import TeamRequest
from teams.keyset import page
from teams.models import Role, Scope
from teams.policy import policy_of
from teams.schemas import PROBLEMS, Cursor, Id, Limit

Ref = Annotated[str, Field(pattern=r"^(owner|delivery)-[0-9]{1,18}$", description="A receipt's `id`.")]


@router.get("/handoffs", response={200: HandoffsOut, **PROBLEMS}, summary="List handoffs")
def list_handoffs(
    request: TeamRequest,
    status: HandoffStatus | None = None,
    lead: Id | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """The newest first."""
    handoffs = Handoff.objects.visible_to(acting(request, Scope.READ))
    if status:
        handoffs = handoffs.filter(status=status)
    if lead is not None:
        handoffs = handoffs.filter(lead=lead)
    return page(shown.drawn(handoffs), cursor=cursor, limit=limit, show=shown.shown)


@router.get("/handoffs/{int:handoff_id}", response={200: FullHandoffOut, **PROBLEMS}, summary="A handoff")
def get_handoff(request: TeamRequest, handoff_id: int) -> dict[str, Any]:
    """With the receipt of everything it owes."""
    return in_full(handoff_of(acting(request, Scope.READ), handoff_id))


@router.get("/handoffs/{int:handoff_id}/routing", response={200: RoutingOut, **PROBLEMS}, summary="Why this agent?")
def get_routing(request: TeamRequest, handoff_id: int) -> dict[str, Any]:
    """Every decision with who could have had it, what removed each, and the points. For team leads."""
    handoff = handoff_of(acting(request, Scope.READ, Role.LEAD), handoff_id)
    return {"items": [shown.decision(each) for each in handoff.routing.select_related("chosen__user", "by__user")]}


@router.post(
    "/handoffs/{int:handoff_id}/appointment", response={201: FullHandoffOut, **PROBLEMS}, summary="Set the first time"
)
def set_time(request: TeamRequest, handoff_id: int, body: TimeIn) -> Status[dict[str, Any]]:
    """For a lead that was handed over without one: agent and client are invited. Later, the appointment is moved."""
    membership = acting(request, Scope.HANDOFFS)
    appointments.set_time(
        handoff=handoff_of(membership, handoff_id),
        starts_at=body.starts_at,
        minutes=body.minutes or policy_of(membership.team).appointment_minutes,
        how=body.how,
        place=body.place,
        actor=membership,
        at=timezone.now(),
    )
    return Status(201, in_full(handoff_of(membership, handoff_id)))


@router.post(
    "/handoffs/{int:handoff_id}/reassign", response={200: FullHandoffOut, **PROBLEMS}, summary="Give to another agent"
)
def reassign(request: TeamRequest, handoff_id: int, body: AgentIn) -> dict[str, Any]:
    """The appointment goes along: who is out gets a cancellation, who is in an invite."""
    membership = acting(request, Scope.HANDOFFS, *WORKERS)
    handoff, agent = handoff_of(membership, handoff_id), agent_of(membership, body.agent)
    appointments.reassign(handoff=handoff, agent=agent, actor=membership, at=timezone.now())
    return in_full(handoff_of(membership, handoff_id))


@router.post(
    "/handoffs/{int:handoff_id}/take-back", response={200: FullHandoffOut, **PROBLEMS}, summary="Take the lead back"
)
def take_back(request: TeamRequest, handoff_id: int, body: ReasonIn) -> dict[str, Any]:
    """The lead is its setter's again."""
    membership = acting(request, Scope.HANDOFFS, *WORKERS)
    handoff = handoff_of(membership, handoff_id)
    appointments.take_back(handoff=handoff, actor=membership, at=timezone.now(), **body.dict())
    return in_full(handoff_of(membership, handoff_id))


@router.post(
    "/handoffs/{int:handoff_id}/recovery/stop",
    response={200: FullHandoffOut, **PROBLEMS},
    summary="Stop bringing a no-show back",
)
def stop_recovery(request: TeamRequest, handoff_id: int, body: StopIn) -> dict[str, Any]:
    """Nothing more is sent, and its call tasks are done. 409 if it has ended already."""
    membership = acting(request, Scope.HANDOFFS, *WORKERS)
    stop_by_hand(handoff=handoff_of(membership, handoff_id), reason=body.reason, actor=membership, at=timezone.now())
    return in_full(handoff_of(membership, handoff_id))


@router.post("/receipts/{receipt_id}/retry", response={200: RetryOut, **PROBLEMS}, summary="Try a step again")
def retry_step(request: TeamRequest, receipt_id: Ref) -> dict[str, Any]:
    """At once, with the same content; what is done stays done."""
    membership = acting(request, Scope.HANDOFFS)
    handoff = owing(membership, receipt_id)
    retried = retry(handoff=handoff, ref=receipt_id, actor=membership, at=timezone.now())
    return {"retried": retried, "receipts": [shown.receipt(each) for each in receipts_of(handoff)]}


@router.get("/appointments/{int:appointment_id}", response={200: AppointmentOut, **PROBLEMS}, summary="An appointment")
def get_appointment(request: TeamRequest, appointment_id: int) -> dict[str, Any]:
    """When, with whom, how."""
    appointment = appointment_of(acting(request, Scope.READ), appointment_id)
    return shown.appointment(appointment, appointment.handoff)


@router.patch(
    "/appointments/{int:appointment_id}", response={200: AppointmentOut, **PROBLEMS}, summary="Move an appointment"
)
def change_appointment(request: TeamRequest, appointment_id: int, body: AppointmentChanges) -> dict[str, Any]:
    """To another time, or to another agent. Everyone's invite is updated."""
    membership, at = acting(request, Scope.HANDOFFS, *(WORKERS if body.agent else ())), timezone.now()
    appointment = appointment_of(membership, appointment_id)
    if body.starts_at:
        appointments.move(
            appointment=appointment, starts_at=body.starts_at, minutes=body.minutes, actor=membership, at=at
        )
    elif body.agent:
        agent = agent_of(membership, body.agent)
        appointments.reassign(handoff=appointment.handoff, agent=agent, actor=membership, at=at)
    changed = appointment_of(membership, appointment_id)
    return shown.appointment(changed, changed.handoff)


@router.post(
    "/appointments/{int:appointment_id}/confirm", response={200: AppointmentOut, **PROBLEMS}, summary="Note a yes"
)
def confirm(request: TeamRequest, appointment_id: int) -> dict[str, Any]:
    """The client said that they will be there. Noted before, it stays as it was."""
    membership = acting(request, Scope.HANDOFFS)
    appointment = appointment_of(membership, appointment_id)
    confirming.confirm(handoff=appointment.handoff, actor=membership, at=timezone.now())
    confirmed = appointment_of(membership, appointment_id)
    return shown.appointment(confirmed, confirmed.handoff)


@router.post(
    "/appointments/{int:appointment_id}/cancel", response={200: FullHandoffOut, **PROBLEMS}, summary="Call it off"
)
def cancel(request: TeamRequest, appointment_id: int, body: ReasonIn) -> dict[str, Any]:
    """Everyone gets a cancellation; the lead is its setter's again."""
    membership = acting(request, Scope.HANDOFFS)
    appointment = appointment_of(membership, appointment_id)
    handoff = appointments.cancel(appointment=appointment, actor=membership, at=timezone.now(), **body.dict())
    return in_full(handoff_of(membership, handoff.pk))
