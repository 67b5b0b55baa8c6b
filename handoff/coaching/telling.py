"""Who hears of a card: its ISA and the team leads, in the app; by mail if they chose so."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from handoff.coaching.states import CardStatus
from handoff.models import CoachingCard
from handoff.words import coaching as words
from notifications.messages import Message
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import owe_member
from teams.models import Membership, Role

OPENED: Final = "coaching_opened"
IMPROVED: Final = "coaching_improved"
ENDED: Final = "coaching_ended"
ACKNOWLEDGED: Final = "coaching_acknowledged"
NOTED: Final = "coaching_noted"


def tell_opened(card: CoachingCard, *, at: datetime) -> None:
    """There is a card: to its ISA, and to the team leads."""
    _owe(card.setter, card, OPENED, words.card_opened(card, reader=card.setter), at)
    for lead in _leads(card):
        _owe(lead, card, OPENED, words.card_opened(card, reader=lead), at)


def tell_ended(card: CoachingCard, *, at: datetime) -> None:
    """It has improved, which the team leads hear too; or a correction took it away, which is for its ISA."""
    if card.status != CardStatus.IMPROVED:
        _owe(card.setter, card, ENDED, words.card_withdrawn(card), at)
        return
    _owe(card.setter, card, IMPROVED, words.card_improved(card, reader=card.setter), at)
    for lead in _leads(card):
        _owe(lead, card, IMPROVED, words.card_improved(card, reader=lead), at)


def tell_closed(card: CoachingCard, *, at: datetime) -> None:
    """A team lead has closed it: to its ISA, with the reason."""
    _owe(card.setter, card, ENDED, words.card_closed(card), at)


def tell_acknowledged(card: CoachingCard, *, at: datetime) -> None:
    """The ISA has read it: to the team leads."""
    for lead in _leads(card):
        _owe(lead, card, ACKNOWLEDGED, words.card_acknowledged(card), at)


def tell_noted(card: CoachingCard, *, at: datetime) -> None:
    """A team lead has left a note: to its ISA. Each note is told, so the moment is part of its key."""
    if card.noted_by_id != card.setter_id:
        _owe(card.setter, card, NOTED, words.card_noted(card), at, revision=int(at.timestamp()))


def _leads(card: CoachingCard) -> list[Membership]:
    leads = Membership.objects.active().filter(team=card.team_id, role=Role.LEAD).exclude(pk=card.setter_id)
    return list(leads.select_related("user", "team").order_by("pk"))


def _owe(whom: Membership, card: CoachingCard, kind: str, message: Message, at: datetime, *, revision: int = 1) -> None:
    owe_member(
        whom,
        kind=kind,
        about=card.about,
        audience=Audience.LEAD if whom.is_lead else Audience.ISA,
        message=message,
        at=at,
        revision=revision,
        email=False,
        group=Group.COACHING,
    )
