"""Calls made: how many there were today, and what came of the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from leads.models import Call, Lead
from leads.models.calls import CallResult
from teams.models import Membership
from teams.zones import today_in


@dataclass(frozen=True, slots=True)
class CallCounts:
    """How many calls were made, in how many somebody spoke, and how many voices were left."""

    made: int
    answered: int
    voicemails: int


def calls_today(viewer: Membership, *, isa: Membership | None, at: datetime) -> CallCounts:
    """The calls of the viewer's day, of one ISA or of the whole team. One query."""
    starts, ends = today_in(viewer.user.zone, at=at)
    calls = Call.objects.standing().filter(by__team_id=viewer.team_id, at__gte=starts, at__lt=ends)
    if isa is not None:
        calls = calls.filter(by=isa)
    return CallCounts(
        **calls.aggregate(
            made=Count("pk"),
            answered=Count("pk", filter=Q(result=CallResult.ANSWERED)),
            voicemails=Count("pk", filter=Q(result=CallResult.VOICEMAIL)),
        )
    )


def calls_of(lead: Lead) -> QuerySet[Call]:
    """Every call that stands, those before two leads were merged too: they never move."""
    return Call.objects.standing().filter(Q(lead=lead) | Q(lead__merged_into=lead))


def last_call_of(lead: Lead) -> Call | None:
    """The newest call, with who made it."""
    return calls_of(lead).select_related("by__user").first()
