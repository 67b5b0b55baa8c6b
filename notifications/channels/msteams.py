"""Microsoft Teams: a card for the address of a team's own workflow (“When a Teams webhook request is received”).

The workflow answers 202 before it posts anything: whether the card came up in the channel, nobody tells us.
https://learn.microsoft.com/power-automate/teams/send-a-message-in-teams
"""

from __future__ import annotations

import json
from typing import Any

from notifications import outbound
from notifications.channels.connected import keep_for_the_demo, raise_for_status, send_by
from notifications.channels.msteams_cards import card
from notifications.channels.vocabulary import ChannelError, Receipt
from notifications.messages import Message
from notifications.models import Delivery
from teams import msteams
from teams.models import TeamsConnection

ACCEPTED = "Accepted by Teams' workflow. Teams does not say whether it was posted."
DEMO_CHANNEL = "Handoffs"
SWITCHED_OFF = "WorkflowTriggerIsNotEnabled"


class TeamsChannel:
    """Posts to the team's workflow, or draws the card where the team has none and nothing leaves the building."""

    label = "Microsoft Teams"

    def send(self, delivery: Delivery) -> Receipt:
        """Post the card. Raises ChannelError."""
        connection: TeamsConnection = getattr(delivery.team, "msteams", None) or TeamsConnection(is_enabled=False)
        payload = card(Message.from_json(delivery.message))
        return send_by(
            delivery,
            post=lambda: _post(connection, payload),
            draw=lambda: keep_for_the_demo(delivery, where=connection.channel or DEMO_CHANNEL, payload=payload),
        )


def _post(connection: TeamsConnection, payload: dict[str, Any]) -> Receipt:
    return _read(outbound.post_json(connection.webhook_url, payload, hosts=msteams.HOSTS))


def _read(answer: outbound.Answer) -> Receipt:
    """Any 2xx is as much of a yes as there is; the card may still fail inside the workflow."""
    raise_for_status(answer)
    if 200 <= answer.status < 300:
        return Receipt(answer=ACCEPTED)
    if 300 <= answer.status < 400:
        raise ChannelError(f"{answer.status}, a redirect: not followed.", permanent=True, needs_reconnect=True)
    said = _code(answer.text)
    is_about_us = answer.status in {401, 403, 404, 410} or said == SWITCHED_OFF
    raise ChannelError(f"{answer.status} {said}".strip(), permanent=True, needs_reconnect=is_about_us)


def _code(text: str) -> str:
    """Return the error's own name. Its sentence may repeat the address, which is a secret."""
    try:
        error = json.loads(text)["error"]
        return str(error["code"])[:100]
    except (ValueError, KeyError, TypeError):
        return ""
