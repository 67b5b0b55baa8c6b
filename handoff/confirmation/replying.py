"""What the client's calendar replied: a hint beside the appointment. It confirms nothing, and calls nothing off."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.dispatch import receiver

from handoff.confirmation.reminding import CALL_WITHIN, SCRIPT
from handoff.confirmation.stopping import TASKS
from handoff.due import path_of
from handoff.guests import CLIENT_SEQUENCE
from handoff.models import Appointment, Handoff
from handoff.phrases import local_moment, one_line
from handoff.reaching import client_address
from handoff.states import AppointmentStatus, HandoffStatus, Rsvp
from handoff.words import guests_of
from leads.timeline import record
from leads.todo import add_task, finish_tasks
from notifications.mail_in.reading import Mail
from notifications.mail_in.replies import CalendarReply
from notifications.models import MailIn
from notifications.signals import mail_received

DECLINED: Final = f"{TASKS}|declined"
#: What the story says of it.
VERBS: Final = {Rsvp.ACCEPTED: "accepted", Rsvp.TENTATIVE: "says maybe to", Rsvp.DECLINED: "declined"}


@receiver(mail_received, dispatch_uid="handoff.note_calendar_reply")
def note_reply(*, kept: MailIn, mail: Mail, at: datetime, **_: Any) -> bool:
    """Note what a calendar replied. Tells whether it is for an appointment of this team, and from who was invited."""
    reply = mail.reply
    if reply is None:
        return False
    handoff = (
        Handoff.objects.select_related("lead", "team", "agent__user", "setter__user", "appointment")
        .filter(team=kept.team_id, appointment__uid=reply.uid)
        .first()
    )
    if handoff is None or handoff.appointment is None:
        return False
    said = Rsvp(reply.partstat.lower())
    if reply.attendee in {guest.email.lower() for guest in guests_of(handoff)}:
        _record(handoff, f"The calendar of {reply.attendee} {VERBS[said]} the invite", at=at)
        return True
    if not client_address(handoff) or reply.attendee != client_address(handoff).lower():
        return False
    if _is_current(handoff, reply) and _note(handoff.appointment, said, reply, at=at):
        _record(handoff, f"The client's calendar {VERBS[said]} the invite", at=at)
        if said == Rsvp.DECLINED:
            _ask_for_call(handoff, mail, at=at)
        else:
            finish_tasks(key_prefix=f"{handoff.about}|{DECLINED}|", at=at)
    return True


def _is_current(handoff: Handoff, reply: CalendarReply) -> bool:
    """Whether it answers the invite as the client has it now: an answer to an older one says nothing of this time."""
    appointment = handoff.appointment
    if appointment is None or handoff.status != HandoffStatus.OPEN:
        return False
    told = handoff.facts.get("terms", {}).get(CLIENT_SEQUENCE, appointment.sequence)
    return int(told) <= reply.sequence <= appointment.sequence


def _note(appointment: Appointment, said: Rsvp, reply: CalendarReply, *, at: datetime) -> bool:
    """Write it down, unless a later answer came before it or nothing has changed. No clock but ours runs ahead."""
    moment = min(reply.stamped_at or at, at)
    ours = Appointment.objects.filter(
        Q(rsvp_at=None) | Q(rsvp_at__lte=moment),
        pk=appointment.pk,
        status=AppointmentStatus.BOOKED,
        sequence=appointment.sequence,
        starts_at__gt=at,
    )
    return bool(ours.exclude(rsvp=said).update(rsvp=said, rsvp_at=moment))


def _ask_for_call(handoff: Handoff, mail: Mail, *, at: datetime) -> None:
    appointment = handoff.appointment
    if appointment is None:
        return
    when = local_moment(appointment.starts_at, handoff.lead.zone)
    add_task(
        key=f"{handoff.about}|{DECLINED}|r{handoff.revision}",
        assignee=handoff.setter,
        lead=handoff.lead,
        kind="declined",
        title=one_line(f"Call {handoff.lead.name}: their calendar declined the invite", 200),
        detail=one_line(f"{when} for the client, with {handoff.agent.user}. The appointment stands. {mail.text}", 500),
        link=path_of(handoff),
        script=SCRIPT,
        is_urgent=True,
        at=at,
        due_at=min(at + CALL_WITHIN, appointment.starts_at),
    )


def _record(handoff: Handoff, summary: str, *, at: datetime) -> None:
    record(lead=handoff.lead, kind="calendar_reply", summary=summary, at=at, data={"handoff": handoff.pk})
