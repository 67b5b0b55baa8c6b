"""Pay follows what happens, in its transaction: an event without its entry cannot be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from handoff.models import DealStep, Handoff
from handoff.pay import settling  # noqa: F401 - registers its timer
from handoff.pay.ledger import settle
from handoff.signals import deal_moved, outcome_recorded


@receiver(outcome_recorded, dispatch_uid="handoff.pay.of_outcome")
def pay_for_outcome(*, handoff: Handoff, at: datetime, **_: Any) -> None:
    """Enter what a report, or its correction, pays who set the handoff."""
    settle([handoff.pk], at=at)


@receiver(deal_moved, dispatch_uid="handoff.pay.of_deal")
def pay_for_deal(*, step: DealStep, **_: Any) -> None:
    """Enter what a step of a deal pays who set its handoff."""
    settle([step.deal.handoff_id], at=step.at)
