"""What is under way when a history ends, and goes on by itself: meetings to come, outcomes due, no-shows to call.

There are few of them, so they are set going by the verbs that set them going on any day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from handoff.models import Handoff
from handoff.recovery.running import start
from handoff.telling import tell_opened
from handoff.timing import set_timers_of
from notifications.models import Delivery, InboxItem
from notifications.promises.owed import State
from teams.models import Team


def leave_under_way(team: Team, *, going: Sequence[int], at: datetime) -> None:
    """Set the timers of open handoffs and the plays of no-shows (``going``) that have not ended.

    Whoever was told of a handoff was told when it was opened, so that is delivered, and nobody is told again.
    """
    for handoff in _loaded(Handoff.objects.open().filter(team=team)):
        tell_opened(handoff, actor=handoff.setter, at=handoff.opened_at)
        set_timers_of(handoff, at=at)
    Delivery.objects.filter(team=team, state=State.WAITING).update(state=State.DONE, attempts=1, done_at=at)
    InboxItem.objects.filter(membership__team=team).delete()
    for handoff in _loaded(Handoff.objects.filter(pk__in=going)):
        if handoff.closed_at:
            start(handoff=handoff, at=handoff.closed_at)


def _loaded(handoffs: QuerySet[Handoff]) -> QuerySet[Handoff]:
    related = ("lead__team", "team__policy", "agent__user", "agent__profile", "setter__user", "appointment")
    return handoffs.select_related(*related).order_by("pk")
