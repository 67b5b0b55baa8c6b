"""A stage that was changed by another door than the deal's: the deal follows, so the two tell one story."""

from __future__ import annotations

from typing import Any, Final

from django.dispatch import receiver

from handoff.deals.amounts import ask_for_amounts
from handoff.deals.moving import Said, today, write
from handoff.models import Deal, Handoff
from handoff.models.outcomes import Showed
from handoff.states import DEAL_BEGINS, DEAL_MOVES, DealStatus
from leads.models import StageChange
from leads.signals import stage_changed
from leads.states import Stage, Via

STATUS_OF: Final = {
    Stage.SIGNED: DealStatus.SIGNED,
    Stage.UNDER_CONTRACT: DealStatus.UNDER_CONTRACT,
    Stage.CLOSED: DealStatus.CLOSED,
    Stage.LOST: DealStatus.LOST,
    Stage.NURTURE: DealStatus.LOST,
}


@receiver(stage_changed, dispatch_uid="handoff.deals.follow_stage")
def follow_stage(*, change: StageChange, **_: Any) -> None:
    """Let the deal of the lead's last meeting stand where its stage does; a lead whom nobody met has none."""
    to = STATUS_OF.get(Stage(change.to))
    if to is None or "deal" in change.data:
        return
    met = Handoff.objects.filter(lead=change.lead, outcome__showed=Showed.YES)
    handoff = met.select_related("lead__team", "team", "agent__user").order_by("-pk").first()
    if handoff is None:
        return
    deal = Deal.objects.filter(handoff=handoff).first()
    if to not in (DEAL_MOVES[DealStatus(deal.status)] if deal else DEAL_BEGINS):
        return
    said = Said(to, on=today(handoff, at=change.at), why=f"By its stage: {change.get_to_display()}")
    deal = write(handoff, deal, said, actor=change.actor, via=Via(change.via), at=change.at)
    if deal.lacks_amounts:
        ask_for_amounts(handoff, at=change.at)
