"""The team lead's board."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handoff.filters import BoardFilter
from handoff.queries import board as reads
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role


@require_safe
@for_roles(Role.LEAD)
def board(request: TeamRequest) -> HttpResponse:
    """Show the open handoffs with the state of each step, stuck ones first. The filter lives in the address."""
    at = timezone.now()
    isas, agents = reads.people(request.membership)
    chosen = BoardFilter(request.GET, isas=isas, agents=agents)
    handoffs = reads.open_handoffs(request.membership, at=at)
    shown = chosen.narrow(handoffs)
    context: dict[str, Any] = {
        "filter": chosen,
        "totals": reads.totals(handoffs),
        "rows": reads.rows(shown),
        "is_filtered": chosen.is_filtered,
        "most": reads.ROWS,
        "zone": request.membership.team.zone,
    }
    template = "handoff/_board.html" if request.htmx else "handoff/board.html"
    return render(request, template, context)
