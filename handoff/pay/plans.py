"""By which plan somebody is paid: versions of the team's plan and of people's own, each from a month on.

A version starts in a month for which nobody whom it concerns has an entry yet. So an entry's plan is the one in force
in its month, for good, and no plan rewrites what another has paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Max, Q

from handoff.errors import Refused
from handoff.locks import lock_pay
from handoff.models import Entry, PlanVersion, Statement
from handoff.months import after, before, month_words, this_month
from handoff.pay.book import latest
from handoff.pay.money import money
from handoff.pay.settling import settle_soon
from teams.changes import note_change
from teams.models import Membership, Role, Team
from teams.places import STATES
from teams.state_rules import HOME, states_that_pay

#: A plan may start as long ago, and as far ahead.
REACH: Final = 24
"""Months."""


class PlanRefused(Refused):
    """This plan cannot be saved; ``field`` names what is wrong."""

    def __init__(self, field: str, words: str) -> None:
        self.field = field
        super().__init__(words)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan pays, in cents; caps are for a month, None for none."""

    base: int = 0
    bonus: int = 0
    bonus_cap: int | None = None
    percent: Decimal = Decimal(0)
    closing_cap: int | None = None
    clawback_days: int = 30

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is ever paid by it."""
        return not (self.base or self.bonus or self.percent)


@transaction.atomic
def save_plan(
    *,
    team: Team,
    isa: Membership | None,
    terms: Terms | None,
    from_month: date,
    actor: Membership,
    at: datetime,
    pays_nothing: bool = False,
) -> PlanVersion:
    """Let a team's ISAs, or one person, be paid by other terms from a month on; None: by the team's plan again.

    ``pays_nothing``: terms that pay nothing are meant, to end a plan. Raises PlanRefused.
    """
    if not actor.is_lead or actor.team_id != team.pk or (isa and isa.team_id != team.pk):
        raise PlanRefused("", "Plans are the team lead's.")
    if terms and terms.is_nothing and not pays_nothing:
        raise PlanRefused(
            "pays_nothing",
            "Enter a base salary, a bonus or a percentage: this plan pays nothing. To end a plan, tick that it does.",
        )
    lock_pay([isa.pk] if isa else Membership.objects.filter(team=team).values_list("pk", flat=True))
    _check_month(team, isa, from_month, at=at)
    if isa and terms and terms.percent and not _may_ever_be_paid(isa):
        raise PlanRefused(
            "percent",
            f"{isa.user.name} has no licence, and your table of states lets nobody without one be paid by closing: "
            "this would never pay anything. Note the licence, or what a state allows, first.",
        )
    was = latest(versions_of(team, isa), from_month)
    said = terms or Terms()
    version = PlanVersion.objects.create(
        team=team,
        isa=isa,
        is_own=terms is not None,
        from_month=from_month,
        currency=team.currency,
        words=_words(was, terms, team.currency),
        by=actor,
        at=at,
        **{name: getattr(said, name) for name in Terms.__slots__},
    )
    whose = f"{isa.user.name}'s plan" if isa else "The team's plan"
    note_change(actor=actor, part="pay", words=f"{whose} from {month_words(from_month)}: {version.words}", at=at)
    settle_soon(version, at=at)
    return version


def versions_of(team: Team, isa: Membership | None) -> list[PlanVersion]:
    """Return every version of the team's plan, or of somebody's own, in the order in which they come to count."""
    return list(PlanVersion.objects.filter(team=team, isa=isa).select_related("by__user").order_by("from_month", "pk"))


def first_free_month(team: Team, isa: Membership | None, *, at: datetime) -> date:
    """Return the first month in which a plan can start: later than every entry and approval of those it concerns."""
    whom = Q(isa=isa) if isa else Q(team=team)
    by_plan = Q(plan__isnull=False) if isa else Q(plan__isnull=False, plan__isa=None)
    earned = Entry.objects.filter(whom, by_plan).order_by("-earned_on").values_list("earned_on", flat=True).first()
    approved = Statement.objects.filter(whom).aggregate(last=Max("month"))["last"]
    last = max((each for each in (earned, approved) if each), default=None)
    return after(last) if last else before(this_month(team, at=at), REACH)


def unpaid_closings(team: Team) -> list[str]:
    """Say of each ISA of the team without a licence where a plan that pays by closing pays them nothing."""
    if team.country != HOME:
        return []
    found, allowed = [], states_that_pay(team)
    isas = Membership.objects.active().filter(team=team, role=Role.ISA).select_related("user")
    for isa in isas.order_by("user__name"):
        where = [name for code, name in STATES if code in allowed or code in isa.licensed_states]
        paid = f"only in {', '.join(where)}" if where else "nothing of any closing"
        found.append(f"{isa.user.name}: {paid}")
    return found


def _may_ever_be_paid(isa: Membership) -> bool:
    is_bound = isa.is_isa and isa.team.country == HOME
    return not is_bound or bool(isa.licensed_states or states_that_pay(isa.team))


def _check_month(team: Team, isa: Membership | None, month: date, *, at: datetime) -> None:
    now = this_month(team, at=at)
    if month.day != 1 or not before(now, REACH) <= month <= before(now, -REACH):
        raise PlanRefused("from_month", f"Choose a month within {REACH} months of this one.")
    if month < (free := first_free_month(team, isa, at=at)):
        raise PlanRefused(
            "from_month",
            f"What was earned before {month_words(free)} is entered by the plan of then, and stays so. Let this one "
            f"start in {month_words(free)}, and adjust by hand what should be different until then.",
        )


def _words(was: PlanVersion | None, terms: Terms | None, currency: str) -> str:
    if terms is None:
        return "as the team's"
    told = []
    for name, label in _LABELS.items():
        now, before_it = getattr(terms, name), getattr(was, name) if was and was.is_own else None
        if was is None or not was.is_own or now != before_it:
            said = _said(name, now, currency)
            is_new = was is None or not was.is_own
            told.append(f"{label} {said}" if is_new else f"{label} {_said(name, before_it, currency)} → {said}")
    return "; ".join(told) or "nothing changed"


_LABELS: Final = {
    "base": "base",
    "bonus": "bonus",
    "bonus_cap": "bonuses at most",
    "percent": "of commissions",
    "closing_cap": "closings at most",
    "clawback_days": "comes back within",
}


def _said(name: str, value: int | Decimal | None, currency: str) -> str:
    if value is None:
        return "no cap"
    if name == "percent":
        return f"{Decimal(value).normalize():f} %"
    if name == "clawback_days":
        return f"{value} days"
    return money(int(value), currency)
