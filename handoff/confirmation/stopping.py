"""When asking is over: the time was confirmed, has changed, or is off."""

from __future__ import annotations

from datetime import datetime

from handoff.confirmation.steps import REMINDERS
from handoff.models import Handoff
from leads.todo import finish_tasks
from notifications.owing import drop_waiting

#: How the keys of its tasks begin, after the handoff: for each something that one call settles.
TASKS = "confirm"


def stop_confirming(handoff: Handoff, *, at: datetime) -> None:
    """Nobody is asked any more: the tasks are done, and reminders that still wait are not sent."""
    finish_tasks(key_prefix=f"{handoff.about}|{TASKS}|", at=at)
    drop_waiting(about=handoff.about, kinds=REMINDERS, at=at)
