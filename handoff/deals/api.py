"""What came of clients after the handoff, over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from handoff.api.asked_days import refuse_unknown, refuse_wrong
from handoff.api.outcome_schemas import Amount
from handoff.api.shown import handoff_of
from handoff.deals.choice import DealChoice
from handoff.deals.moving import LONGEST_WHY, Said, move_deal
from handoff.deals.queries import deals_of, story_of
from handoff.models import Deal
from handoff.models.deals import Terms
from handoff.states import DealStatus, Method
from leads.states import Via
from teams.bearer import acting
from teams.http import TeamRequest
from teams.keyset import page
from teams.models import Membership, Scope
from teams.problems import not_found
from teams.schemas import LINE, PROBLEMS, Body, Cursor, Id, Limit

router = Router(tags=["Deals"])


class TermsOut(Schema):
    """Where a deal stands. Days are the team's; amounts are whole units of `currency`."""

    status: DealStatus
    signed_on: date
    under_contract_on: date | None
    closed_on: date | None
    lost_on: date | None
    price: int | None
    commission: int | None
    currency: str


class DealOut(TermsOut):
    """What came of a handoff."""

    id: int
    handoff: int
    lead: int
    setter: int
    agent: int
    method: str


class DealStepOut(TermsOut):
    """What a deal was after one change."""

    was: str = Field(description="The status before; empty for the first step.")
    why: str
    by: int | None
    at: datetime


class FullDealOut(DealOut):
    """With everything that was said of it, the latest first."""

    steps: list[DealStepOut]


class DealsOut(Schema):
    """Deals, the newest first."""

    items: list[DealOut]
    next_cursor: str | None


class DealIn(Body):
    """Where a deal stands, and since which day. To where it stands already is a correction, and says why."""

    to: DealStatus
    on: date
    price: Amount | None = Field(None, description="Stays as it was, unless given.")
    commission: Amount | None = Field(None, description="The team's gross income of it, in whole units.")
    why: Annotated[str, Field(max_length=LONGEST_WHY), LINE] = ""


class AskedDeals(Schema):
    """Which deals are listed: those of which all that is given is true."""

    status: DealStatus | None = None
    method: Method | None = None
    isa: Id | None = Field(None, description="Who set it; a team lead's to choose.")
    agent: Id | None = Field(None, description="Who met the client; an agent's are their own.")
    source: Annotated[str, Field(max_length=60), LINE] | None = Field(
        None, description="Where the client came from, as it was at the handoff. Empty: nobody said."
    )
    since: date | None = Field(None, description="The first day on which it may have come to where it stands.")
    until: date | None = Field(None, description="The last such day, itself included.")


@router.get("/deals", response={200: DealsOut, **PROBLEMS}, summary="List deals")
def list_deals(
    request: TeamRequest, asked: Query[AskedDeals], cursor: Cursor = "", limit: Limit = 50
) -> dict[str, Any]:
    """The newest first, by the filters of the page. Agents have those they met, ISAs those they set."""
    refuse_unknown(request, AskedDeals, besides=("cursor", "limit"))
    chosen = _chosen(acting(request, Scope.READ), asked)
    return page(deals_of(chosen.question).select_related("handoff"), cursor=cursor, limit=limit, show=_shown)


@router.get("/handoffs/{int:handoff_id}/deal", response={200: FullDealOut, **PROBLEMS}, summary="A handoff's deal")
def get_deal(request: TeamRequest, handoff_id: int) -> dict[str, Any]:
    """What came of a handoff, with everything that was said of it; 404 where nothing has, or if it is another ISA's."""
    found = Deal.objects.visible_to(acting(request, Scope.READ)).select_related("handoff")
    deal = found.filter(handoff=handoff_id).first()
    if deal is None:
        raise not_found()
    return _in_full(deal)


@router.post(
    "/handoffs/{int:handoff_id}/deal", response={200: FullDealOut, **PROBLEMS}, summary="Say how a deal goes on"
)
def post_deal(request: TeamRequest, handoff_id: int, body: DealIn) -> dict[str, Any]:
    """The agent who has the lead says it, or a team lead. The lead's stage follows."""
    membership = acting(request, Scope.HANDOFFS)
    said = Said(body.to, body.on, body.price, body.commission, body.why)
    handoff = handoff_of(membership, handoff_id)
    return _in_full(move_deal(handoff=handoff, said=said, actor=membership, via=Via.API, at=timezone.now()))


def _chosen(viewer: Membership, asked: AskedDeals) -> DealChoice:
    """Return what is asked, checked as the page checks it. Raises Problem."""
    said = {name: str(value) for name, value in asked.model_dump(exclude_none=True).items()}
    if asked.source == "":
        said["source"] = DealChoice.NONE
    people = Membership.objects.visible_to(viewer).in_bulk([pk for pk in (asked.isa, asked.agent) if pk])
    chosen = DealChoice(said, viewer=viewer, people=people)
    refuse_wrong(chosen)
    return chosen


def _shown(deal: Deal) -> dict[str, Any]:
    of_handoff = {"lead": "lead_id", "setter": "setter_id", "agent": "agent_id", "method": "method"}
    named = {name: getattr(deal.handoff, field) for name, field in of_handoff.items()}
    return {"id": deal.pk, "handoff": deal.handoff_id, **named, **_terms(deal)}


def _in_full(deal: Deal) -> dict[str, Any]:
    steps = [
        {**_terms(step), "was": step.was, "why": step.why, "by": step.by_id, "at": step.at} for step in story_of(deal)
    ]
    return {**_shown(deal), "steps": steps}


def _terms(said: Terms) -> dict[str, Any]:
    return {name: getattr(said, name) for name in TermsOut.model_fields}
