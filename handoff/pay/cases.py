"""What was said of handoffs, read for the ledger: some queries for any number of handoffs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import F
from django.db.models.functions import Coalesce

from handoff.models import DealStep, FormerOutcome, Handoff, Outcome
from handoff.models.outcomes import Showed
from handoff.pay.earning import Case, Report, Step


@dataclass(frozen=True, slots=True)
class Setting:
    """Whose a handoff is, and where: what never changes of it, whoever owns the lead by now."""

    handoff_id: int
    team_id: int
    isa_id: int
    state: str
    met_at: datetime
    set_at: datetime
    clock: ZoneInfo

    @property
    def set_on(self) -> date:
        """The day on which its setter was credited with it."""
        return self.set_at.astimezone(self.clock).date()


def settings_of(handoffs: Collection[int]) -> list[Setting]:
    """Return the settings of those that were reported. A handoff without a time counts by the day it was opened."""
    rows = Handoff.objects.filter(pk__in=handoffs, outcome__isnull=False).order_by("pk")
    read = rows.values_list(
        "pk",
        "team_id",
        "setter_id",
        F("lead__state"),
        Coalesce("appointment__starts_at", "opened_at"),
        "opened_at",
        F("team__zone"),
    )
    return [
        Setting(pk, team, isa, state, met_at, set_at, ZoneInfo(clock))
        for pk, team, isa, state, met_at, set_at, clock in read
    ]


def cases_of(settings: Collection[Setting]) -> list[Case]:
    """Return the same with everything that was said of each, in its order."""
    pks = [each.handoff_id for each in settings]
    reports = _reports(pks)
    steps = _steps(pks)
    return [
        Case(
            handoff_id=each.handoff_id,
            isa_id=each.isa_id,
            met_on=each.met_at.astimezone(each.clock).date(),
            reports=tuple(reports[each.handoff_id]),
            steps=tuple(steps[each.handoff_id]),
        )
        for each in settings
    ]


def _reports(pks: Collection[int]) -> dict[int, list[Report]]:
    found: dict[int, list[Report]] = defaultdict(list)
    former = FormerOutcome.objects.filter(outcome__handoff__in=pks).order_by("pk")
    stands = Outcome.objects.filter(handoff__in=pks)
    for pk, showed, at in former.values_list("outcome__handoff_id", "showed", "recorded_at"):
        found[pk].append(Report(showed == Showed.YES, at))
    for pk, showed, at in stands.values_list("handoff_id", "showed", "recorded_at"):
        found[pk].append(Report(showed == Showed.YES, at))
    return found


def _steps(pks: Collection[int]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = defaultdict(list)
    rows = DealStep.objects.filter(deal__handoff__in=pks).order_by("pk")
    read = rows.values_list("deal__handoff_id", "pk", "closed_on", "commission", "currency", "at")
    for handoff, pk, closed_on, commission, currency, at in read:
        found[handoff].append(Step(pk, closed_on, commission, currency, at))
    return found
