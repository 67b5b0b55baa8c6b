"""What the demo's team wants to reach in a month, and what its last months cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handoff.aims.goals import set_goals
from handoff.aims.spending import Costs, enter_costs
from handoff.aims.weekly import plan_weekly_mail
from handoff.demo import cast
from handoff.models.aims import Aim
from handoff.months import before, this_month
from handoff.numbers.days import WEEK

if TYPE_CHECKING:
    from handoff.demo.story import Story

GOALS = {Aim.SET: 50, Aim.HELD: 36, Aim.GOOD: 24, Aim.SIGNED: 4, Aim.CLOSED: 2, Aim.COMMISSION: 25_000}
MONTHS = 3
REST = 5_200  # pay, dialer, software
LEADS = {"Zillow": 1_400, "Google": 650, "Facebook": 480, "Open house": 180}


def bring(story: Story) -> None:
    """Set the team's goals and those of its ISAs, enter what these months cost, and let last week's mail be due."""
    plan_weekly_mail(story.team, at=story.at - WEEK)
    month = this_month(story.team, at=story.at)
    first = before(month, MONTHS)
    set_goals(team=story.team, membership=None, month=first, goals=GOALS)
    for name in (cast.IVY, cast.IAN):
        set_goals(team=story.team, membership=story.members[name], month=first, goals={Aim.HELD: GOALS[Aim.HELD] // 2})
    for number in range(MONTHS + 1):
        leads = {source: amount + 40 * number for source, amount in LEADS.items()}
        enter_costs(team=story.team, month=before(month, number), costs=Costs(leads, REST))
