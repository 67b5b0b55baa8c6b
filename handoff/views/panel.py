"""The handoff panel of a lead's page: an htmx partial that always draws itself whole, with all that was chosen kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handoff.errors import AlreadyHandedOff, HandoffOpen, NotReady, SlotTaken, TooLate
from handoff.filters import PanelChoice
from handoff.models.appointments import How
from handoff.queries import panel as reads
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

#: What a refusal is in HTTP: a state that has moved on is a conflict, the rest is what was asked for.
CONFLICTS = (SlotTaken, AlreadyHandedOff, HandoffOpen, TooLate)


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
    """Draw the panel, with what has been chosen so far."""
    lead = lead_of(request, lead_pk)
    return draw(request, lead, at=timezone.now())


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
) -> HttpResponse:
    """Return the panel. ``just`` names what was done (it moves the focus), ``opened`` the form to leave open."""
    handoff = reads.open_handoff_of(lead)
    may_act = not request.membership.is_agent
    context: dict[str, Any] = {
        "lead": lead,
        "at": at,
        "zone": request.user.zone,
        "may_act": may_act,
        "refusal": refusal,
        "just": just,
        "opened": opened,
        "choice": choice_of(request, lead, at=at),
    }
    if handoff:
        context["now"] = reads.under_way(handoff, at=at)
        context["steps"] = receipts_context(handoff, at=at)
        context["is_mine"] = handoff.agent_id == request.membership.pk
    else:
        context["ended"] = last_ended(lead, viewer=request.membership)
        context["recovery"] = standing_of(lead, viewer=request.membership)
    if not handoff and may_act and reads.may_start(lead):
        context["plan"] = reads.preparing(lead, choice=context["choice"], viewer=request.membership, at=at)
        context["methods"], context["hows"] = Method, How
    template = "handoff/_panel.html" if request.htmx else "handoff/panel.html"
    response = render(request, template, context, status=refusal.status if refusal else 200)
    # The lead's page asks with an empty box of this id; the panel takes its place, and asks for itself from then on.
    response["HX-Retarget"], response["HX-Reswap"] = "#handoff-panel", "outerHTML"
    if just and just != "held":
        response["HX-Trigger"] = "handoff-changed"
    return response
