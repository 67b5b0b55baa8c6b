"""What a client asks of people: a call, or a time that could not be booked. Kept, and an urgent task for the ISA."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from handoff import words
from handoff.client.granting import WISH, wishes_of
from handoff.locks import lock_lead
from handoff.models import Appointment, Handoff
from handoff.ownership import who_gets_it_back
from handoff.phrases import one_line
from handoff.states import AppointmentStatus, ClientAnswer
from handoff.telling import nudge_soon
from leads.models import Lead, Task
from leads.signals import client_answered
from leads.states import Heard
from leads.timeline import record
from leads.todo import add_task
from notifications.models.deliveries import Audience
from notifications.owing import owe_member

#: As much of a client's own words as is kept.
LONGEST = 300


@transaction.atomic
def ask_for_call(*, handoff: Handoff, wish: str, at: datetime) -> None:
    """Note that no time suits the client, and they ask to be called: if the meeting is ahead, that is their answer."""
    lead = lock_lead(handoff.lead)
    ahead = Appointment.objects.filter(handoff=handoff, status=AppointmentStatus.BOOKED, starts_at__gt=at)
    ahead.update(client_answer=ClientAnswer.WANTS_MOVE, client_answered_at=at)
    said = one_line(wish, limit=LONGEST, unlink=False)
    _ask(handoff, lead, "The client asks to be called about another time" + (f": {said}" if said else ""), at=at)


@transaction.atomic
def keep_wish(*, handoff: Handoff, wish: str, why: str, at: datetime) -> None:
    """Keep a time that the client chose and that could not be booked; ``why`` is for the team alone."""
    lead = lock_lead(handoff.lead)
    _ask(handoff, lead, f"The client chose {wish}, which could not be booked: {why}", at=at)


def _ask(handoff: Handoff, lead: Lead, summary: str, *, at: datetime) -> None:
    """Put it on the ISA's list, into their inbox and their mail; what they are to do already is not asked twice."""
    if Task.objects.open().filter(key__startswith=wishes_of(lead), detail=summary).exists():
        return
    entry = record(lead=lead, kind=WISH, summary=summary, at=at, data={"handoff": handoff.pk})
    isa = who_gets_it_back(handoff)
    add_task(
        key=f"{wishes_of(lead)}{entry.pk}",
        assignee=isa,
        lead=lead,
        kind="call",
        title=f"Call {lead.name}: they want another time",
        detail=summary,
        script="client_wish",
        is_urgent=True,
        at=at,
        due_at=at,
    )
    owe_member(
        isa,
        kind=WISH,
        about=handoff.about,
        audience=Audience.ISA,
        message=words.client_wish(handoff, summary=summary),
        at=at,
        revision=entry.pk,
        responsible=isa,
    )
    client_answered.send(sender=Lead, lead=lead, how=Heard.PAGE, at=at)
    nudge_soon(handoff)
