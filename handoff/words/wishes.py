"""What the ISA is told when a client asks for something that no page could give them."""

from __future__ import annotations

from handoff.models import Handoff
from handoff.words.pieces import brief_link, lead_name, only_known, phone_of, when_for
from notifications.messages import Message
from notifications.models.deliveries import Audience


def client_wish(handoff: Handoff, *, summary: str) -> Message:
    """Ask them to call: the client said so on their page."""
    return Message(
        title=f"{lead_name(handoff)} wants another time: call now",
        lead_in=f"{summary}.",
        facts=only_known(
            [
                ("Phone", phone_of(handoff)),
                ("Set for", when_for(handoff, Audience.ISA) if handoff.appointment else ""),
                ("With", handoff.agent.user.name),
            ]
        ),
        link=brief_link(handoff),
        link_label="Open the brief",
        is_urgent=True,
    )
