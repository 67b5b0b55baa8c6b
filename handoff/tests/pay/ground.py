"""A team with a plan, cases put there by the verbs or as rows, and the ledger as tests compare it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from handoff.models import Deal, DealStep, Entry, FormerOutcome, Handoff, Outcome, PlanVersion
from handoff.models.outcomes import Showed
from handoff.months import months
from handoff.pay.approving import approve
from handoff.pay.ledger import settle
from handoff.pay.plans import Terms, save_plan
from handoff.pay.statements import statement_of
from handoff.states import DealStatus, HandoffStatus, Method
from leads.states import Via
from leads.tests.factories import NOW, LeadFactory
from teams.models import Membership, Role, Team
from teams.tests import factories as people

#: 30 dollars for each held appointment, 5 % of a commission, back within 30 days.
USUAL: dict[str, Any] = {"base": 300_000, "bonus": 3_000, "percent": Decimal(5), "clawback_days": 30}
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (9, 10, 11, 12))
LONG_AGO = date(2026, 1, 1)


def plan(
    team: Team, *, isa: Membership | None = None, from_month: date = LONG_AGO, at: datetime = NOW, **terms: Any
) -> PlanVersion:
    """Let a team's ISAs, or one, be paid so."""
    asked = Terms(**(USUAL | terms))
    boss = Membership.objects.filter(team=team, role=Role.LEAD).first() or people.lead(team)
    return save_plan(team=team, isa=isa, terms=asked, from_month=from_month, actor=boss, at=at, pays_nothing=True)


def entries(**which: Any) -> list[tuple[str, str, int, date]]:
    """The ledger: kind, turn, cents and month of each, case by case in the order in which things were said."""
    found = Entry.objects.filter(**which).order_by("handoff", "kind", "happened_at", "pk")
    return [(each.kind, each.turn, each.amount, each.month) for each in found]


def reported(
    isa: Membership, agent: Membership, *, showed: Showed = Showed.YES, at: datetime = NOW, state: str = "TX"
) -> Handoff:
    """A handoff that was reported, put there as rows: past the doors, as a load of history does."""
    client = LeadFactory.create(team=isa.team, isa=isa, state=state)
    handoff = Handoff.objects.create(
        team=isa.team,
        lead=client,
        method=Method.DIRECT,
        status=HandoffStatus.REPORTED,
        setter=isa,
        agent=agent,
        facts={},
        advised=Method.SCHEDULED,
        opened_at=at,
        closed_at=at,
        outcome_due_at=at,
    )
    Outcome.objects.create(
        handoff=handoff, showed=showed, recorded_by=agent, recorded_at=at, is_on_time=True, via=Via.PAGE
    )
    return handoff


def corrected(handoff: Handoff, *, to: Showed, at: datetime) -> None:
    """Another report in place of the one that stands, as rows."""
    outcome = Outcome.objects.get(handoff=handoff)
    FormerOutcome.objects.create(
        outcome=outcome,
        showed=outcome.showed,
        recorded_by=outcome.recorded_by,
        recorded_at=outcome.recorded_at,
        via=Via.PAGE,
        why="It was otherwise",
        replaced_by=outcome.recorded_by,
        replaced_at=at,
    )
    outcome.showed, outcome.recorded_at = to, at
    outcome.save()


def stepped(handoff: Handoff, *, closed_on: date | None, commission: int | None, at: datetime) -> DealStep:
    """A step of its deal, as rows: closed on a day, or under contract."""
    terms = {
        "status": DealStatus.CLOSED if closed_on else DealStatus.UNDER_CONTRACT,
        "signed_on": NOW.date(),
        "under_contract_on": NOW.date(),
        "closed_on": closed_on,
        "price": 400_000,
        "commission": commission,
        "currency": "USD",
    }
    deal, _ = Deal.objects.update_or_create(handoff=handoff, defaults={"team": handoff.team, **terms})
    return DealStep.objects.create(deal=deal, **terms, via=Via.PAGE, at=at)


def on(number: int, month: int = 11) -> datetime:
    """Noon of a day of 2026, in Chicago."""
    return datetime(2026, month, 1, 18, tzinfo=UTC) + timedelta(days=number - 1)


#: When months are looked at.
TWENTIETH = on(20)


def people_of_a_team(**terms):
    team = people.TeamFactory.create()
    plan(team, **terms)
    return people.isa(team, licensed_states=["TX"]), people.agent(team)


class Place:
    """A team with a plan since September, an ISA, an agent and a team lead."""

    def __init__(self, **terms):
        self.team = people.TeamFactory.create()
        self.boss = people.lead(self.team)
        plan(self.team, from_month=SEPTEMBER, **terms)
        self.isa, self.agent = people.isa(self.team, licensed_states=["TX"]), people.agent(self.team)

    def met(self, at, **fields):
        handoff = reported(self.isa, self.agent, at=at, **fields)
        settle([handoff.pk], at=at)
        return handoff

    def no_show_after_all(self, handoff, at):
        corrected(handoff, to=Showed.NO, at=at)
        settle([handoff.pk], at=at)

    def total(self, month, at=TWENTIETH):
        return statement_of(self.isa, month, at=at).head.total

    def approve(self, month, at=TWENTIETH, **more):
        said = {"seen": self.total(month, at=at), "actor": self.boss} | more
        return approve(isa=self.isa, month=month, at=at, **said)

    def approve_all(self, until, at=TWENTIETH):
        for month in months(SEPTEMBER, until):
            self.approve(month, at=at)
