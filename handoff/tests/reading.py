"""Reading a message as a test needs it."""

from __future__ import annotations

from handoff import words
from handoff.models import Handoff
from leads.tests.factories import NOW
from notifications.messages import Message
from notifications.models.deliveries import Audience
from teams.models import Membership


def everything(message: Message) -> str:
    """All text of a message, as one string."""
    facts = [f"{fact.label}: {fact.value}" for fact in message.facts]
    actions = [f"{action.label} {action.link}" for action in message.actions]
    return "\n".join([message.title, message.lead_in, *facts, *message.lines, message.link, *actions, message.footer])


def facts_of(message: Message) -> dict[str, str]:
    """Its table."""
    return {fact.label: fact.value for fact in message.facts}


def to_client(handoff: Handoff, was: Membership) -> list[Message]:
    """Everything a client can be told; ``was`` is the agent before."""
    return [
        words.client_confirmation(handoff),
        words.moved(handoff, audience=Audience.CLIENT, was_at=NOW),
        words.cancelled(handoff, audience=Audience.CLIENT, reason="Changed their mind"),
        words.agent_changed(handoff, audience=Audience.CLIENT, was=was),
        words.taken_back(handoff, audience=Audience.CLIENT, reason="Not ready"),
    ]
