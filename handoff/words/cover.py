"""What is said when an agent cannot make a meeting."""

from __future__ import annotations

from handoff.models import CoverRequest, Handoff
from handoff.words.pieces import absolute, cover_path, lead_name, meeting_of, only_known, when_for
from notifications.messages import Message
from notifications.models.deliveries import Audience


def cover_asked(handoff: Handoff, asked: CoverRequest) -> Message:
    """Tell who set it, at once."""
    return _ask(
        handoff,
        title=f"{handoff.agent.user.name} can't make it: find cover for {lead_name(handoff)}",
        lead_in=f"{handoff.agent.user.first_name} says: {asked.reason}",
    )


def cover_unsolved(handoff: Handoff, asked: CoverRequest) -> Message:
    """Tell team leads, when nobody has solved it for a while."""
    return _ask(
        handoff,
        title=f"Still without cover: {lead_name(handoff)} with {handoff.agent.user.name}",
        lead_in=f"{handoff.setter.user.name} was told, and nothing has changed. "
        f"{handoff.agent.user.first_name} says: {asked.reason}",
    )


def cover_taken_back(handoff: Handoff) -> Message:
    """Tell who set it that nothing need be done."""
    return Message(
        title=f"{handoff.agent.user.name} can make it after all: {lead_name(handoff)}",
        lead_in="The appointment stands as it was.",
        facts=only_known([(meeting_of(handoff), when_for(handoff, Audience.ISA))]),
        link=absolute(cover_path(handoff)),
        link_label="Look at the handoff",
    )


def _ask(handoff: Handoff, *, title: str, lead_in: str) -> Message:
    return Message(
        title=title,
        lead_in=lead_in,
        facts=only_known([(meeting_of(handoff), when_for(handoff, Audience.ISA))]),
        lines=("The client knows nothing of this yet. Whoever you choose is invited, and so is the client.",),
        link=absolute(cover_path(handoff)),
        link_label="Find another agent or time",
        is_urgent=True,
    )
