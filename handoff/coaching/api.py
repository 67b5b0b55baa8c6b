"""Coaching cards over the API: what the pages show, and that the ISA has read one."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from handoff.coaching.asking import question_of
from handoff.coaching.cards import acknowledge
from handoff.coaching.reading import cases_of, line_of
from handoff.coaching.states import CardStatus, Focus
from handoff.models import CoachingCard
from leads.api import WORKERS
from teams.bearer import acting
from teams.http import TeamRequest
from teams.keyset import page
from teams.models import Membership, Role, Scope
from teams.problems import not_found
from teams.schemas import PROBLEMS, Cursor, Id, Limit

router = Router(tags=["Coaching"])


class CardOut(Schema):
    """A pattern in what agents reported of one ISA's leads: `flagged` of the latest `judged` contradict `letter`."""

    id: int
    isa: int
    isa_name: str
    letter: Focus
    status: CardStatus
    flagged: int
    judged: int
    in_a_row_without: int
    wanted_in_a_row: int = Field(description="So many leads in a row without it close the card.")
    opened_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None
    ending: str = Field(description="Why it ended; empty while it has not.")
    note: str = Field(description="What a team lead has to say.")
    url: str


class CaseOut(Schema):
    """One lead of a card."""

    handoff: int
    lead: int
    client: str
    agent_name: str
    noted: str = Field(description="What the ISA had noted, as the agent was told.")
    found: str = Field(description="Why it was not a good lead; empty if that was corrected since.")
    note: str
    recording_url: str
    second: int | None = Field(description="The second of the recording at which the answer was given.")


class FullCardOut(CardOut):
    """With what to ask next time, and the leads."""

    ask: str
    cases: list[CaseOut]


class CardsOut(Schema):
    """The newest first."""

    items: list[CardOut]
    next_cursor: str | None


@router.get("/coaching/cards", response={200: CardsOut, **PROBLEMS}, summary="List coaching cards")
def list_cards(
    request: TeamRequest,
    status: CardStatus | None = None,
    isa: Id | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """A team lead's are the team's, an ISA's their own."""
    cards = _seen(acting(request, Scope.READ, *WORKERS))
    if status:
        cards = cards.filter(status=status)
    if isa is not None:
        cards = cards.filter(setter=isa)
    return page(cards, cursor=cursor, limit=limit, show=_card)


@router.get("/coaching/cards/{int:card_id}", response={200: FullCardOut, **PROBLEMS}, summary="A coaching card")
def get_card(request: TeamRequest, card_id: int) -> dict[str, Any]:
    """With what to ask next time, and each lead with the second of the call."""
    return _in_full(_card_of(acting(request, Scope.READ, *WORKERS), card_id))


@router.post(
    "/coaching/cards/{int:card_id}/acknowledge",
    response={200: FullCardOut, **PROBLEMS},
    summary="Say that a card is read",
)
def acknowledge_card(request: TeamRequest, card_id: int) -> dict[str, Any]:
    """By the ISA whose card it is; once more changes nothing."""
    member = acting(request, Scope.HANDOFFS, Role.ISA)
    acknowledge(card=_card_of(member, card_id), actor=member, at=timezone.now())
    return _in_full(_card_of(member, card_id))


def _seen(member: Membership) -> Any:
    return CoachingCard.objects.visible_to(member).select_related("team", "setter__user")


def _card_of(member: Membership, card_id: int) -> CoachingCard:
    card: CoachingCard | None = _seen(member).filter(pk=card_id).first()
    if card is None:
        raise not_found()
    return card


def _card(card: CoachingCard) -> dict[str, Any]:
    return {
        "id": card.pk,
        "isa": card.setter_id,
        "isa_name": card.setter.user.name,
        "letter": card.focus,
        "status": card.status,
        "flagged": card.flagged,
        "judged": card.judged,
        "in_a_row_without": card.without,
        "wanted_in_a_row": card.wanted,
        "opened_at": card.opened_at,
        "acknowledged_at": card.acknowledged_at,
        "closed_at": card.closed_at,
        "ending": card.ending,
        "note": card.note,
        "url": f"{settings.BASE_URL.rstrip('/')}{card.get_absolute_url()}",
    }


def _in_full(card: CoachingCard) -> dict[str, Any]:
    script = line_of(card).script
    cases = [
        {
            "handoff": case.handoff_id,
            "lead": case.lead_id,
            "client": case.client,
            "agent_name": case.agent,
            "noted": case.noted,
            "found": case.found,
            "note": case.note,
            "recording_url": case.url,
            "second": case.second,
        }
        for case in cases_of(card)
    ]
    return {**_card(card), "ask": question_of(script) if script else "", "cases": cases}
