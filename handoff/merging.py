"""What becomes of handoffs, transfers and appointments when two leads turn out to be one person."""

from __future__ import annotations

from datetime import datetime

from handoff.errors import Refused
from handoff.models import Appointment, Handoff, LiveTransfer, OwnerChange
from handoff.overpromises.acknowledging import carry_over
from leads.models import Lead
from notifications.promises.endings import drop


class HandoffInTheWay(Refused):
    """What is under way belongs where its stage, its agent and its clock are: on the lead that stays."""


def bring_together(*, survivor: Lead, other: Lead, at: datetime) -> None:
    """Let what was of the other lead be of the survivor. Raises HandoffInTheWay while something of it is under way.

    A live transfer is, while it rings and until it connects. What was frozen stays as it was told: facts, invites and
    their addresses do not change.
    """
    _refuse_what_is_under_way(survivor, other)
    promised = OwnerChange.objects.filter(handoff__lead=other)
    drop(promised, at=at, answer="Their lead was merged into another, whose owner stays.")
    Appointment.objects.filter(lead=other).update(lead=survivor)
    Handoff.objects.filter(lead=other).update(lead=survivor)
    LiveTransfer.objects.filter(lead=other).update(lead=survivor)
    carry_over(survivor=survivor, other=other)


def _refuse_what_is_under_way(survivor: Lead, other: Lead) -> None:
    both = (survivor, other)
    handed = set(Handoff.objects.open().filter(lead__in=both).values_list("lead_id", flat=True))
    transferred = set(LiveTransfer.objects.under_way().filter(lead__in=both).values_list("lead_id", flat=True))
    if handed == {survivor.pk, other.pk}:
        raise HandoffInTheWay(
            "Both are with an agent. Take one of the handoffs back, or have its outcome reported; then merge."
        )
    if other.pk in transferred or (other.pk in handed and survivor.pk in transferred):
        raise HandoffInTheWay(
            "One of the two is on the phone right now, in a live transfer. Wait until that is over; then merge."
        )
    if other.pk in handed:
        raise HandoffInTheWay(f"{other.name} is with an agent just now. Keep that lead, and merge this one into it.")
