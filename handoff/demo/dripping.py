"""The demo's drip: written, running for a few, and stopped for one who was handed off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handoff.demo import cast
from handoff.demo.callers import complete_call
from leads.drips import enrolling, sequences
from leads.drips.planning import STEP
from leads.models import DripSequence, DripStep, Enrolment, Lead
from leads.states import Stage
from notifications.models import Timer
from notifications.promises import drains, timers
from teams.models import Membership, Team

if TYPE_CHECKING:
    from handoff.demo.story import Story

MAILS = (
    (
        1,
        9,
        "What you asked me, {first_name}",
        (
            "Hi {first_name},\n\nThank you for talking with me. There is no hurry on our side.\n\n"
            "?I keep an eye on {area} for you, and write when something is worth your time.\n\n"
            "If a question comes up, just reply to this mail.\n\n{isa}\n{team}"
        ),
    ),
    (
        6,
        10,
        "Three things to know before you look at homes",
        (
            "Hi {first_name},\n\nWhat people tell me they wish they had known:\n\n"
            "1. What a lender really asks for, and how long it takes.\n2. Which repairs are worth it before a sale.\n"
            "3. Who in our team knows your corner of town.\n\n?Call me at {isa_phone} when you like.\n\n{isa}"
        ),
    ),
    (
        20,
        10,
        "Still on your mind, {first_name}?",
        "Hi {first_name},\n\nAre you still thinking about a move? A yes or a no helps me to help you.\n\n{isa}",
    ),
)


def bring(story: Story) -> None:
    """Let two leads be written to for some days; one of them is handed off then."""
    lea, ivy = story.members[cast.LEA], story.members[cast.IVY]
    sequence = _write(story.team, by=lea, at=story.at - timedelta(days=12))
    for number, days in ((46, 4), (45, 9)):
        began = story.at - timedelta(days=days)
        lead = story.call(complete_call(number), isa=cast.IVY, at=began - timedelta(minutes=9))
        _enrol(lead, sequence, by=ivy, at=began, until=story.at - timedelta(hours=3))
    handed = story.at - timedelta(minutes=90)
    handoff = story.set(lead, agent=cast.DEV, isa=cast.IVY, at=handed, after=timedelta(hours=30))
    drains.drain_all(at=handed + timedelta(seconds=1), about=handoff.about)


def _write(team: Team, *, by: Membership, at: datetime) -> DripSequence:
    """Let the team lead write the drip, and start it at Nurture."""
    sequence = sequences.add_sequence(team=team, name="Staying in touch", actor=by, at=at)
    for days, hour, subject, text in MAILS:
        step = DripStep(sequence=sequence)
        sequences.save_step(step=step, after_days=days, hour=hour, subject=subject, text=text, actor=by, at=at)
    sequences.switch_on(sequence=sequence, actor=by, at=at)
    sequences.change_sequence(sequence=sequence, name=sequence.name, on_stage=Stage.NURTURE, actor=by, at=at)
    return sequence


def _enrol(lead: Lead, sequence: DripSequence, *, by: Membership, at: datetime, until: datetime) -> Enrolment:
    """Enrol a lead, and let the mails of the days since go out at their own time."""
    enrolment = enrolling.enrol(lead=lead, sequence=sequence, actor=by, at=at)
    while due := Timer.objects.filter(about=enrolment.about, kind=STEP, fired_at=None, due_at__lte=until).first():
        timers.fire_due(at=due.due_at)
        drains.drain_all(at=due.due_at + timedelta(seconds=1), about=enrolment.about)
    return enrolment
