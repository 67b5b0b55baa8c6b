"""A closing that came through another door, without its price: somebody is asked for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse

from handoff.models import Handoff
from leads.todo import add_task

AMOUNTS_TASK: Final = "deal_amounts"
#: A closing is fresh for so long: its papers are on the table.
WITHIN: Final = timedelta(days=1)


def ask_for_amounts(handoff: Handoff, *, at: datetime) -> None:
    """Ask the agent for price and commission, once."""
    add_task(
        key=f"{handoff.about}|{AMOUNTS_TASK}",
        assignee=handoff.agent,
        title=f"Say what {handoff.lead.name} closed at",
        kind=AMOUNTS_TASK,
        at=at,
        due_at=at + WITHIN,
        lead=handoff.lead,
        detail="Price and commission are missing: figures and the ISA's pay come from them.",
        link=reverse("handoff:deal", args=[handoff.pk]),
    )
