"""An agent's handoffs as they stand in a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from handoff.models import BriefRead, CoverRequest, Handoff
from handoff.queries.gist import gist_line
from handoff.states import HandoffStatus
from leads.contacts import primary_phone
from teams.models import Membership

#: From when on a coming appointment is drawn as "now".
SOON = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One handoff as the agent has it before them: an appointment, or a lead to call."""

    handoff: Handoff
    is_read: bool
    is_now: bool
    is_over: bool
    is_late: bool
    asks_outcome: bool
    asked_cover: bool = False
    may_ask_cover: bool = False

    @property
    def starts_at(self) -> datetime | None:
        """When they meet; None for a lead handed over without a time."""
        return self.handoff.appointment.starts_at if self.handoff.appointment else None

    @property
    def gist(self) -> str:
        """Where, how much and how soon, in one line."""
        return gist_line(self.handoff.facts)

    @property
    def phone(self) -> str:
        """The number to call, E.164; empty when there is none."""
        return primary_phone(self.handoff.lead)

    @property
    def brief_link(self) -> str:
        """Where its brief is read."""
        return reverse("handoff:brief", args=[self.handoff.pk])

    @property
    def outcome_link(self) -> str:
        """Where its outcome is reported."""
        return reverse("handoff:outcome", args=[self.handoff.pk])


def meetings_of(agent: Membership, *, at: datetime, rows: int) -> Sequence[Meeting]:
    """Return the agent's open handoffs, by the moment that counts: the meeting, or when the lead came. Two queries."""
    return [meeting_of(handoff, at=at) for handoff in _handoffs(agent)[:rows]]


def _handoffs(agent: Membership) -> QuerySet[Handoff]:
    has_read = BriefRead.objects.filter(handoff=OuterRef("pk"), membership=agent)
    return (
        Handoff.objects.visible_to(agent)
        .open()
        .filter(agent=agent)
        .annotate(
            is_read=Exists(has_read),
            asked_cover=Exists(CoverRequest.objects.open().filter(handoff=OuterRef("pk"))),
        )
        .select_related("lead__team", "appointment", "setter__user")
        .prefetch_related("lead__phones")
        .order_by(Coalesce(F("appointment__starts_at"), F("opened_at")), "pk")
    )


def meeting_of(handoff: Handoff, *, at: datetime) -> Meeting:
    """Return what a handoff asks of its agent now; it may carry ``is_read`` and ``asked_cover``."""
    appointment = handoff.appointment
    is_open = handoff.status == HandoffStatus.OPEN
    is_over = appointment.ends_at <= at if appointment else False
    return Meeting(
        handoff=handoff,
        is_read=getattr(handoff, "is_read", False),
        is_now=bool(appointment and is_open and not is_over and appointment.starts_at - SOON <= at),
        is_over=is_over,
        is_late=is_open and handoff.outcome_due_at < at,
        asks_outcome=is_open and (appointment is None or appointment.starts_at <= at),
        asked_cover=getattr(handoff, "asked_cover", False),
        may_ask_cover=bool(is_open and appointment and appointment.starts_at > at),
    )
