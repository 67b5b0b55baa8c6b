"""The question in Slack with its buttons, and the sheet that a press opens."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from handoff.models import Handoff
from handoff.tests.factories import MINUTES, SLOT
from notifications.models import Delivery
from notifications.promises.drains import drain
from notifications.promises.timers import fire_due

END = SLOT + timedelta(minutes=MINUTES)
AFTER = END + timedelta(minutes=10)
ANA, LEA = "U0ANA", "U0LEA"


def asked(handoff: Handoff, peer, *, at=END) -> dict[str, Any]:
    """Let the question come due, and return the card in Ana's direct messages."""
    fire_due(at=at)
    drain(Delivery, at=at, stream="slack")
    return next(post for post in reversed(peer.posts) if post["channel"] == "D00ANA")


def press_of(handoff: Handoff, answer="yes", revision=None) -> str:
    return f"{handoff.team_id}/outcome/{answer}/{handoff.pk}/{revision or handoff.revision}"


def words_of(answer) -> str:
    return str(json.loads(answer.content)["view"]["blocks"][0]["text"]["text"])


def title_of(answer) -> str:
    return str(json.loads(answer.content)["view"]["title"]["text"])
