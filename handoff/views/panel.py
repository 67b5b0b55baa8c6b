"""The handoff panel of a lead's page: an htmx partial that always draws itself whole, with all that was chosen kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handoff.errors import (
    AlreadyHandedOff,
    BlindTransfer,
    HandoffOpen,
    NobodyOnCall,
    NotReady,
    RingOver,
    SlotTaken,
    TooLate,
    TransferUnderWay,
)
from handoff.filters import PanelChoice
from handoff.models.appointments import How
from handoff.queries import panel as reads
from handoff.queries import transfers
from handoff.queries.closed import last_ended
from handoff.queries.receipts import receipts_context
from handoff.queries.times import Time, time_of
from handoff.recovery.queries import standing_of
from handoff.states import Method
from leads.models import Lead
from leads.stages import Refused
from teams.access import any_member
from teams.http import TeamRequest
from teams.zones import zone

#: What the panel announces to the other parts of the lead's page.
CHANGED = "handoff-changed"
#: What a refusal is in HTTP: a state that has moved on is a conflict, the rest is what was asked for.
CONFLICTS = (
    SlotTaken,
    AlreadyHandedOff,
    HandoffOpen,
    TooLate,
    TransferUnderWay,
    NobodyOnCall,
    RingOver,
    BlindTransfer,
)


@dataclass(slots=True)
class Refusal:
    """Why something was not done, and what would be possible instead."""

    words: str
    times: list[Time] = field(default_factory=list)
    ask: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    status: int = 422

    @property
    def is_said_at_fields(self) -> bool:
        """Whether each wrong field says so itself."""
        return bool(self.errors) and set(self.errors) <= {"override_reason", "place", "reason"}

    @classmethod
    def of(cls, error: Refused, lead: Lead) -> Refusal:
        """Put a verb's refusal into words for the panel."""
        status = 409 if isinstance(error, CONFLICTS) else 422
        times = [time_of(slot, client_zone=lead.zone, with_day=True) for slot in getattr(error, "next_slots", ())]
        ask = error.missing[0].ask if isinstance(error, NotReady) and error.missing else ""
        return cls(words=str(error), times=times, ask=ask, status=status)


@require_safe
@any_member
def panel(request: TeamRequest, lead_pk: int) -> HttpResponse:
    """Draw the panel, with what has been chosen so far; a transfer that is as it was shown needs no drawing."""
    lead = lead_of(request, lead_pk)
    mark = request.GET.get("mark")
    if mark and transfers.is_as_shown(lead, mark):
        return HttpResponse(status=204)
    response = draw(request, lead, at=timezone.now())
    if mark:  # what moved a transfer on moved the lead, or their story, as well
        response["HX-Trigger"] = CHANGED
    return response


def lead_of(request: TeamRequest, pk: int) -> Lead:
    """Load a lead that this member may see, or answer 404."""
    leads = Lead.objects.visible_to(request.membership).select_related("team__policy", "owner__user", "isa__user")
    return get_object_or_404(leads, pk=pk)


def choice_of(request: TeamRequest, lead: Lead, *, at: datetime) -> PanelChoice:
    """Read what has been chosen, from the query or the posted form."""
    data = request.POST if request.method == "POST" else request.GET
    return PanelChoice.of(data, today=at.astimezone(zone(lead.zone)).date())


def draw(
    request: TeamRequest,
    lead: Lead,
    *,
    at: datetime,
    refusal: Refusal | None = None,
    just: str = "",
    opened: str = "",
    choice: PanelChoice | None = None,
) -> HttpResponse:
    """Return the panel. ``just`` names what was done (it moves the focus), ``opened`` the form to leave open.

    ``choice`` is what is chosen by what was done, where that is not what the request says.
    """
    may_act = not request.membership.is_agent
    context: dict[str, Any] = {
        "lead": lead,
        "at": at,
        "zone": request.user.zone,
        "may_act": may_act,
        "refusal": refusal,
        "just": just,
        "opened": opened,
        "choice": choice or choice_of(request, lead, at=at),
    }
    context |= _of_handoff(request, lead, at=at) or _of_transfer(request, lead, context["choice"], at=at)
    template = "handoff/_panel.html" if request.htmx else "handoff/panel.html"
    response = render(request, template, context, status=refusal.status if refusal else 200)
    # The lead's page asks with an empty box of this id; the panel takes its place, and asks for itself from then on.
    response["HX-Retarget"], response["HX-Reswap"] = "#handoff-panel", "outerHTML"
    if just and just not in ("held", "told"):
        response["HX-Trigger"] = CHANGED
    return response


def _of_handoff(request: TeamRequest, lead: Lead, *, at: datetime) -> dict[str, Any]:
    """Return what the panel draws of a handoff under way; nothing when there is none."""
    handoff = reads.open_handoff_of(lead)
    if handoff is None:
        return {}
    return {
        "now": reads.under_way(handoff, at=at),
        "steps": receipts_context(handoff, at=at),
        "is_mine": handoff.agent_id == request.membership.pk,
    }


def _of_transfer(request: TeamRequest, lead: Lead, choice: PanelChoice, *, at: datetime) -> dict[str, Any]:
    """Return what the panel draws while nobody has the lead: the transfer under way, else what a handoff needs."""
    transfer = transfers.newest_transfer(lead)
    member = request.membership
    may_act = not member.is_agent
    if transfer and transfer.is_under_way and may_act:
        return {
            "live": transfers.live(transfer),
            "drop_reasons": transfers.DROP_REASONS,
            "is_whose": member.is_lead or member.pk == transfer.setter_id,
        }
    found: dict[str, Any] = {
        "ended": last_ended(lead, viewer=request.membership),
        "recovery": standing_of(lead, viewer=request.membership),
    }
    if not may_act:
        return found
    found["over"] = over = transfers.over(transfer, at=at)
    if over and choice.over not in (None, over.transfer.pk):  # chosen before that transfer came to nothing
        choice = replace(choice, method=None)
    if reads.may_start(lead):
        found["plan"] = reads.preparing(lead, choice=choice, viewer=request.membership, at=at, before=over)
        found["methods"], found["hows"] = Method, How
    return found
