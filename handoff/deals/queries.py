"""Deals as a list, and one with its story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, F, Q, Sum, When
from django.db.models.functions import Coalesce

from handoff.deals.moving import DAY_OF
from handoff.models import Deal, DealStep
from handoff.places import Page, Place, through
from handoff.states import DealStatus
from teams.models import Membership

PAGE = 50
#: How many lines of a file are read at once.
CHUNK: Final = 500
#: ``Terms.since``, where the rows are.
_SINCE: Final = Coalesce(
    Case(*(When(status=status, then=F(day)) for status, day in DAY_OF.items())),
    F("signed_on"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many deals stand at a status, and the commission they bring or brought (lost: none), in whole units.

    ``known``: of how many of them it was said.
    """

    status: DealStatus
    number: int = 0
    commission: int = 0
    known: int = 0


def deal_page(
    viewer: Membership, *, status: DealStatus | None = None, before: Place | None = None, size: int = PAGE
) -> Page[Deal]:
    """Return the deals that this member may see, those first that came last to where they stand; two queries."""
    found = Deal.objects.visible_to(viewer).annotate(stands_since=_SINCE)
    if status:
        found = found.filter(status=status)
    if before is not None:
        found = found.filter(Q(stands_since__lt=before.day) | Q(stands_since=before.day, pk__lt=before.pk))
    keys = found.order_by("-stands_since", "-pk").values_list("pk", flat=True)
    shown = list(keys[: size + 1])  # first which ones: of a large team only a page is joined to all else
    people = ("handoff__lead", "handoff__agent__user", "handoff__setter__user")
    deals = Deal.objects.select_related(*people).in_bulk(shown[:size])
    rows = [deals[pk] for pk in shown[:size]]
    return Page(rows, Place(rows[-1].since, rows[-1].pk) if len(shown) > size else None)


def all_deals(viewer: Membership, *, status: DealStatus | None = None, at_once: int = CHUNK) -> Iterator[Deal]:
    """Yield every one that this member may see, in the same order, so many read at once."""
    return through(lambda before: deal_page(viewer, status=status, before=before, size=at_once))


def standings(viewer: Membership) -> list[Standing]:
    """Return each status with its deals: one query."""
    is_worth = ~Q(status=DealStatus.LOST)
    grouped = Deal.objects.visible_to(viewer).order_by().values("status")
    counted = grouped.annotate(
        number=Count("pk"),
        money=Coalesce(Sum("commission", filter=is_worth), 0),
        known=Count("commission", filter=is_worth),
    )
    found = {
        status: Standing(DealStatus(status), *counts)
        for status, *counts in counted.values_list("status", "number", "money", "known")
    }
    return [found.get(status.value, Standing(status)) for status in DealStatus]


def story_of(deal: Deal) -> list[DealStep]:
    """Return every step of a deal, the latest first."""
    return list(deal.steps.select_related("by__user").order_by("-pk"))
