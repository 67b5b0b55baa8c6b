"""An agent who has not opened the brief is reminded: once shortly before they meet, and when somebody asks for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from handoff import words
from handoff.errors import Refused
from handoff.locks import lock_lead
from handoff.models import BriefRead, Handoff
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.telling import nudge_soon
from handoff.terms import term
from leads.models import Activity
from leads.timeline import record
from notifications.models import Timer
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import owe_member
from notifications.promises.timers import Step, on_timer
from teams.models import Membership

UNREAD: Final = "brief_unread"
#: The policy asks for no earlier reminder than this.
AT_MOST_BEFORE: Final = timedelta(hours=12)
#: What stands in the lead's story when a person asked for it.
ASKED: Final = "brief_asked"
#: Nobody is reminded of the same brief more often than this.
ASKED_EVERY: Final = timedelta(minutes=10)


class NotAsked(Refused):
    """There is nothing to remind of; the words say why."""


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
    _remind(handoff, kind=UNREAD, revision=handoff.revision, at=at, chat=False)


@transaction.atomic
def ask_to_read(*, handoff: Handoff, actor: Membership, at: datetime) -> None:
    """Remind the agent because a person wants it, in the team's chat too. Raises NotAsked where that would be none."""
    lead = lock_lead(handoff.lead)
    current = Handoff.objects.select_related("team", "agent__user", "setter__user", "appointment").get(pk=handoff.pk)
    current.lead = lead
    who = current.agent.user.name
    if current.status != HandoffStatus.OPEN:
        raise NotAsked("This handoff is over.")
    if BriefRead.objects.filter(handoff=current, membership=current.agent_id).exists():
        raise NotAsked(f"{who} has read it meanwhile.")
    asked = Activity.objects.filter(lead=lead, kind=ASKED, at__gt=at - ASKED_EVERY, data__handoff=current.pk)
    if asked.exists():
        raise NotAsked(f"{who} was reminded a moment ago. Call them, if it cannot wait.")
    told = f"{actor.user.name} asked {who} to read the brief"
    entry = record(lead=lead, kind=ASKED, summary=told, actor=actor, at=at, data={"handoff": current.pk})
    _remind(current, kind=ASKED, revision=entry.pk, at=at, chat=True)
    nudge_soon(current)


def _remind(handoff: Handoff, *, kind: str, revision: int, at: datetime, chat: bool) -> None:
    """Owe the agent the reminder; worth nothing once they meet, where that is still to come."""
    starts_at = handoff.appointment.starts_at if handoff.appointment else None
    owe_member(
        handoff.agent,
        kind=kind,
        about=handoff.about,
        audience=Audience.AGENT,
        message=words.brief_unread(handoff),
        at=at,
        revision=revision,
        group=Group.NEW,
        deadline_at=starts_at if starts_at and starts_at > at else None,
        chat=chat,
    )
