"""Deals as a list, and one with its story.

However many there are and whatever they are narrowed by, a page of the list costs two queries and its sums one. Of a
team with a million handoffs and 100,000 deals each takes some tens of milliseconds, or a few tenths of a second where
it is narrowed by what handoffs keep: so no index is kept for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from handoff.deals.moving import DAY_OF
from handoff.models import Deal, DealStep
from handoff.places import Page, Place, through
from handoff.states import DealStatus, Method
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


@dataclass(frozen=True, slots=True)
class DealQuestion:
    """Deals that this member may see, and of which all that is given here is true.

    ``isa`` and ``agent`` are keys of memberships. An empty ``source`` means those without one; None, any. ``since`` and
    ``until`` are the first and the last day on which they may have come to where they stand.
    """

    viewer: Membership
    status: DealStatus | None = None
    method: Method | None = None
    isa: int | None = None
    agent: int | None = None
    source: str | None = None
    since: date | None = None
    until: date | None = None


def deals_of(question: DealQuestion) -> QuerySet[Deal]:
    """Return all that is asked for, in no order; conditions may name the day ``stands_since``."""
    wanted = {
        "status": question.status,
        "handoff__method": question.method,
        "handoff__setter": question.isa,
        "handoff__agent": question.agent,
        "handoff__source": question.source,
        "stands_since__gte": question.since,
        "stands_since__lte": question.until,
    }
    deals = Deal.objects.visible_to(question.viewer).alias(stands_since=_SINCE)
    return deals.filter(**{name: value for name, value in wanted.items() if value is not None})


def deal_page(question: DealQuestion, *, before: Place | None = None, size: int = PAGE) -> Page[Deal]:
    """Return deals, those first that came last to where they stand; two queries."""
    found = deals_of(question)
    if before is not None:
        found = found.filter(Q(stands_since__lt=before.day) | Q(stands_since=before.day, pk__lt=before.pk))
    keys = found.order_by(_SINCE.desc(), "-pk").values_list("pk", flat=True)
    shown = list(keys[: size + 1])  # first which ones: of a large team only a page is joined to all else
    people = ("handoff__lead", "handoff__agent__user", "handoff__setter__user")
    deals = Deal.objects.select_related(*people).in_bulk(shown[:size])
    rows = [deals[pk] for pk in shown[:size]]
    return Page(rows, Place(rows[-1].since, rows[-1].pk) if len(shown) > size else None)


def all_deals(question: DealQuestion, *, at_once: int = CHUNK) -> Iterator[Deal]:
    """Yield every one that is asked for, in the same order, so many read at once."""
    return through(lambda before: deal_page(question, before=before, size=at_once))


def standings(question: DealQuestion) -> list[Standing]:
    """Return each status with its deals, whichever of them is asked for: one query."""
    is_worth = ~Q(status=DealStatus.LOST)
    grouped = deals_of(replace(question, status=None)).order_by().values("status")
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
