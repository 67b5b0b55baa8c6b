"""The first steps of a new team: a list that ticks itself off, and can be put away."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from teams.models import Area, Invitation, Membership, SlackConnection, Team, WorkingHours


def put_away(*, team: Team, at: datetime) -> None:
    """Show the list no more; the first time counts."""
    Team.objects.filter(pk=team.pk, settled_at=None).update(settled_at=at)


def with_beginnings(teams: QuerySet[Team]) -> QuerySet[Team]:
    """Say of each team what it has already: ``has_people``, ``has_areas``, ``has_hours``, ``has_slack``."""
    mine = {"team": OuterRef("pk")}
    second = Membership.objects.active().filter(**mine).order_by("pk")[1:2]
    working = WorkingHours.objects.filter(membership__team=OuterRef("pk"), membership__ended_at=None)
    connected = SlackConnection.objects.filter(**mine).exclude(Q(token="") & Q(webhook_url=""))
    return teams.annotate(
        has_people=Exists(second) | Exists(Invitation.objects.pending().filter(**mine)),
        has_areas=Exists(Area.objects.filter(**mine)),
        has_hours=Exists(working),
        has_slack=Exists(connected),
    )
