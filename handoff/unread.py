"""An agent who has not opened the brief shortly before they meet is reminded, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from handoff import words
from handoff.models import BriefRead, Handoff
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.terms import term
from notifications.models import Timer
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import owe_member
from notifications.promises.timers import Step, on_timer

UNREAD: Final = "brief_unread"


def reading_steps(handoff: Handoff, *, at: datetime) -> list[Step]:
    """Return the reminder, if its time is still to come; 0 in the handoff's terms switches it off.

    What is set or moved to within those minutes was told a moment ago, and that message asks to read the brief.
    """
    appointment, minutes = handoff.appointment, term(handoff, "unread_minutes")
    if appointment is None or not minutes:
        return []
    moment = appointment.starts_at - timedelta(minutes=minutes)
    return [Step(f"{handoff.about}|{UNREAD}", UNREAD, handoff.about, moment)] if moment > at else []


@on_timer(UNREAD)
def remind_to_read(timer: Timer, *, at: datetime) -> None:
    """Remind the agent; not once they have read it, nor after the start: then the board shows it in red."""
    open_ones = Handoff.objects.select_related("lead", "team", "agent__user", "setter__user", "appointment")
    handoff = open_ones.filter(pk=int(timer.about.partition("/")[2]), status=HandoffStatus.OPEN).first()
    appointment = handoff.appointment if handoff else None
    if handoff is None or appointment is None or appointment.status != AppointmentStatus.BOOKED:
        return
    if appointment.starts_at <= at or BriefRead.objects.filter(handoff=handoff, membership=handoff.agent_id).exists():
        return
    owe_member(
        handoff.agent,
        kind=UNREAD,
        about=handoff.about,
        audience=Audience.AGENT,
        message=words.brief_unread(handoff),
        at=at,
        revision=handoff.revision,
        group=Group.NEW,
        deadline_at=appointment.starts_at,
    )
