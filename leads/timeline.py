"""Writing the append-only story of a lead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from leads.models import Activity, Lead
from leads.signals import story_told
from teams.models import Membership

SUMMARY_LENGTH = 500


def story_of(lead_id: int) -> QuerySet[Activity]:
    """All that happened to a lead, and to those that were merged into it: entries never move, so both are read."""
    same = Lead.objects.filter(Q(pk=lead_id) | Q(merged_into=lead_id)).values("pk")
    return Activity.objects.filter(lead__in=same).select_related("actor__user")


def record(
    *,
    lead: Lead,
    kind: str,
    summary: str,
    actor: Membership | None = None,
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> Activity:
    """Add one entry, and announce it. A longer summary is cut: the whole text lives where it was written."""
    if len(summary) > SUMMARY_LENGTH:
        summary = summary[: SUMMARY_LENGTH - 1] + "…"
    entry = Activity.objects.create(lead=lead, kind=kind, summary=summary, actor=actor, at=at, data=dict(data or {}))
    story_told.send(sender=Activity, entry=entry)
    return entry
