"""“I can't make it”, said by the agent, and taken back by the agent. Whatever else settles it is in ``settling``."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from handoff import words
from handoff.cover.settling import ABOUT, open_request, settle
from handoff.errors import TooLate
from handoff.locks import lock_lead
from handoff.models import CoverRequest, Handoff
from handoff.ownership import who_gets_it_back
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.telling import nudge_soon
from handoff.words.pieces import cover_path
from leads.states import Via
from leads.timeline import record
from leads.todo import add_task
from notifications.messages import Message
from notifications.models import Timer
from notifications.models.deliveries import Audience
from notifications.owing import owe_member
from notifications.promises.timers import on_timer, set_timer
from teams.models import Membership, Role

UNSOLVED = "cover_unsolved"
CHANGED = "The appointment has changed meanwhile. Look at it again."
#: Team leads hear of it after so long, or half-way to the meeting if that is sooner.
LEADS_AFTER = timedelta(minutes=30)


@transaction.atomic
def ask_for_cover(*, handoff: Handoff, agent: Membership, reason: str, via: Via, at: datetime) -> CoverRequest:
    """Say that the agent cannot make the meeting: the ISA is told at once, with a page that offers what to do.

    Said twice it is one request, the first. Raises TooLate once the meeting has begun, or is another agent's, or is
    not any more as ``handoff`` was loaded.
    """
    current = _current(handoff, agent, at)
    there = open_request(current)
    if there is not None:
        return there
    asked = CoverRequest.objects.create(handoff=current, agent=agent, reason=reason[:300], via=via, asked_at=at)
    summary = f"{agent.user} can't make it: {reason}"
    record(lead=current.lead, kind=ABOUT, summary=summary, actor=agent, at=at, data={"handoff": current.pk})
    _tell(current, asked, at)
    return asked


@transaction.atomic
def take_back_cover(*, handoff: Handoff, agent: Membership, at: datetime) -> bool:
    """The agent can make it after all: nobody need do anything. False if nothing was open any more; raises TooLate."""
    current = _current(handoff, agent, at)
    asked = open_request(current)
    if asked is None:
        return False
    settle(current, at=at, is_taken_back=True)
    summary = f"{agent.user} can make it after all"
    record(lead=current.lead, kind=ABOUT, summary=summary, actor=agent, at=at, data={"handoff": current.pk})
    owe_member(
        who_gets_it_back(current),
        kind="cover_taken_back",
        about=current.about,
        audience=Audience.ISA,
        message=words.cover_taken_back(current),
        at=at,
        revision=asked.pk,
    )
    nudge_soon(current)
    return True


def _current(handoff: Handoff, agent: Membership, at: datetime) -> Handoff:
    """Lock the lead and return the handoff as it is stored now, if its meeting is this agent's and lies ahead."""
    lead = lock_lead(handoff.lead)
    current = Handoff.objects.select_related("agent__user", "setter__user", "appointment").get(pk=handoff.pk)
    current.lead, current.team = lead, lead.team
    appointment = current.appointment
    if current.status != HandoffStatus.OPEN:
        raise TooLate(f"This handoff has ended: {current.get_status_display().lower()}.")
    if current.revision != handoff.revision:
        raise TooLate(CHANGED)
    if current.agent_id != agent.pk:
        raise TooLate(f"This lead is with {current.agent.user} now.")
    if appointment is None or appointment.status != AppointmentStatus.BOOKED:
        raise TooLate("No time is set, so there is nothing to miss.")
    if appointment.starts_at <= at:
        raise TooLate("The appointment has begun. Call the client, and report how it went afterwards.")
    return current


def _tell(handoff: Handoff, asked: CoverRequest, at: datetime) -> None:
    assert handoff.appointment  # noqa: S101  # checked by whoever asks
    _ask(handoff, asked, who_gets_it_back(handoff), words.cover_asked(handoff, asked), at)
    half_way = (handoff.appointment.starts_at - at) / 2
    key = f"{handoff.about}|{UNSOLVED}|{asked.pk}"
    set_timer(key=key, kind=UNSOLVED, about=handoff.about, due_at=at + min(LEADS_AFTER, half_way))
    nudge_soon(handoff)


def _ask(handoff: Handoff, asked: CoverRequest, whom: Membership, message: Message, at: datetime) -> None:
    """Put it on their list, urgent, into their inbox and their mail."""
    add_task(
        key=f"{handoff.about}|{ABOUT}|{asked.pk}|m{whom.pk}",
        assignee=whom,
        lead=handoff.lead,
        kind=ABOUT,
        title=message.title,
        detail=message.lead_in,
        link=cover_path(handoff),
        is_urgent=True,
        at=at,
        due_at=at,
    )
    owe_member(
        whom,
        kind=ABOUT,
        about=handoff.about,
        audience=Audience.ISA,
        message=message,
        at=at,
        revision=asked.pk,
        responsible=whom,
    )


@on_timer(UNSOLVED)
def tell_team_leads(timer: Timer, *, at: datetime) -> None:
    """Nobody has solved it: team leads hear of it."""
    found = Handoff.objects.open().select_related("lead", "team", "agent__user", "setter__user", "appointment")
    handoff = found.filter(pk=int(timer.about.partition("/")[2])).first()
    asked = open_request(handoff) if handoff else None
    if handoff is None or asked is None:
        return
    told = who_gets_it_back(handoff)
    leads = Membership.objects.active().filter(team=handoff.team_id, role=Role.LEAD).exclude(pk=told.pk)
    for lead in leads.select_related("user"):
        _ask(handoff, asked, lead, words.cover_unsolved(handoff, asked), at)
