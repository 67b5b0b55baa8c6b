"""A handoff as it is stored, under the locks that changing it needs (see ``handoff.locks``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from handoff.errors import TooLate
from handoff.locks import lock_calendars, lock_lead
from handoff.models import Handoff
from handoff.states import HandoffStatus

CHANGED = "Somebody else has just changed this handoff. Look at it again."


@contextmanager
def handoff_locked(handoff: Handoff, *, also: Iterable[int] = (), seen: int | None = None) -> Iterator[Handoff]:
    """Lock calendars (those of users ``also`` too) and lead, and give the handoff as it is stored now.

    Raises TooLate if it has ended, is on the calendar of somebody else by now, or has another revision than the one
    that was ``seen`` by whoever wants it changed: of two people who change the same state, one is told.
    """
    with transaction.atomic():
        people = {*also, *([handoff.appointment.person_id] if handoff.appointment else [])}
        lock_calendars(people)
        lead = lock_lead(handoff.lead)
        current = Handoff.objects.select_related("agent__user", "agent__profile", "setter__user", "appointment").get(
            pk=handoff.pk
        )
        current.lead, current.team = lead, lead.team
        current.agent.team = lead.team
        if current.status != HandoffStatus.OPEN:
            raise TooLate(f"This handoff has ended: {current.get_status_display().lower()}.")
        if current.appointment and current.appointment.person_id not in people:
            raise TooLate(CHANGED)
        if seen is not None and seen != current.revision:
            raise TooLate(CHANGED)
        yield current
