"""The timers of a handoff: whatever comes due by itself is set together, in one statement, and called off together."""

from __future__ import annotations

from datetime import datetime

from handoff.confirmation.steps import confirmation_steps
from handoff.confirmation.stopping import stop_confirming
from handoff.cover.settling import settle
from handoff.due import outcome_steps
from handoff.models import Handoff
from handoff.unread import reading_steps
from notifications.promises.timers import call_off, set_timers


def set_timers_of(handoff: Handoff, *, at: datetime, since: datetime | None = None) -> None:
    """Set every step of this handoff by its terms. Called again after a change, it moves them.

    ``since``: when the agent got a lead without an appointment, if that was after the opening.
    """
    steps = [*confirmation_steps(handoff, at=at), *reading_steps(handoff, at=at), *outcome_steps(handoff, since=since)]
    set_timers(steps)


def call_off_timers(handoff: Handoff, *, at: datetime) -> None:
    """Call off what still runs: the handoff has ended, or its times or agent change.

    Nobody needs cover any more, and nobody is asked any more to confirm the time that was.
    """
    call_off(about=handoff.about, at=at)
    settle(handoff, at=at)
    stop_confirming(handoff, at=at)
