"""What came of the good leads of the demo's last weeks: signed, under contract, closed, one lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from handoff.deals.moving import Said, move_deal, today
from handoff.models import Handoff
from handoff.states import DealStatus
from leads.states import Via

if TYPE_CHECKING:
    from handoff.demo.story import Story

DAY = timedelta(days=1)
SIGNED, CONTRACT, CLOSED, LOST = DealStatus.SIGNED, DealStatus.UNDER_CONTRACT, DealStatus.CLOSED, DealStatus.LOST
#: How far each of the oldest good leads came, and for how much: (days after the report, status, price, why).
LIVES = (
    ((1, SIGNED, None, ""), (8, CONTRACT, 412_000, ""), (30, CLOSED, 409_500, "")),
    ((2, SIGNED, None, ""), (12, CONTRACT, 368_000, ""), (31, CLOSED, 368_000, "")),
    ((1, SIGNED, None, ""), (10, LOST, None, "Bought from a builder without us")),
    ((3, SIGNED, None, ""), (14, CONTRACT, 535_000, "")),
    ((1, SIGNED, None, ""), (9, CONTRACT, 447_000, ""), (15, SIGNED, None, "The loan was refused; they look on")),
    ((4, SIGNED, None, ""), (16, CONTRACT, 389_000, "")),
    ((2, SIGNED, None, ""),),
    ((5, SIGNED, None, ""),),
)
COMMISSION = 0.03


def bring(story: Story) -> None:
    """Let the first good leads come as far as their time allows."""
    good = Handoff.objects.filter(team=story.team, outcome__is_good=True).select_related("lead__team", "agent__user")
    for handoff, life in zip(good.order_by("opened_at", "pk"), LIVES, strict=False):
        for days, to, price, why in life:
            at = (handoff.closed_at or handoff.opened_at) + days * DAY
            if at < story.at:
                commission = round(price * COMMISSION) if price else None
                said = Said(to, today(handoff, at=at), price, commission, why)
                move_deal(handoff=handoff, said=said, actor=handoff.agent, via=Via.PAGE, at=at)
