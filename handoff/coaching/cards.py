"""What people do with a card: its ISA says that they read it, the team lead leaves a note or closes it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from handoff.coaching import telling
from handoff.coaching.states import CardStatus
from handoff.errors import Refused
from handoff.models import CoachingCard
from notifications.inbox import mark_read_about
from teams.models import Membership


class CardOver(Refused):
    """The card has ended: there is nothing to do with it any more."""


class NotYourCard(Refused):
    """Only the ISA whose card it is says that they read it; notes and ends are a team lead's."""


@transaction.atomic
def acknowledge(*, card: CoachingCard, actor: Membership, at: datetime) -> bool:
    """Note that the ISA has read it; tells whether that is new. Team leads hear of it. Raises NotYourCard, CardOver."""
    if actor.pk != card.setter_id:
        raise NotYourCard(f"This is {card.setter.user.first_name}'s card: only they can say that they read it.")
    current = _current(card)
    mark_read_about(membership=actor, about=card.about, at=at)
    if not current.is_new:
        return False
    current.status, current.acknowledged_at = CardStatus.ACKNOWLEDGED, at
    current.save(update_fields=["status", "acknowledged_at"])
    telling.tell_acknowledged(current, at=at)
    return True


@transaction.atomic
def leave_note(*, card: CoachingCard, text: str, actor: Membership, at: datetime) -> None:
    """Keep what the team lead says, in place of an earlier note; the ISA is told. Raises NotYourCard, CardOver."""
    _only_for_leads(actor)
    current = _current(card)
    if current.note == text:
        return
    current.note, current.noted_by = text, actor
    current.save(update_fields=["note", "noted_by"])
    if text:
        telling.tell_noted(current, at=at)


@transaction.atomic
def close_card(*, card: CoachingCard, reason: str, actor: Membership, at: datetime) -> None:
    """End it with a reason: what was set before counts no more. Raises NotYourCard, CardOver."""
    _only_for_leads(actor)
    current = _current(card)
    current.status, current.ending = CardStatus.CLOSED, reason
    current.closed_at, current.closed_by = at, actor
    current.save(update_fields=["status", "ending", "closed_at", "closed_by"])
    telling.tell_closed(current, at=at)


def end_cards_of_leaver(*, setter: Membership, reason: str, at: datetime) -> None:
    """End the cards of somebody who leaves the team: nobody is told."""
    live = CoachingCard.objects.live().filter(setter=setter)
    live.update(status=CardStatus.WITHDRAWN, ending=reason, closed_at=at)


def _current(card: CoachingCard) -> CoachingCard:
    """Wait for whoever changes the card, and return it as it is now, if it has not ended."""
    found = CoachingCard.objects.select_for_update(of=("self",)).select_related(
        "setter__user", "team", "noted_by__user"
    )
    current = found.get(pk=card.pk)
    if not current.is_live:
        raise CardOver(f"This card has ended: {current.get_status_display().lower()}. There is nothing left to do.")
    return current


def _only_for_leads(actor: Membership) -> None:
    if not actor.is_lead:
        raise NotYourCard("Notes and closing are the team lead's.")
