"""Appointments that stand when their agent is away: nobody else knows of both, so the agent is asked to settle them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from handoff.cover.settling import cover_reason
from handoff.due import path_of
from handoff.locks import lock_calendars
from handoff.models import Handoff
from handoff.models.handoffs import HandoffQuerySet
from handoff.phrases import local_moment
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.words.pieces import brief_link
from leads.models import Task
from leads.todo import add_task, finish_task
from notifications.messages import Message
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import owe_member
from teams.models import Membership, TimeOff
from teams.templatetags.look import clock_words
from teams.time_off import Clash, Span

AWAY = "away"


def follow_time_off(*, time_off: TimeOff, was: Span | None, at: datetime) -> None:
    """Ask about each appointment that the time off has come over, and ask no more of those that it has left.

    The agent's calendar is locked first: a booking that is being made is waited for, and then seen.
    """
    lock_calendars([time_off.membership.user_id])
    within = list(_within(time_off, at))
    _stop_asking(time_off, at=at, but=within)
    for handoff in within:
        if was is None or not _touches(handoff, was):
            _ask(handoff, time_off, at)


def stop_asking(*, time_off: TimeOff, at: datetime) -> None:
    """Ask nothing any more because of this time off: it is taken back."""
    _stop_asking(time_off, at=at, but=())


def clashes(*, agent: Membership, reader: Membership, at: datetime) -> list[Clash]:
    """Return the agent's appointments ahead that lie in time off of theirs, with the reader's way out: one query."""
    off = TimeOff.objects.filter(
        membership=OuterRef("agent"),
        starts_at__lt=OuterRef("appointment__ends_at"),
        ends_at__gt=OuterRef("appointment__starts_at"),
    )
    found = _ahead(at).visible_to(reader).filter(Exists(off), agent=agent).annotate(cover_reason=cover_reason())
    return [_clash(handoff, is_own=agent.pk == reader.pk) for handoff in found]


def _clash(handoff: Handoff, *, is_own: bool) -> Clash:
    met = handoff.appointment
    assert met  # noqa: S101  # that is how they were found
    is_asked = handoff.cover_reason is not None  # type: ignore[attr-defined]
    way = "Find cover" if not is_own else "Waiting for cover" if is_asked else "I can't make it"
    way_link = reverse("handoff:cant" if is_own else "handoff:cover", args=[handoff.pk])
    return Clash(met.starts_at, met.ends_at, handoff.lead.name, path_of(handoff), way, way_link)


def _ask(handoff: Handoff, time_off: TimeOff, at: datetime) -> None:
    """Ask the agent to move or reassign the appointment: an urgent task, and the inbox."""
    agent, appointment = handoff.agent, handoff.appointment
    assert appointment  # noqa: S101  # as above
    local = appointment.starts_at.astimezone(ZoneInfo(agent.user.zone))
    whom = handoff.lead.first_name or handoff.lead.name
    title = f"You are away at {local:%a} {clock_words(local)}: move or reassign {whom}'s appointment"
    detail = f"{handoff.lead.name}, {local_moment(appointment.starts_at, agent.user.zone)}."
    task = add_task(
        key=f"{_cause(handoff, time_off)}|{at:%Y%m%dT%H%M%S.%f}",  # asked again when it comes back after leaving
        assignee=agent,
        lead=handoff.lead,
        kind=AWAY,
        title=title,
        detail=detail,
        link=path_of(handoff),
        is_urgent=True,
        at=at,
        due_at=at,
    )
    owe_member(
        agent,
        kind=f"handoff_{AWAY}",
        about=handoff.about,
        audience=Audience.AGENT,
        message=Message(title=title, lead_in=detail, link=brief_link(handoff), is_urgent=True),
        at=at,
        revision=task.pk,
        email=False,
        group=Group.CHANGES,
    )


def _stop_asking(time_off: TimeOff, *, at: datetime, but: list[Handoff] | tuple[()]) -> None:
    still = {_cause(handoff, time_off) for handoff in but}
    asked = Task.objects.open().filter(team=time_off.membership.team_id, kind=AWAY)
    for task in asked.filter(key__contains=f"|{AWAY}|{time_off.pk}"):
        about, _, number, *_ = task.key.split("|")
        if number == str(time_off.pk) and f"{about}|{AWAY}|{number}" not in still:
            finish_task(task=task, at=at)


def _cause(handoff: Handoff, time_off: TimeOff) -> str:
    return f"{handoff.about}|{AWAY}|{time_off.pk}"


def _touches(handoff: Handoff, span: Span) -> bool:
    met = handoff.appointment
    return met is not None and met.starts_at < span[1] and met.ends_at > span[0]


def _within(time_off: TimeOff, at: datetime) -> QuerySet[Handoff]:
    """The agent's meetings ahead that the time off touches."""
    return _ahead(at).filter(
        agent_id=time_off.membership_id,
        appointment__starts_at__lt=time_off.ends_at,
        appointment__ends_at__gt=time_off.starts_at,
    )


def _ahead(at: datetime) -> HandoffQuerySet:
    """The open handoffs whose meeting is booked and has not begun, the nearest first."""
    found = Handoff.objects.filter(
        status=HandoffStatus.OPEN,
        appointment__status=AppointmentStatus.BOOKED,
        appointment__starts_at__gt=at,
    )
    return found.select_related("agent__user", "lead", "team", "appointment").order_by("appointment__starts_at")
