"""What staff mended in the admin, on the timeline of the lead whom it concerns, with their name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from handoff.models import Appointment, Handoff, LiveTransfer
from leads.models import Lead
from leads.timeline import record
from notifications.promises.owed import Owed
from teams.signals import mended

#: How a lead is found from what a promise is about.
POINTS_AT = {"handoff": "handoffs", "lead": "pk", "recovery": "recoveries", "transfer": "transfers"}


@receiver(mended, dispatch_uid="handoff.tell_what_staff_mended")
def tell_what_staff_mended(*, row: Any, words: str, at: datetime, **_: Any) -> None:
    """Add the line. What concerns no lead stands in the admin's own log alone."""
    if lead := _lead_of(row):
        record(lead=lead, kind="mended", summary=words, at=at)


def _lead_of(row: Any) -> Lead | None:
    if isinstance(row, Handoff | Appointment | LiveTransfer):
        return row.lead
    if isinstance(row, Owed):
        room, _, number = row.about.partition("/")
        if room in POINTS_AT and number.isdecimal():
            return Lead.objects.filter(**{POINTS_AT[room]: int(number)}).first()
    return None
