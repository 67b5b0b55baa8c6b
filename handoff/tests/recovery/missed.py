"""No-shows, reported by the verb that agents' are reported by, and days that pass afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from handoff.models import Handoff, RecoveryRun, RecoveryStep
from handoff.models.outcomes import Showed
from handoff.outcomes import record_outcome
from handoff.tests.factories import SLOT, open_handoff, ready
from leads.models import Lead
from leads.states import Via
from notifications.models import Delivery
from notifications.promises.drains import drain_all
from notifications.promises.timers import fire_due
from teams.models import Team
from teams.tests.factories import TeamFactory

#: Tuesday 11:00 in Chicago, a quarter of an hour after they were to have met.
REPORTED = SLOT + timedelta(hours=1)
#: When each step of the built-in play is due, by the client's clock in Chicago (CST, UTC-6): November 24 is day 0.
MESSAGE_AT = REPORTED + timedelta(minutes=5)
DAY_1, DAY_3, DAY_7 = (datetime(2026, 11, 24, 16, 0, tzinfo=UTC) + timedelta(days=day) for day in (1, 3, 7))
END = datetime(2026, 12, 2, 18, 0, tzinfo=UTC)
ADDRESS = "1 Invented Street, Austin, TX 78700"


def a_team(**fields: Any) -> Team:
    """A team that may send mail which nobody asked for."""
    team: Team = TeamFactory.create(**({"postal_address": ADDRESS} | fields))
    return team


def a_lead(team: Team | None = None, **fields: Any) -> Lead:
    """A lead in Chicago, ready to be handed over."""
    return ready(team or a_team(), **({"zone": "America/Chicago"} | fields))


def no_show(lead: Lead | None = None, *, at: datetime = REPORTED, **fields: Any) -> Handoff:
    """An appointment to which the client did not come."""
    handoff = open_handoff(lead or a_lead(), **fields)
    drain_all(at=handoff.opened_at, about=handoff.about)
    report(handoff, Showed.NO, at=at)
    return handoff


def report(handoff: Handoff, showed: Showed, *, at: datetime = REPORTED) -> None:
    """Let the agent say whether they came."""
    is_good = True if showed == Showed.YES else None
    record_outcome(handoff=handoff, showed=showed, is_good=is_good, actor=handoff.agent, via=Via.PAGE, at=at)


def run_of(handoff: Handoff) -> RecoveryRun:
    """The run as it is now."""
    return RecoveryRun.objects.select_related("lead", "handoff").get(handoff=handoff)


def pass_through(*moments: datetime) -> None:
    """Let time pass: at each moment what is due is done, and what is owed is delivered."""
    for at in moments:
        fire_due(at=at)
        drain_all(at=at)


def every(step: timedelta, *, start: datetime, end: datetime) -> Iterable[datetime]:
    """Moments from start to end."""
    while start <= end:
        yield start
        start += step


def written(handoff: Handoff) -> list[Delivery]:
    """What was owed to the client after the no-show."""
    return list(Delivery.objects.filter(about=handoff.about, kind="recovery_message").order_by("pk"))


def taken(handoff: Handoff) -> list[tuple[str, str]]:
    """The steps whose time has come, and what came of them."""
    steps = RecoveryStep.objects.filter(run__handoff=handoff).exclude(taken_at=None)
    return [(step.name, step.result) for step in steps]
