"""Letting a member see and work on a lead that they do not own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from leads.models import Collaborator, Lead
from teams.models import Membership


def collaborate(*, lead: Lead, membership: Membership, reason: str, at: datetime) -> Collaborator:
    """Attach a member to a lead; the first reason stays."""
    row, _ = Collaborator.objects.get_or_create(
        lead=lead, membership=membership, defaults={"reason": reason[:40], "created_at": at}
    )
    return row


def collaborate_all(*, lead: Lead, reasons: Mapping[Membership, str], at: datetime) -> None:
    """Attach several members at once; who is attached already stays so, with the first reason."""
    rows = [
        Collaborator(lead=lead, membership=membership, reason=reason[:40], created_at=at)
        for membership, reason in reasons.items()
    ]
    Collaborator.objects.bulk_create(rows, ignore_conflicts=True)
