"""Questions for an outcome that stand in a chat: once it is known they say so, whichever way it was reported."""

from __future__ import annotations

from datetime import datetime

from handoff.due import QUESTIONS
from handoff.models import Handoff
from notifications.messages import Message
from notifications.slack_calls import bring_up_to_date


def settle_questions(handoff: Handoff, message: Message, *, at: datetime) -> None:
    """Have every question that was asked in a chat say this instead, without its buttons."""
    bring_up_to_date(about=handoff.about, kinds=QUESTIONS, message=message, at=at, revision=handoff.revision)
