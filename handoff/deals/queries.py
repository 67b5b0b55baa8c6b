"""Deals as a list, and one with its story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from handoff.models import Deal, DealStep
from handoff.states import DealStatus
from teams.models import Membership

PAGE = 50


@dataclass(frozen=True, slots=True)
class DealPage:
    """Some deals, the newest first; ``older_than`` leads on, when there is more."""

    rows: Sequence[Deal]
    older_than: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How many deals stand at a status, and the commission they bring or brought (lost: none), in whole units."""

    status: DealStatus
    number: int
    commission: int


def deal_page(viewer: Membership, *, status: DealStatus | None = None, before: int | None = None) -> DealPage:
    """Return the deals that this member may see, by keyset."""
    found = Deal.objects.visible_to(viewer).select_related(
        "handoff__lead", "handoff__agent__user", "handoff__setter__user"
    )
    if status:
        found = found.filter(status=status)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    return DealPage(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def standings(viewer: Membership) -> list[Standing]:
    """Return each status with its deals: one query."""
    grouped = Deal.objects.visible_to(viewer).order_by().values("status")
    money = Sum("commission", filter=~Q(status=DealStatus.LOST))
    counted = {row["status"]: row for row in grouped.annotate(number=Count("pk"), money=money)}
    return [
        Standing(status, row["number"], row["money"] or 0)
        if (row := counted.get(status.value))
        else Standing(status, 0, 0)
        for status in DealStatus
    ]


def story_of(deal: Deal) -> list[DealStep]:
    """Return every step of a deal, the latest first."""
    return list(deal.steps.select_related("by__user").order_by("-pk"))
