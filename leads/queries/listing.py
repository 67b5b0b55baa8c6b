"""The list of leads, by keyset: the last page costs what the first does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from leads.models import Lead, LeadPhone
from leads.models.leads import LeadQuerySet
from teams.models import Membership

PAGE = 50


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Some leads, newest first, each with its first ``number``, and the ids that lead to the pages beside this one."""

    leads: Sequence[Lead]
    newer_than: int | None
    older_than: int | None


def narrowed(membership: Membership, filters: Mapping[str, Any]) -> LeadQuerySet:
    """The leads that match ``stage``, ``owner`` (a Membership) and ``q`` (words of the name)."""
    leads = Lead.objects.visible_to(membership)
    if stage := filters.get("stage"):
        leads = leads.filter(stage=stage)
    if owner := filters.get("owner"):
        leads = leads.filter(owner=owner)
    return leads.named_like(filters.get("q") or "")


def page_of(leads: LeadQuerySet, *, older_than: int | None = None, newer_than: int | None = None) -> LeadPage:
    """The page that begins after an id, in either direction; without one, the newest."""
    numbers = LeadPhone.objects.filter(lead=OuterRef("pk"), wrong_at=None).order_by("-is_primary", "id")
    drawn = leads.select_related("owner__user", "isa__user").annotate(number=Subquery(numbers.values("number")[:1]))
    if newer_than is not None:
        rows = list(drawn.filter(pk__gt=newer_than).order_by("pk")[: PAGE + 1])
        is_more = len(rows) > PAGE
        shown = rows[:PAGE][::-1]
        return LeadPage(shown, shown[0].pk if is_more else None, shown[-1].pk if shown else None)
    if older_than is not None:
        drawn = drawn.filter(pk__lt=older_than)
    rows = list(drawn.order_by("-pk")[: PAGE + 1])
    shown = rows[:PAGE]
    return LeadPage(
        shown,
        newer_than=shown[0].pk if shown and older_than is not None else None,
        older_than=shown[-1].pk if len(rows) > PAGE else None,
    )
