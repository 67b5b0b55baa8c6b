"""What the client says of the time that was set: that they will be there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from handoff import words
from handoff.client.granting import grant_wishes
from handoff.confirmation.steps import UNCONFIRMED
from handoff.confirmation.stopping import stop_confirming
from handoff.errors import TooLate
from handoff.locks import lock_lead
from handoff.models import Appointment, Handoff
from handoff.states import AppointmentStatus, ClientAnswer, HandoffStatus
from leads.timeline import record
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import owe_member
from notifications.promises.timers import call_off
from teams.models import Membership

CONFIRMED = "client_confirmed"


@transaction.atomic
def confirm(*, handoff: Handoff, actor: Membership | None, at: datetime) -> bool:
    """Note that the client will be there; ``actor`` is who heard them say so, None when they pressed it themselves.

    Nobody has to call them any more; agent and setter hear of it. False if they had confirmed this time before.
    Raises TooLate if it has begun, or is no longer set.
    """
    lead = lock_lead(handoff.lead)
    current = Handoff.objects.select_related("appointment", "agent__user", "setter__user").get(pk=handoff.pk)
    current.lead, current.team = lead, lead.team
    appointment = current.appointment
    if current.status != HandoffStatus.OPEN or appointment is None or appointment.status != AppointmentStatus.BOOKED:
        raise TooLate("This appointment was called off, or is over.")
    if appointment.starts_at <= at:
        raise TooLate("The appointment has begun.")
    call_off(about=current.about, kinds=[UNCONFIRMED], at=at)
    asked = Appointment.objects.filter(pk=appointment.pk).exclude(client_answer=ClientAnswer.CONFIRMED)
    if not asked.update(client_answer=ClientAnswer.CONFIRMED, client_answered_at=at):
        return False
    stop_confirming(current, at=at)
    grant_wishes(lead, at=at)
    how = "Confirmed on the phone" if actor else "The client confirmed the appointment"
    record(lead=lead, kind="confirmed", summary=how, actor=actor, at=at, data={"handoff": current.pk})
    _tell(current, actor=actor, at=at)
    return True


def _tell(handoff: Handoff, *, actor: Membership | None, at: datetime) -> None:
    """Tell agent and setter in the app: it is good to know, and asks for nothing."""
    told = {handoff.setter_id: (handoff.setter, Audience.ISA), handoff.agent_id: (handoff.agent, Audience.AGENT)}
    for pk, (member, audience) in told.items():
        if actor is None or pk != actor.pk:
            owe_member(
                member,
                kind=CONFIRMED,
                about=handoff.about,
                audience=audience,
                message=words.client_confirmed(handoff, audience=audience, by=actor.user.name if actor else ""),
                at=at,
                revision=handoff.revision,
                email=False,
                group=Group.CHANGES,
            )
