"""What the team of a history spends on leads, wants to reach in a month, and pays its ISAs."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count
from django.db.models.functions import TruncMonth

from handoff.aims.goals import set_goals
from handoff.aims.spending import Costs, enter_costs
from handoff.demo.history.people import Cast
from handoff.demo.paid import USUAL
from handoff.models.aims import Aim
from handoff.months import after, before, months, this_month
from handoff.pay.approving import approve
from handoff.pay.plans import save_plan
from handoff.pay.settling import settle_all
from handoff.pay.statements import statement_of
from leads.models import Lead
from teams.models import Membership
from teams.zones import first_moment, zone

#: What one lead of a source costs, in whole dollars; others come for nothing.
LEAD_COSTS: Final = {"Zillow": 62, "Google": 38, "Facebook": 21, "Open house": 14}
#: Pay, dialer and software of a month, for each ISA.
REST_PER_ISA: Final = 4_100
#: A goal is this share of a month's handoffs: a little above what is usual.
GOALS: Final = {Aim.SET: 0.8, Aim.HELD: 0.5, Aim.GOOD: 0.42, Aim.SIGNED: 0.13, Aim.CLOSED: 0.06}
COMMISSION: Final = 14_000  # of a closing, in whole dollars
#: So many months ago the plan began by which ISAs are paid; all of them but the last two are approved.
PAID_MONTHS: Final = 4
MONTH_DAYS: Final = 30.4


def spend(cast: Cast) -> None:
    """Enter what each month cost: its leads by their sources, and people and tools."""
    came = Lead.objects.filter(team=cast.team, source__in=LEAD_COSTS).order_by()
    month = TruncMonth("created_at", tzinfo=zone(cast.team.zone))
    leads: dict[date, dict[str, int]] = defaultdict(dict)
    for source, first, count in came.values_list("source", month).annotate(count=Count("pk")):
        leads[first.date()][source] = count * LEAD_COSTS[source]
    for first, costs in sorted(leads.items()):
        enter_costs(team=cast.team, month=first, costs=Costs(costs, REST_PER_ISA * len(cast.isas)))


def aim(cast: Cast, *, handoffs: int, days: int, until: datetime) -> None:
    """Set the team's goals, and those of its ISAs."""
    a_month = handoffs / days * MONTH_DAYS
    goals = {each: round(share * a_month) for each, share in GOALS.items()}
    first = _first_paid(cast, until)
    goals[Aim.COMMISSION] = goals[Aim.CLOSED] * COMMISSION
    set_goals(team=cast.team, membership=None, month=first, goals=goals)
    for isa in cast.isas:
        own = {Aim.HELD: round(goals[Aim.HELD] / len(cast.isas))}
        set_goals(team=cast.team, membership=isa.member, month=first, goals=own)


def plan_pay(cast: Cast, *, until: datetime) -> None:
    """Let the ISAs be paid by a plan, every other with a licence; before anything is handed off, as it should be."""
    first = _first_paid(cast, until)
    licensed = [isa.member.pk for isa in cast.isas[::2]]
    Membership.objects.filter(pk__in=licensed).update(licensed_states=["TX"])
    save_plan(team=cast.team, isa=None, terms=USUAL, from_month=first, actor=cast.lead, at=_begin(first, cast))


def pay(cast: Cast, *, until: datetime) -> None:
    """Enter what they earned, and approve what is long over."""
    for _ in settle_all(team_id=cast.team.pk, at=until):
        pass
    isas = Membership.objects.filter(pk__in=[isa.member.pk for isa in cast.isas]).select_related("user", "team")
    for month in months(_first_paid(cast, until), before(this_month(cast.team, at=until), 2)):
        for isa in isas:
            _approve(isa, month, cast)


def _approve(isa: Membership, month: date, cast: Cast) -> None:
    at = _begin(after(month), cast) + timedelta(days=2)
    page = statement_of(isa, month, at=at)
    if page:
        approve(isa=isa, month=month, seen=page.head.total, actor=cast.lead, at=at)


def _first_paid(cast: Cast, until: datetime) -> date:
    return before(this_month(cast.team, at=until), PAID_MONTHS)


def _begin(month: date, cast: Cast) -> datetime:
    return first_moment(month, zone_name=cast.team.zone)
