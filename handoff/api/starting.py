"""What starts a handoff: free times, booking, stages and trigger tags."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.utils import timezone
from ninja import Query, Status

from handoff import booking
from handoff.api import shown
from handoff.api.router import router
from handoff.api.schemas import FullHandoffOut, HandoffIn, Minutes, SlotsOut, StageIn, StageOut, TagOut
from handoff.api.shown import agent_of, handoff_of, in_full
from handoff.errors import AlreadyHandedOff, SlotRequired, SlotTaken
from handoff.models import Handoff
from handoff.routing.ranking import rank
from handoff.slots import free_slots, next_slots
from handoff.states import Method
from leads.api import WORKERS, lead_of
from leads.models import Lead, LeadTag
from leads.schemas import TagIn, TagsOut
from leads.stage_names import stage_label
from leads.stages import change_stage
from leads.states import Via
from leads.tags import add_tag
from teams.bearer import acting
from teams.http import TeamRequest
from teams.models import Membership, Scope
from teams.policy import policy_of
from teams.schemas import PROBLEMS, Id, Moment

SHOWN_AHEAD = timedelta(days=7)
PER_AGENT = 200


@router.post("/leads/{int:lead_id}/stage", response={200: StageOut, 201: StageOut, **PROBLEMS}, summary="Move a lead")
def move_lead(request: TeamRequest, lead_id: int, body: StageIn) -> Status[dict[str, Any]]:
    """201 with the handoff when one starts."""
    membership, at = acting(request, Scope.LEADS), timezone.now()
    lead = lead_of(membership, lead_id)
    data: dict[str, Any] = {"override_reason": body.override_reason}
    if body.agent:
        data["agent"] = agent_of(membership, body.agent).pk
    change = change_stage(lead=lead, to=body.stage, actor=membership, via=Via.API, at=at, data=data)
    is_opened = Handoff.objects.filter(stage_change=change).exists()
    handoff = shown.started(lead) if is_opened else None
    now = {"stage": lead.stage, "stage_label": stage_label(lead.team, lead.stage), "stage_at": lead.stage_at}
    return Status(201 if handoff else 200, {**now, "handoff": handoff})


@router.get("/leads/{int:lead_id}/tags", response={200: TagsOut, **PROBLEMS}, summary="Words on the lead")
def list_tags(request: TeamRequest, lead_id: int) -> dict[str, Any]:
    """In the order of the alphabet."""
    return {"items": _names(lead_of(acting(request, Scope.READ), lead_id))}


@router.post("/leads/{int:lead_id}/tags", response={200: TagOut, 201: TagOut, **PROBLEMS}, summary="Tag a lead")
def tag_lead(request: TeamRequest, lead_id: int, body: TagIn) -> Status[dict[str, Any]]:
    """A trigger tag starts a handoff: then the answer has it, and 201. One that was there already changes nothing."""
    membership, at = acting(request, Scope.LEADS, *WORKERS), timezone.now()
    lead = lead_of(membership, lead_id)
    names, was_open = _names(lead), Handoff.objects.open().filter(lead=lead).exists()
    tag = add_tag(lead=lead, name=body.name, actor=membership, via=Via.API, at=at)
    handoff = None if was_open else shown.started(lead)
    return Status(200 if tag.name in names else 201, {"name": tag.name, "items": _names(lead), "handoff": handoff})


def _names(lead: Lead) -> list[str]:
    return sorted(LeadTag.objects.filter(lead=lead).values_list("name", flat=True), key=str.casefold)


@router.get("/slots", response={200: SlotsOut, **PROBLEMS}, summary="Free times")
def slots(
    request: TeamRequest,
    lead: Id,
    start: Annotated[Moment | None, Query(alias="from")] = None,
    end: Annotated[Moment | None, Query(alias="to")] = None,
    minutes: Minutes | None = None,
    agent: Id | None = None,
) -> dict[str, Any]:
    """Of the agents who suit the lead, best first; `from` is now and `to` a week later, unless given."""
    membership, at = acting(request, Scope.READ), timezone.now()
    whose = lead_of(membership, lead)
    if agent and not Handoff.objects.open().filter(lead=whose, agent=agent).exists():
        booking.check_may_have(agent=agent_of(membership, agent), lead=whose, at=at)
    begins = max(start or at, at)
    found = free_slots(
        lead=whose,
        team=membership.team,
        start=begins,
        end=end or begins + SHOWN_AHEAD,
        minutes=minutes or policy_of(membership.team).appointment_minutes,
        at=at,
        agents=[agent_of(membership, agent)] if agent else None,
        limit_per_agent=PER_AGENT,
    )
    return {"items": shown.slots(found)}


@router.post("/handoffs", response={201: FullHandoffOut, **PROBLEMS}, summary="Hand a lead off")
def hand_off(request: TeamRequest, body: HandoffIn) -> Status[dict[str, Any]]:
    """Book a slot, or pass the lead on at once. Owner, alerts, mails and invites follow; `receipts` tells of each."""
    membership, at = acting(request, Scope.HANDOFFS, *WORKERS), timezone.now()
    lead = lead_of(membership, body.lead)
    agent = agent_of(membership, body.agent) if body.agent else None
    if body.method == Method.DIRECT:
        handoff = booking.hand_off_now(
            lead=lead, agent=agent, setter=membership, via=Via.API, at=at, override_reason=body.override_reason
        )
    else:
        handoff = _book(lead, agent, membership, body, at=at)
    return Status(201, in_full(handoff_of(membership, handoff.pk)))


def _book(lead: Lead, agent: Membership | None, setter: Membership, body: HandoffIn, *, at: datetime) -> Handoff:
    minutes = body.minutes or policy_of(lead.team).appointment_minutes
    there = Handoff.objects.open().filter(lead=lead).select_related("agent__user").first()
    if there:
        raise AlreadyHandedOff(there)
    if agent:
        booking.check_may_have(agent=agent, lead=lead, at=at)
    if body.starts_at is None:
        raise SlotRequired(next_slots(lead=lead, at=at, minutes=minutes, agents=[agent] if agent else None))
    if agent is None:
        ranked = rank(lead=lead, team=lead.team, at=at, starts_at=body.starts_at, minutes=minutes)
        free = next((each.agent for each in ranked if not each.removed_by), None)
        if free is None:
            later = next_slots(lead=lead, at=at, minutes=minutes, after=max(at, body.starts_at))
            raise SlotTaken(later, "Nobody is free then.")
        agent = agent_of(setter, free.pk)
    return booking.book(
        lead=lead,
        agent=agent,
        starts_at=body.starts_at,
        minutes=minutes,
        how=body.how,
        place=body.place,
        setter=setter,
        via=Via.API,
        at=at,
        override_reason=body.override_reason,
    )
