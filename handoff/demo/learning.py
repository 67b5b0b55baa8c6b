"""What the demo's ISAs learn from: a pattern that is new, one that is worked on, and one that has improved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handoff import outcomes
from handoff.coaching.cards import acknowledge, leave_note
from handoff.coaching.states import Focus
from handoff.demo import cast
from handoff.demo.callers import complete_call
from handoff.models import CoachingCard
from handoff.models.outcomes import NextStep, Reason, Showed
from leads.states import Via
from notifications.models import Preference
from notifications.models.preferences import Group
from notifications.promises import drains

if TYPE_CHECKING:
    from handoff.demo.story import Story

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: What agents found: days ago, whose lead, why it was not good (empty: it was), and their words.
FOUND: tuple[tuple[int, cast.Person, str, str], ...] = (
    (33, cast.IAN, Reason.MOTIVATION, "Only wanted to know what their own house is worth."),
    (32, cast.IAN, Reason.MOTIVATION, "Happy where they are for another two years."),
    (31, cast.IAN, Reason.MOTIVATION, "Their mother wants to move, they do not."),
    (20, cast.IAN, "", "Knew exactly what they want."),
    (19, cast.IAN, "", ""),
    (18, cast.IAN, "", "Signed at the second home."),
    (17, cast.IAN, "", ""),
    (16, cast.IAN, "", ""),
    (15, cast.IAN, "", ""),
    (7, cast.IVY, Reason.MORTGAGE, "No lender yet, the letter was from a website."),
    (6, cast.IVY, Reason.MORTGAGE, "Pre-approved, but two years ago."),
    (5, cast.IVY, Reason.MORTGAGE, "The amount was a wish, not a letter."),
    (6, cast.IVY, Reason.PRICE, "400 was the dream. 320 is what the bank says."),
    (5, cast.IVY, Reason.PRICE, "Did not count the association's fees."),
)
NEWEST = (4, cast.IVY, Reason.PRICE, "Their limit is 90 below anything in that school district.")
NOTE = "We listened to the second call together. Ask for the date on the letter, that is all it takes."


def learn(story: Story) -> None:
    """Let agents have reported, and the ISA and the team lead have read and said what there was to say."""
    for number, found in enumerate(FOUND, start=120):
        _found(story, number, *found)
    lea, ivy = story.members[cast.LEA], story.members[cast.IVY]
    for card in CoachingCard.objects.live().filter(setter=ivy, focus=Focus.MORTGAGE):
        acknowledge(card=card, actor=ivy, at=story.at - DAY)
        leave_note(card=card, text=NOTE, actor=lea, at=story.at - 20 * HOUR)


def find_one_more(story: Story) -> None:
    """Let the report come that makes the newest card; the team lead hears of cards by mail."""
    Preference.objects.create(membership=story.members[cast.LEA], group=Group.COACHING, by_email=True)
    _found(story, 140, *NEWEST)
    for card in CoachingCard.objects.live():
        drains.drain_all(at=card.opened_at + timedelta(seconds=1), about=card.about)


def _found(story: Story, number: int, days: int, isa: cast.Person, reason: str, note: str) -> None:
    when: datetime = story.at - days * DAY
    lead = story.call(complete_call(number), isa=isa, at=when - timedelta(minutes=9))
    agent = cast.ANA if number % 2 else cast.DEV  # who work on every day of the week
    handoff = story.set(lead, agent=agent, isa=isa, at=when, after=20 * HOUR)
    drains.drain_all(at=when + timedelta(seconds=1), about=handoff.about)
    assert handoff.appointment is not None  # noqa: S101 - it was booked
    at = min(handoff.appointment.ends_at + 2 * HOUR, story.at)
    outcomes.record_outcome(
        handoff=handoff,
        showed=Showed.YES,
        is_good=not reason,
        reason=reason,
        next_step=NextStep.NURTURE if reason else NextStep.SHOWINGS,
        note=note,
        actor=handoff.agent,
        via=Via.PAGE,
        at=at,
    )
    drains.drain_all(at=at, about=handoff.about)
