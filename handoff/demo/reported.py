"""What the demo's agents said of their meetings since: one was moved when its time had come, one verdict corrected."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from handoff import outcomes
from handoff.amending import correct_outcome
from handoff.demo import cast
from handoff.demo.callers import complete_call
from handoff.demo.recoveries import live_through
from handoff.models import Handoff
from handoff.models.outcomes import NextStep, Reason, Showed
from handoff.postponing import postpone, times_to_move_to
from leads.states import Via
from notifications.models import Timer
from notifications.promises import drains

if TYPE_CHECKING:
    from handoff.demo.story import Story

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def bring(story: Story) -> None:
    """Let one client ask for another time, and one agent think again."""
    _move(_met(story, 95, agent=cast.DEV, days=2), story)
    _correct(_met(story, 96, agent=cast.ANA, days=3), story)


def let_pass(handoff: Handoff, story: Story) -> None:
    """Let every question about an outcome go unanswered, each at its own time, the deadline too."""
    due = Timer.objects.filter(about=handoff.about, due_at__lte=story.at).order_by("due_at")
    for due_at in list(due.values_list("due_at", flat=True)):
        live_through(until=due_at)


def _met(story: Story, number: int, *, agent: cast.Person, days: int) -> Handoff:
    when = story.at - days * DAY
    lead = story.call(complete_call(number), isa=cast.IAN, at=when - 9 * MINUTE)
    handoff = story.set(lead, agent=agent, isa=cast.IAN, at=when, after=timedelta(hours=3))
    drains.drain_all(at=when, about=handoff.about)
    return handoff


def _move(handoff: Handoff, story: Story) -> None:
    assert handoff.appointment is not None  # noqa: S101 - it was set to a time
    at = min(handoff.appointment.ends_at + 10 * MINUTE, story.at - 30 * MINUTE)
    free = [moment for moment in times_to_move_to(handoff, at=at, limit=60) if moment > story.at + DAY]
    note = "Was stuck at the pediatrician. We agreed on another day."
    postpone(handoff=handoff, starts_at=free[0], note=note, actor=handoff.agent, via=Via.LINK, at=at)
    drains.drain_all(at=at, about=handoff.about)


def _correct(handoff: Handoff, story: Story) -> None:
    assert handoff.appointment is not None  # noqa: S101 - it was set to a time
    at = min(handoff.appointment.ends_at + 15 * MINUTE, story.at - 3 * 60 * MINUTE)
    agent = handoff.agent
    outcomes.record_outcome(
        handoff=handoff,
        showed=Showed.YES,
        is_good=False,
        reason=Reason.PRICE,
        note="Wants three bedrooms by the river, and has money for two.",
        actor=agent,
        via=Via.LINK,
        at=at,
    )
    drains.drain_all(at=at, about=handoff.about)
    later = at + 100 * MINUTE
    correct_outcome(
        handoff=handoff,
        showed=Showed.YES,
        is_good=True,
        next_step=NextStep.SHOWINGS,
        note="We see two houses on Saturday.",
        why="They rang again: their parents add to the down payment.",
        actor=agent,
        via=Via.PAGE,
        at=later,
    )
    drains.drain_all(at=later, about=handoff.about)
