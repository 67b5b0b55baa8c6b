"""What the demo's ISAs earn: three months, one approved, and what makes people look twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from handoff.amending import correct_outcome
from handoff.demo import cast
from handoff.models import Entry, Handoff
from handoff.models.outcomes import Showed
from handoff.models.pay import Kind
from handoff.months import after, before, this_month
from handoff.pay.adjusting import ByHand, adjust
from handoff.pay.approving import approve
from handoff.pay.disputes import raise_dispute
from handoff.pay.plans import Terms, save_plan
from handoff.pay.settling import settle_all
from handoff.pay.statements import statement_of
from leads.states import Via
from notifications.promises import drains
from teams.models import Membership, Role
from teams.state_rules import set_licences
from teams.zones import first_moment

if TYPE_CHECKING:
    from handoff.demo.story import Story

DAY = timedelta(days=1)
USUAL = Terms(base=280_000, bonus=3_500, bonus_cap=50_000, percent=Decimal(5), clawback_days=30)
IANS = Terms(base=320_000, bonus=3_000, percent=Decimal(7), clawback_days=30)


def make_plans(story: Story) -> None:
    """Two months ago the team lead made a plan for everybody, and one for Ian, who has a licence."""
    first = before(this_month(story.team, at=story.at), 2)
    at, lea = first_moment(first, zone_name=story.team.zone), story.members[cast.LEA]
    ian = story.members[cast.IAN]
    set_licences(member=ian, states=["TX"], actor=lea, at=at)
    for isa, terms in ((None, USUAL), (ian, IANS)):
        save_plan(team=story.team, isa=isa, terms=terms, from_month=first, actor=lea, at=at)


def bring(story: Story) -> None:
    """Let the first month be approved, a report turn out wrong, and Ivy ask about an entry."""
    _settle_rows(story)
    now = this_month(story.team, at=story.at)
    first, last = before(now, 2), before(now)
    isas = Membership.objects.filter(team=story.team, role=Role.ISA).select_related("user", "team")
    lea, ivy = story.members[cast.LEA], isas.get(pk=story.members[cast.IVY].pk)
    then = first_moment(last, zone_name=story.team.zone) + 2 * DAY
    why = "Showed a new colleague the phones for two days"
    adjust(isa=ivy, month=first, by_hand=ByHand(15_000, why, once="demo"), actor=lea, at=then)
    for isa in isas:
        page = statement_of(isa, first, at=then)
        if page:
            approve(isa=isa, month=first, seen=page.head.total, actor=lea, at=then)
    _take_one_back(story, at=story.at - timedelta(hours=20))
    entry = Entry.objects.filter(isa=ivy, month=last, kind=Kind.HELD).order_by("pk").last()
    note = "This one also brought her sister, whom Ben met the same day. Does she not count by herself?"
    asked_at = max(first_moment(after(last), zone_name=story.team.zone), story.at - 3 * DAY)
    raise_dispute(isa=ivy, month=last, entry=entry, note=note, actor=ivy, at=min(asked_at, story.at))


def _settle_rows(story: Story) -> None:
    """Enter what no verb did: the transfers of the past are rows."""
    for _ in settle_all(team_id=story.team.pk, at=story.at):
        pass


def _take_one_back(story: Story, *, at: datetime) -> None:
    """The agent had mixed up two clients."""
    met = Handoff.objects.filter(team=story.team, setter=story.members[cast.IVY], outcome__showed=Showed.YES)
    paid = met.filter(deal=None, outcome__is_good=True, outcome__former=None).select_related("lead", "agent__user")
    mixed_up = paid.order_by("opened_at").first()
    if mixed_up:
        why = "Mixed up with another client of that day"
        lea = story.members[cast.LEA]
        correct_outcome(handoff=mixed_up, why=why, actor=lea, via=Via.PAGE, at=at, showed=Showed.NO)
        drains.drain_all(at=at, about=mixed_up.about)
