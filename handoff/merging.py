"""What becomes of handoffs and appointments when two leads turn out to be one person."""

from __future__ import annotations

from datetime import datetime

from handoff.errors import Refused
from handoff.models import Appointment, Handoff, OwnerChange
from handoff.overpromises.acknowledging import carry_over
from leads.models import Lead
from notifications.promises.endings import drop


class HandoffInTheWay(Refused):
    """A handoff under way belongs where its stage, its agent and its clock are: on the lead that stays."""


def bring_together(*, survivor: Lead, other: Lead, at: datetime) -> None:
    """Let what was of the other lead be of the survivor. Raises HandoffInTheWay while the other's is under way.

    What was frozen stays as it was told: facts, invites and their addresses do not change.
    """
    under_way = set(Handoff.objects.open().filter(lead__in=(survivor, other)).values_list("lead_id", flat=True))
    if under_way == {survivor.pk, other.pk}:
        raise HandoffInTheWay(
            "Both are with an agent. Take one of the handoffs back, or have its outcome reported; then merge."
        )
    if other.pk in under_way:
        raise HandoffInTheWay(f"{other.name} is with an agent just now. Keep that lead, and merge this one into it.")
    promised = OwnerChange.objects.filter(handoff__lead=other)
    drop(promised, at=at, answer="Their lead was merged into another, whose owner stays.")
    Appointment.objects.filter(lead=other).update(lead=survivor)
    Handoff.objects.filter(lead=other).update(lead=survivor)
    carry_over(survivor=survivor, other=other)
