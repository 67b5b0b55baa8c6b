"""The API's part about people: who calls, who takes handoffs, where the team works."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Router

from teams.agents import working_agents
from teams.bearer import acting
from teams.http import TeamRequest
from teams.models import Absence, Area, Membership, Presence, Scope
from teams.schemas import PROBLEMS, AgentsOut, AreasOut, MeOut

router = Router(tags=["People"])


@router.get("/me", response={200: MeOut, **PROBLEMS}, summary="Who this token acts for")
def me(request: TeamRequest) -> dict[str, Any]:
    """The membership, its role and team, and the scopes of the token."""
    member = acting(request, Scope.READ)
    return {
        "id": member.pk,
        "name": member.user.name,
        "email": member.user.email,
        "role": member.role,
        "zone": member.user.zone,
        "team": member.team,
        "scopes": request.api_token.scopes,  # type: ignore[attr-defined]
    }


@router.get("/agents", response={200: AgentsOut, **PROBLEMS}, summary="Agents who take handoffs")
def agents(request: TeamRequest) -> dict[str, Any]:
    """With how clients hear of them."""
    team, at = acting(request, Scope.READ).team, timezone.now()
    benched = Absence.objects.filter(is_own=False).lasting_at(at).values("membership_id")
    on_call = dict(Presence.objects.on_call(at).filter(membership__team=team).values_list("pk", "until"))
    return {"items": [_agent(each, on_call.get(each.pk)) for each in working_agents(team).exclude(pk__in=benched)]}


def _agent(member: Membership, until: datetime | None) -> dict[str, Any]:
    profile = member.profile
    return {
        "id": member.pk,
        "name": member.user.name,
        "email": member.user.email,
        "phone": member.user.phone,
        "zone": member.user.zone,
        "title": profile.title,
        "line": profile.line,
        "years": profile.years,
        "languages": profile.languages,
        "states": profile.states,
        "areas": list(profile.areas.all()),
        "price_min": profile.price_min,
        "price_max": profile.price_max,
        "video_link": profile.video_link,
        "on_call_until": until,
    }


@router.get("/areas", response={200: AreasOut, **PROBLEMS}, summary="Where the team works")
def areas(request: TeamRequest) -> dict[str, Any]:
    """Areas as LPMAMA's location names them."""
    return {"items": list(Area.objects.visible_to(acting(request, Scope.READ)))}
