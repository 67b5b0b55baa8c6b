"""Going through handoffs that were reported before, or past the doors: by the batch, so that any number can be settled.

What happens through a door is entered in its transaction (``handoff.pay.receivers``); this is for a plan that starts in
the past, and for history that was loaded straight into the tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from handoff.models import Outcome, PlanVersion
from handoff.pay.ledger import settle
from notifications.models import Timer
from notifications.promises.timers import on_timer, set_timer

SETTLE: Final = "pay_settle"
BATCH: Final = 2000
#: Of one timer, whose transaction nobody should wait for.
PER_TIMER: Final = 500


def settle_all(*, team_id: int | None = None, at: datetime, batch: int = BATCH) -> Iterator[tuple[int, int]]:
    """Settle every reported handoff, oldest first; yield after each batch how many it were, and the new entries."""
    cursor = 0
    while handoffs := _next(cursor, team_id=team_id, limit=batch):
        yield len(handoffs), settle(handoffs, at=at)
        cursor = handoffs[-1]


def settle_soon(version: PlanVersion, *, at: datetime) -> None:
    """Have the handoffs settled that a new plan reaches back to, in turns of some hundred."""
    if version.from_month <= at.date() and _next(0, team_id=version.team_id, limit=1):
        _set_timer(version.pk, version.team_id, 0, due_at=at)


@on_timer(SETTLE)
def settle_some(timer: Timer, *, at: datetime) -> None:
    """Settle the next few, and have the rest settled after that."""
    _, version, team, cursor = timer.about.split("/")
    handoffs = _next(int(cursor), team_id=int(team), limit=PER_TIMER)
    if handoffs:
        settle(handoffs, at=at)
    if len(handoffs) == PER_TIMER:
        _set_timer(int(version), int(team), handoffs[-1], due_at=at)


def to_go(teams: Collection[int]) -> dict[int, int]:
    """Return how many handoffs of each team are still to be settled for a new plan; of those that have any."""
    cursors: dict[int, int] = {}
    waiting = Timer.objects.filter(kind=SETTLE, fired_at=None, called_off_at=None)
    for about in waiting.values_list("about", flat=True):
        _, _, team, cursor = about.split("/")
        cursors[int(team)] = min(int(cursor), cursors.get(int(team), int(cursor)))
    return {team: _after(cursors[team], team_id=team).count() for team in teams if team in cursors}


def _next(cursor: int, *, team_id: int | None, limit: int) -> list[int]:
    reported = _after(cursor, team_id=team_id).order_by("handoff_id")
    return list(reported.values_list("handoff_id", flat=True)[:limit])


def _after(cursor: int, *, team_id: int | None) -> QuerySet[Outcome]:
    reported = Outcome.objects.filter(handoff_id__gt=cursor)
    return reported if team_id is None else reported.filter(handoff__team=team_id)


def _set_timer(version: int, team: int, cursor: int, *, due_at: datetime) -> None:
    about = f"pay/{version}/{team}/{cursor}"
    set_timer(key=about, kind=SETTLE, about=about, due_at=due_at)
