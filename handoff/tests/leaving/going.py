"""Somebody leaves, and what they still have afterwards."""

from __future__ import annotations

from datetime import timedelta

from handoff.models import Appointment, Handoff, OwnerChange
from handoff.states import AppointmentStatus
from handoff.tests.factories import NOW
from leads.models import Lead, Task
from notifications.promises.owed import State
from teams.leaving import deactivate
from teams.models import Membership

LATER = NOW + timedelta(minutes=10)


def leave(member: Membership, to: Membership, at=LATER) -> None:
    deactivate(member=member, successor=to, actor=to, at=at)


def left_with(member: Membership) -> dict[str, int]:
    """What somebody who is gone still has."""
    return {
        name: count
        for name, count in {
            "leads": Lead.objects.filter(owner=member).count() + Lead.objects.filter(isa=member).count(),
            "tasks": Task.objects.open().filter(assignee=member).count(),
            "handoffs": Handoff.objects.open().filter(agent=member).count(),
            "holds": Appointment.objects.filter(agent=member, status=AppointmentStatus.HELD_SLOT).count(),
            "meetings ahead": Appointment.objects.filter(
                agent=member, status=AppointmentStatus.BOOKED, starts_at__gt=LATER
            ).count(),
            "promises": OwnerChange.objects.filter(to=member, state=State.WAITING).count(),
        }.items()
        if count
    }
