"""What is said of a coaching card: to learn from, never to be told off with."""

from __future__ import annotations

from handoff.coaching.asking import question_of, scripts_for
from handoff.coaching.states import Focus
from handoff.models import CoachingCard
from handoff.words.pieces import absolute, only_known
from notifications.messages import Message
from teams.models import Membership


def share_of(card: CoachingCard) -> str:
    """Say “3 of the last 10 leads”."""
    return f"{card.flagged} of the last {card.judged} leads"


def card_opened(card: CoachingCard, *, reader: Membership) -> Message:
    """There is something to learn from: to the ISA, or to a team lead."""
    focus = Focus(card.focus)
    question = question_of(scripts_for(card.team, [focus])[focus])
    if reader.pk == card.setter_id:
        title = f"Something to learn from: {focus.label}"
        lead_in = (
            f"In {share_of(card)} that you set and an agent met, {focus.label} was not as noted. "
            "The card has the calls, at the second of the answer, and a question that helps."
        )
    else:
        title = f"{card.setter.user.name}: {focus.label} in {share_of(card)}"
        lead_in = "A good one to listen to together. The card has the calls, at the second of the answer."
    return _of(card, title, lead_in, facts=[("To ask next time", f"“{question}”")])


def card_improved(card: CoachingCard, *, reader: Membership) -> Message:
    """It worked."""
    label = Focus(card.focus).label
    if reader.pk == card.setter_id:
        title = f"{label}: {card.without} leads in a row without it"
        return _of(card, title, "Your card is closed, and the hint at the next call is gone. Well done.")
    title = f"{card.setter.user.name} improved on {label}"
    return _of(card, title, f"{card.without} leads in a row without it: a good moment to say so.")


def card_withdrawn(card: CoachingCard) -> Message:
    """There is no pattern any more."""
    return _of(card, f"Your card on {Focus(card.focus).label} is withdrawn", card.ending)


def card_closed(card: CoachingCard) -> Message:
    """A team lead has closed it."""
    return _of(card, f"Your card on {Focus(card.focus).label} is closed", card.ending)


def card_acknowledged(card: CoachingCard) -> Message:
    """The ISA has read it: to a team lead."""
    title = f"{card.setter.user.name} has read the card on {Focus(card.focus).label}"
    return _of(card, title, "The hint stands beside the letter at every call until it has improved.")


def card_noted(card: CoachingCard) -> Message:
    """A team lead has something to say."""
    who = card.noted_by.user.name if card.noted_by else "Your team lead"
    return _of(card, f"{who} left you a note on {Focus(card.focus).label}", card.note)


def _of(card: CoachingCard, title: str, lead_in: str, *, facts: list[tuple[str, str]] | None = None) -> Message:
    return Message(
        title=title,
        lead_in=lead_in,
        facts=only_known(facts or []),
        link=absolute(card.get_absolute_url()),
        link_label="Open the card",
    )
