"""What a client's link leads to: how things stand now, and what the client may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handoff.models import Handoff
from handoff.models.outcomes import Outcome, Showed
from handoff.states import AppointmentStatus, ClientAnswer, HandoffStatus


class Stand(StrEnum):
    """How it stands, in the client's eyes."""

    AHEAD = "ahead"  # set, and not begun
    BEGUN = "begun"
    OVER = "over"
    MISSED = "missed"  # they did not come together
    CANCELLED = "cancelled"  # by the client
    OFF = "off"  # by the team
    CALLING = "calling"  # without a time: the agent calls


#: From here the client may choose a time: another one, or a new one.
CHOOSING = (Stand.AHEAD, Stand.MISSED, Stand.CANCELLED)


@dataclass(frozen=True, slots=True)
class Standing:
    """A handoff as its client sees it. ``newer`` is the lead's later handoff: then that one is what counts."""

    handoff: Handoff
    stand: Stand
    newer: Handoff | None = None

    @property
    def is_ahead(self) -> bool:
        """Whether it can be confirmed, moved and cancelled."""
        return self.stand == Stand.AHEAD

    @property
    def may_choose(self) -> bool:
        """Whether a time may be chosen."""
        return self.stand in CHOOSING


def standing_of(handoff: Handoff, *, at: datetime) -> Standing:
    """Return how it stands: one query, two for what ended without an appointment."""
    return Standing(handoff, _stand(handoff, at=at), newer=_newer(handoff))


def _newer(handoff: Handoff) -> Handoff | None:
    return Handoff.objects.filter(lead=handoff.lead_id, pk__gt=handoff.pk).order_by("-pk").first()


def _stand(handoff: Handoff, *, at: datetime) -> Stand:
    appointment, is_open = handoff.appointment, handoff.status == HandoffStatus.OPEN
    if appointment is None:
        if is_open:
            return Stand.CALLING
        missed = Outcome.objects.filter(handoff=handoff, showed=Showed.NO).exists()
        return Stand.MISSED if missed else Stand.OVER
    if appointment.status == AppointmentStatus.NO_SHOW:
        return Stand.MISSED
    if appointment.status in {AppointmentStatus.CANCELLED, AppointmentStatus.EXPIRED}:
        return Stand.CANCELLED if appointment.client_answer == ClientAnswer.CANCELLED else Stand.OFF
    if appointment.ends_at <= at:
        return Stand.OVER
    return Stand.BEGUN if appointment.starts_at <= at else Stand.AHEAD
