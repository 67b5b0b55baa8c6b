"""The steps of the confirmation process, as they fall due. After the start, or the end of the handoff, none speaks.

They run while their timer is locked, so they lock no lead (see ``handoff.locks``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff import words
from handoff.confirmation.steps import EARLY, LATE, UNCONFIRMED
from handoff.confirmation.stopping import TASKS
from handoff.due import path_of
from handoff.models import Appointment, Handoff
from handoff.phrases import local_moment
from handoff.reaching import client_address, client_number, mails_to_client
from handoff.states import AppointmentStatus, ClientAnswer, HandoffStatus
from handoff.telling import nudge_soon
from leads.todo import add_task
from notifications.models import Timer
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import owe_member, owe_person
from notifications.promises.owed import State
from notifications.promises.timers import on_timer, set_timer
from notifications.texting import owe_text
from teams.quiet_hours import is_quiet, quiet_until

SCRIPT = "confirmation_call"
CALL_WITHIN = timedelta(hours=1)
#: No step is that late unless nobody swept meanwhile.
OVERDUE_AFTER = timedelta(minutes=5)


@on_timer(EARLY)
def remind_early(timer: Timer, *, at: datetime) -> None:
    """Remind client and guests of tomorrow; nobody, if the later reminder is due as well, as after an outage."""
    if (handoff := _ahead(timer, at=at)) and not _is_superseded(timer, at=at) and not _is_said(timer, handoff, at=at):
        _remind(handoff, EARLY, at=at)
        _remind_guests(handoff, at=at)


@on_timer(LATE)
def remind_late(timer: Timer, *, at: datetime) -> None:
    """Remind the client of a meeting that is near."""
    if (handoff := _ahead(timer, at=at)) and not _is_said(timer, handoff, at=at):
        _remind(handoff, LATE, at=at)


@on_timer(UNCONFIRMED)
def ask_for_call(timer: Timer, *, at: datetime) -> None:
    """Have whoever set it call a client who has not confirmed, with the words to say."""
    handoff = _ahead(timer, at=at)
    if handoff is None or handoff.appointment is None or handoff.appointment.client_answer == ClientAnswer.CONFIRMED:
        return
    starts_at = handoff.appointment.starts_at
    add_task(
        key=f"{handoff.about}|{TASKS}|r{handoff.revision}",
        assignee=handoff.setter,
        lead=handoff.lead,
        kind=UNCONFIRMED,
        title=f"Call {handoff.lead.name}: not confirmed yet",
        detail=f"{words.meeting_of(handoff)} with {handoff.agent.user}: "
        f"{local_moment(starts_at, handoff.lead.zone)} for the client.",
        link=path_of(handoff),
        script=SCRIPT,
        is_urgent=True,
        at=at,
        due_at=min(at + CALL_WITHIN, starts_at),
    )
    owe_member(
        handoff.setter,
        kind=UNCONFIRMED,
        about=handoff.about,
        audience=Audience.ISA,
        message=words.unconfirmed(handoff),
        at=at,
        revision=handoff.revision,
        email=False,
        group=Group.CHANGES,
    )


def _ahead(timer: Timer, *, at: datetime) -> Handoff | None:
    """Return the handoff, unless it has ended or its meeting has begun."""
    found = Handoff.objects.select_related("lead", "team__texts", "agent__user", "setter__user", "appointment").filter(
        pk=int(timer.about.partition("/")[2]),
        status=HandoffStatus.OPEN,
        appointment__status=AppointmentStatus.BOOKED,
        appointment__starts_at__gt=at,
    )
    return found.first()


def _is_superseded(timer: Timer, *, at: datetime) -> bool:
    """Whether the later reminder is due as well. It may have fired already: several sweeps take whatever is due."""
    return Timer.objects.filter(about=timer.about, kind=LATE, called_off_at=None, due_at__lte=at).exists()


def _is_said(timer: Timer, handoff: Handoff, *, at: datetime) -> bool:
    """Whether another message says it, or the morning will.

    A step that is overdue has met an outage: what has waited since then, a new time say, is all that they need to hear.
    """
    unheard = mails_to_client(handoff).filter(state=State.WAITING)
    is_overdue = at - timer.due_at > OVERDUE_AFTER
    return (is_overdue and unheard.exists()) or _waits(timer, handoff, at=at)


def _waits(timer: Timer, handoff: Handoff, *, at: datetime) -> bool:
    """Whether it is night where the client is, as after an outage: then the step is judged anew in the morning."""
    zone = handoff.lead.zone
    if not is_quiet(zone, at=at):
        return False
    morning = quiet_until(zone, at=at)
    if handoff.appointment and morning < handoff.appointment.starts_at:
        set_timer(key=timer.key, kind=timer.kind, about=timer.about, due_at=morning)
    return True


def _remind(handoff: Handoff, kind: str, *, at: datetime) -> None:
    """Text whoever wants texts, and mail the others: one of both, since two of the same say less than one."""
    appointment: Appointment | None = handoff.appointment
    if appointment is None:
        return
    is_texted = bool(client_number(handoff)) and owe_text(
        team=handoff.team,
        number=client_number(handoff),
        zone=handoff.lead.zone,
        name=words.client_name(handoff),
        kind=kind,
        about=handoff.about,
        message=words.reminder_text(handoff, at=at),
        at=at,
        revision=handoff.revision,
        responsible=handoff.setter,
        deadline_at=appointment.starts_at,
    )
    if not is_texted and (address := client_address(handoff)):
        owe_person(
            team=handoff.team,
            email=address,
            name=words.client_name(handoff),
            kind=kind,
            about=handoff.about,
            message=words.reminder(handoff, at=at),
            at=at,
            revision=handoff.revision,
            responsible=handoff.setter,
            deadline_at=appointment.starts_at,
        )
    nudge_soon(handoff)


def _remind_guests(handoff: Handoff, *, at: datetime) -> None:
    """Those who come along hear of it once, the day before; they are not asked to confirm for the client."""
    for guest in words.guests_of(handoff):
        owe_person(
            team=handoff.team,
            email=guest.email,
            name=guest.name,
            kind=EARLY,
            about=handoff.about,
            message=words.guest_reminder(handoff, at=at),
            at=at,
            audience=Audience.GUEST,
            revision=handoff.revision,
            responsible=handoff.setter,
            deadline_at=handoff.appointment.starts_at if handoff.appointment else None,
        )
