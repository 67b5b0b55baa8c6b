"""Clients who did not come: of old, and three of this week: one is brought back, one answered, one booked again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handoff import outcomes, slots
from handoff.client.choosing import rebook
from handoff.demo import cast
from handoff.demo.callers import complete_call
from handoff.models import Handoff
from handoff.models.outcomes import NextStep, Showed
from leads.calls import log_call
from leads.models import Lead
from leads.models.calls import CallResult
from leads.states import Via
from notifications.promises import drains, timers
from teams.models import Membership

if TYPE_CHECKING:
    from handoff.demo.story import Story

DAY = timedelta(days=1)


def bring(story: Story) -> None:
    """Let three clients of the last days not come."""
    _missed(story, 90, isa=cast.IVY, days=2)
    answered = _missed(story, 91, isa=cast.IVY, days=4)
    pick_up(answered, at=story.at - DAY, note="Overslept, sorry. Wants to look at the calendar and call back.")
    _book_again(_missed(story, 92, isa=cast.IAN, days=3), members=story.members, at=story.at - DAY)


def pick_up(handoff: Handoff, *, at: datetime, note: str) -> None:
    """Let the client pick up the ISA's call."""
    log_call(
        lead=Lead.objects.select_related("team", "isa__user").get(pk=handoff.lead_id),
        result=CallResult.ANSWERED,
        actor=handoff.setter,
        via=Via.PAGE,
        note=note,
        at=at,
    )


def live_through(*, until: datetime) -> None:
    """Take the steps of recoveries that were due by then, and deliver what they owed."""
    timers.fire_due(at=until)
    drains.drain_all(at=until)


def _missed(story: Story, number: int, *, isa: cast.Person, days: int) -> Handoff:
    when = story.at - days * DAY
    lead = story.call(complete_call(number), isa=isa, at=when - timedelta(minutes=9))
    handoff = story.set(lead, agent=cast.DEV, isa=isa, at=when, after=timedelta(hours=3))
    assert handoff.appointment is not None  # noqa: S101 - it was set to a time
    drains.drain_all(at=when, about=handoff.about)
    at = min(handoff.appointment.ends_at + timedelta(minutes=20), story.at - timedelta(minutes=30))
    outcomes.record_outcome(
        handoff=handoff,
        showed=Showed.NO,
        next_step=NextStep.REBOOK,
        actor=handoff.agent,
        via=Via.PAGE,
        at=at,
    )
    live_through(until=min(at + timedelta(minutes=10), story.at))
    return handoff


def _book_again(handoff: Handoff, *, members: cast.Members, at: datetime) -> None:
    """Let the client choose a time by the link of the message."""
    agent: Membership = members[cast.DEV]
    free = slots.free_slots(
        lead=handoff.lead, team=handoff.team, start=at + 2 * DAY, end=at + 9 * DAY, minutes=45, at=at, agents=[agent]
    )
    new = rebook(handoff=handoff, agent=agent, starts_at=free[0].starts_at, at=at)
    drains.drain_all(at=at, about=new.about)
