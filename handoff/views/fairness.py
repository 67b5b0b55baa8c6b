"""Who got which lead and why: the shares of a team, one agent's latest turns, and the decision about one handoff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handoff.queries.fairness import Shares, latest_turns, shares_for
from handoff.routing.decisions import explain
from handoff.views.changes import handoff_of
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Membership, Role
from teams.sheets import sheet, sheet_lines

COLUMNS = (
    "Agent", "Email", "Share (percent)", "Days there", "Expected", "Received", "Credited back", "Difference",
    "Today", "Most a day", "This week", "Most a week", "State", "Outcomes on time", "Outcomes due",
)  # fmt: skip


@require_safe
@for_roles(Role.LEAD, Role.AGENT)
def fairness(request: TeamRequest) -> HttpResponse:
    """Show each agent's share beside what they received; an agent sees their own, with the latest turns."""
    member, at = request.membership, timezone.now()
    shares = shares_for(member, at=at)
    context: dict[str, Any] = {"shares": shares, "chart": share_chart(shares), "zone": member.user.zone}
    if member.is_agent:
        context["turns"] = latest_turns(member)
    return render(request, "handoff/fairness.html", context)


@require_safe
@for_roles(Role.LEAD, Role.AGENT)
def of_agent(request: TeamRequest, pk: int) -> HttpResponse:
    """Show one agent's latest turns, each with why: to a team lead, and to the agent."""
    seen = Membership.objects.agents().editable_by(request.membership).select_related("user")
    agent, at = get_object_or_404(seen, pk=pk), timezone.now()
    rows = [row for row in shares_for(request.membership, at=at).rows if row.agent.pk == agent.pk]
    context = {"agent": agent, "rows": rows, "turns": latest_turns(agent), "zone": request.user.zone}
    return render(request, "handoff/fairness_of.html", context)


@require_safe
@for_roles(Role.LEAD)
def shares_csv(request: TeamRequest) -> StreamingHttpResponse:
    """Give the shares as a table that no spreadsheet executes."""
    at = timezone.now()
    return sheet(f"shares-{at:%Y-%m-%d}", sheet_lines(COLUMNS, _cells(request.membership, at=at)))


def _cells(viewer: Membership, *, at: datetime) -> Iterator[tuple[object, ...]]:
    for row in shares_for(viewer, at=at).rows:
        standing, user = row.standing, row.agent.user
        received = (round(standing.expected, 2), standing.received, standing.credited, round(standing.ahead, 2))
        filled = (row.today.there, row.today.most, row.this_week.there, row.this_week.most)
        on_time = (row.on_time.part, row.on_time.whole)
        yield (str(user), user.email, row.weight, row.days, *received, *filled, row.state, *on_time)


@require_safe
@for_roles(Role.LEAD)
def why(request: TeamRequest, pk: int) -> HttpResponse:
    """Show why a handoff has the agent it has: every decision, who could have had it, and what removed each."""
    handoff = handoff_of(request, pk)
    decisions = handoff.routing.select_related("chosen__user", "was__user", "by__user").order_by("-id")
    context = {
        "handoff": handoff,
        "lead": handoff.lead,
        "explained": [explain(decision) for decision in decisions],
        "zone": request.user.zone,
    }
    return render(request, "handoff/why.html", context)


def share_chart(shares: Shares) -> dict[str, Any]:
    """Return the shares as ``chart_page.js`` draws them."""
    rows = [row for row in shares.rows if row.agent.ended_at is None]
    return {
        "type": "bar",
        "labels": [row.agent.user.name for row in rows],
        "datasets": [
            {"label": "Fair share", "data": [round(row.standing.expected, 1) for row in rows], "tone": 6},
            {"label": "Received", "data": [row.standing.received for row in rows], "tone": 1},
            {"label": "Credited back", "data": [row.standing.credited for row in rows], "tone": 4},
        ],
    }
