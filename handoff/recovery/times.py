"""When the steps of a run are due: by the client's clock, at an hour at which one may call, and never at night."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from handoff.models.recovery import StepKind
from handoff.recovery.steps import Step
from teams.quiet_hours import quiet_until
from teams.zones import zone

#: A slip of the thumb can be corrected before the client hears of it.
MESSAGE_AFTER: Final = timedelta(minutes=5)
#: The hour of each kind of step on later days: people are awake, and a message is read before the call.
HOURS: Final = {StepKind.MESSAGE: time(9), StepKind.CALL: time(10), StepKind.NURTURE: time(12)}


def due_at(step: Step, *, zone_name: str, started_at: datetime) -> datetime:
    """Return when a step is due, in UTC. Day 0 is the day on which the client can first be reached."""
    if step.day == 0:
        asked = started_at + MESSAGE_AFTER if step.kind == StepKind.MESSAGE else started_at
        return quiet_until(zone_name, at=asked)
    first = quiet_until(zone_name, at=started_at).astimezone(zone(zone_name)).date()
    local = datetime.combine(first + timedelta(days=step.day), HOURS[step.kind], tzinfo=zone(zone_name))
    return quiet_until(zone_name, at=local)
