"""When the client is reminded, and when a time that they have not confirmed becomes a call to make.

Counted back from the start in real hours, so on the day that clocks change the reminder of the day before comes an
hour earlier or later by the clock. None falls into the client's night.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from handoff.models import Handoff
from handoff.terms import term
from notifications.promises.timers import Step
from teams.quiet_hours import is_quiet, last_open, quiet_until

EARLY, LATE, UNCONFIRMED = "reminder_early", "reminder_late", "unconfirmed"
REMINDERS: Final = (EARLY, LATE)
#: The term that says how long before the start each step is, and in what it counts.
TERMS: Final = {
    EARLY: ("reminder_early_hours", timedelta(hours=1)),
    LATE: ("reminder_late_minutes", timedelta(minutes=1)),
    UNCONFIRMED: ("unconfirmed_minutes", timedelta(minutes=1)),
}
#: Whoever was told of the time less than this before needs no reminder, and was just asked whether it suits.
JUST_TOLD: Final = timedelta(hours=1)
#: A step that waited for the morning must leave time to act on it.
LEAVES: Final = timedelta(hours=1)
#: A night brings a step forward by 11 hours and a half at most, and it was set an hour before it, or it was left out.
AT_MOST_EARLIER: Final = timedelta(hours=12, minutes=30)
#: And so no client is called earlier than this before the start: the policy asks for two days at most.
CALLED_AT_MOST_BEFORE: Final = timedelta(days=2) + AT_MOST_EARLIER


def confirmation_steps(handoff: Handoff, *, at: datetime) -> list[Step]:
    """Return the steps that are still to come, by the handoff's terms; 0 there switches one off.

    A step is left out if its time has passed, or comes within the hour: a meeting set for the same afternoon gets no
    reminder of the day before, and one set less than four hours ahead no call three hours before it (by the usual
    terms). Its client said yes a moment ago.
    """
    appointment = handoff.appointment
    if appointment is None:
        return []
    found = []
    for kind, (name, unit) in TERMS.items():
        before = term(handoff, name) * unit
        moment = in_daytime(appointment.starts_at - before, zone=handoff.lead.zone, starts_at=appointment.starts_at)
        if before and moment >= at + JUST_TOLD:
            found.append(Step(f"{handoff.about}|{kind}", kind, handoff.about, moment))
    return found


def in_daytime(moment: datetime, *, zone: str, starts_at: datetime) -> datetime:
    """Return the moment; where that is night, 8:00 after it if an hour is left then, else the evening before it."""
    if not is_quiet(zone, at=moment):
        return moment
    morning = quiet_until(zone, at=moment)
    return morning if morning + LEAVES <= starts_at else last_open(zone, at=moment)
