"""How it went: reported once, and corrected."""

from typing import Any

from django.utils import timezone
from ninja import Status

from handoff.amending import correct_outcome
from handoff.api.outcome_schemas import CorrectionIn, OutcomeIn
from handoff.api.router import router
from handoff.api.schemas import FullHandoffOut
from handoff.api.shown import handoff_of, in_full
from handoff.postponing import report_outcome
from leads.states import Via
from teams.bearer import acting
from teams.http import TeamRequest
from teams.models import Scope
from teams.schemas import PROBLEMS


@router.post(
    "/handoffs/{int:handoff_id}/outcome", response={201: FullHandoffOut, **PROBLEMS}, summary="Report the outcome"
)
def outcome(request: TeamRequest, handoff_id: int, body: OutcomeIn) -> Status[dict[str, Any]]:
    """The agent who has the lead reports, or a team lead; once, and after the appointment began.

    Moved to a new time is no end: the handoff comes back open, with its appointment at that time.
    """
    membership = acting(request, Scope.HANDOFFS)
    report_outcome(
        handoff=handoff_of(membership, handoff_id),
        moved_to=body.moved_to,
        actor=membership,
        via=Via.API,
        at=timezone.now(),
        **body.said(),
    )
    return Status(201, in_full(handoff_of(membership, handoff_id)))


@router.post(
    "/handoffs/{int:handoff_id}/outcome/correct",
    response={200: FullHandoffOut, **PROBLEMS},
    summary="Correct the outcome",
)
def correct(request: TeamRequest, handoff_id: int, body: CorrectionIn) -> dict[str, Any]:
    """Every version is kept. The agent may for as long as the team allows, a team lead at any time."""
    membership = acting(request, Scope.HANDOFFS)
    correct_outcome(
        handoff=handoff_of(membership, handoff_id),
        why=body.why,
        actor=membership,
        via=Via.API,
        at=timezone.now(),
        **body.said(),
    )
    return in_full(handoff_of(membership, handoff_id))
