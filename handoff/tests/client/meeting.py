"""The client's appointment as it stands now."""

from __future__ import annotations

from handoff.models import Appointment, Handoff


def now(handoff: Handoff) -> Appointment:
    return Appointment.objects.get(handoff=handoff)
