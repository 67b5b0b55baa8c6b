"""Going through handoffs that were reported before, or past the doors: by the batch, so that any number can be settled.

What happens through a door is entered in its transaction (``handoff.pay.receivers``); this is for a plan that starts in
the past, and for history that was loaded straight into the tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from handoff.models import Outcome, PlanVersion
from handoff.pay.ledger import settle
from notifications.models import Timer
from notifications.promises.timers import on_timer, set_timer
from teams.models import Membership

SETTLE: Final = "pay_settle"
BATCH: Final = 2000
#: Of one timer, whose transaction nobody should wait for.
PER_TIMER: Final = 500


@dataclass(frozen=True, slots=True)
class ToGo:
    """How many handoffs are still to be settled for new plans: by team, and by ISA for a plan of their own."""

    of_teams: Mapping[int, int]
    of_isas: Mapping[int, int]

    def of(self, isa: Membership) -> int:
        """How many of them what somebody is paid may still depend on."""
        return max(self.of_teams.get(isa.team_id, 0), self.of_isas.get(isa.pk, 0))

    @property
    def most(self) -> int:
        """How many of any plan."""
        return max((*self.of_teams.values(), *self.of_isas.values()), default=0)


def settle_all(*, team_id: int | None = None, at: datetime, batch: int = BATCH) -> Iterator[tuple[int, int]]:
    """Settle every reported handoff, oldest first; yield after each batch how many it were, and the new entries."""
    reported = Outcome.objects.all() if team_id is None else Outcome.objects.filter(handoff__team=team_id)
    cursor = 0
    while handoffs := _next(reported, cursor, limit=batch):
        yield len(handoffs), settle(handoffs, at=at)
        cursor = handoffs[-1]


def settle_soon(version: PlanVersion, *, at: datetime) -> None:
    """Have the handoffs settled that a new plan reaches back to, in turns of some hundred."""
    if version.from_month <= at.date() and _next(_reached_by(version), 0, limit=1):
        _set_timer(version, 0, due_at=at)


@on_timer(SETTLE)
def settle_some(timer: Timer, *, at: datetime) -> None:
    """Settle the next few, and have the rest settled after that."""
    pk, cursor = _said(timer.about)
    version = PlanVersion.objects.get(pk=pk)
    handoffs = _next(_reached_by(version), cursor, limit=PER_TIMER)
    if handoffs:
        settle(handoffs, at=at)
    if len(handoffs) == PER_TIMER:
        _set_timer(version, handoffs[-1], due_at=at)


def to_go(teams: Collection[int]) -> ToGo:
    """Return what is still to be settled for new plans of these teams: one query while nothing is."""
    waiting = Timer.objects.filter(kind=SETTLE, fired_at=None, called_off_at=None)
    cursors = dict(_said(about) for about in waiting.values_list("about", flat=True))
    of_teams: dict[int, int] = {}
    of_isas: dict[int, int] = {}
    for version in PlanVersion.objects.filter(pk__in=cursors, team__in=teams):
        counts, whose = (of_isas, version.isa_id) if version.isa_id else (of_teams, version.team_id)
        number = _reached_by(version).filter(handoff_id__gt=cursors[version.pk]).count()
        counts[whose] = max(number, counts.get(whose, 0))
    return ToGo(of_teams, of_isas)


def _reached_by(version: PlanVersion) -> QuerySet[Outcome]:
    """Return the reports of those whom a plan pays: of its ISA, or of the whole team."""
    reported = Outcome.objects.filter(handoff__team=version.team_id)
    return reported.filter(handoff__setter=version.isa_id) if version.isa_id else reported


def _next(reported: QuerySet[Outcome], cursor: int, *, limit: int) -> list[int]:
    rest = reported.filter(handoff_id__gt=cursor).order_by("handoff_id")
    return list(rest.values_list("handoff_id", flat=True)[:limit])


def _said(about: str) -> tuple[int, int]:
    _, version, _, cursor = about.split("/")
    return int(version), int(cursor)


def _set_timer(version: PlanVersion, cursor: int, *, due_at: datetime) -> None:
    about = f"pay/{version.pk}/{version.team_id}/{cursor}"
    set_timer(key=about, kind=SETTLE, about=about, due_at=due_at)
