"""Five weeks of handoffs behind the demo team, and a day with something in every list."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff import booking, outcomes, slots
from handoff.cover.asking import ask_for_cover
from handoff.demo import (
    aiming,
    answering,
    at_risk,
    cast,
    dealt,
    dripping,
    learning,
    moving_in,
    never_handed,
    paid,
    recoveries,
    reported,
    transferred,
)
from handoff.demo.callers import Call, complete_call, log_call
from handoff.demo.listened import prepare
from handoff.demo.promised import promise, stand_by_one
from handoff.models import Handoff
from handoff.models.appointments import How
from handoff.models.outcomes import NextStep, Reason, Showed
from leads import calls, homes, household, stages
from leads.models import Lead
from leads.models.calls import CallResult
from leads.states import Stage, Via
from leads.todo import finish_task
from notifications.models import InboxItem, OutboxCard, OutboxMail
from notifications.promises import drains, timers
from teams.models import Area, Membership, Team

WEEKS = 5
LEFT_ALONE = timedelta(days=6)  # a no-show this recent still waits for its call
PER_WEEK = 5
BAD = (Reason.PRICE, Reason.MOTIVATION, Reason.MORTGAGE, Reason.PRICE, Reason.AGENT)


@dataclass(slots=True)
class Story:
    """Everything a chapter needs. The chance is seeded: the same day gives the same demo."""

    team: Team
    members: cast.Members
    at: datetime
    chance: random.Random

    @property
    def areas(self) -> dict[str, Area]:
        """The team's areas by name."""
        return {area.name: area for area in self.team.areas.all()}

    def call(self, call: Call, *, isa: cast.Person, at: datetime) -> Lead:
        """Let an ISA write down a call."""
        return log_call(call, team=self.team, isa=self.members[isa], areas=self.areas, at=at)

    def set(self, lead: Lead, *, agent: cast.Person, isa: cast.Person, at: datetime, after: timedelta) -> Handoff:
        """Book the agent's first free slot that lies at least ``after`` away from ``at``."""
        free = slots.free_slots(
            lead=lead,
            team=self.team,
            start=at + after,
            end=at + after + timedelta(days=7),
            minutes=45,
            at=at,
            agents=[self.members[agent]],
        )
        return booking.book(
            lead=lead,
            agent=self.members[agent],
            starts_at=free[0].starts_at,
            minutes=45,
            how=How.CALL if lead.pk % 3 else How.VIDEO,
            place="",
            setter=self.members[isa],
            via=Via.PAGE,
            at=at,
        )


def tell(*, team: Team, members: cast.Members, at: datetime) -> None:
    """Make the demo's past and present. ``at`` is now."""
    story = Story(team, members, at, random.Random(7))  # noqa: S311 - invented history, not a secret
    paid.make_plans(story)
    _past(story)
    learning.learn(story)
    _forget_old_mail()
    recoveries.bring(story)
    reported.bring(story)
    dripping.bring(story)
    answering.take_answers_in(boss=members[cast.LEA], at=at)
    learning.find_one_more(story)
    _present(story)
    at_risk.bring(story)
    _desk(story)
    transferred.bring(story)
    dealt.bring(story)
    paid.bring(story)
    aiming.bring(story)
    moving_in.bring(by=members[cast.LEA], at=at)
    never_handed.bring(story)


def _past(story: Story) -> None:
    """Handoffs that are over: most held, some missed, a few reported late."""
    agents = (cast.ANA, cast.BEN, cast.CLEO, cast.DEV)
    number = 60
    for week in range(WEEKS, 0, -1):
        for turn in range(PER_WEEK):
            isa = cast.IVY if turn % 5 else cast.IAN
            when = story.at - timedelta(weeks=week, days=2) + timedelta(days=turn % 5, hours=turn)
            lead = story.call(complete_call(number), isa=isa, at=when - timedelta(minutes=9))
            after = timedelta(hours=20 + story.chance.randrange(30))
            handoff = story.set(lead, agent=agents[(number + week) % 4], isa=isa, at=when, after=after)
            _fulfil(handoff, at=when + timedelta(seconds=1))
            _report(story, handoff)
            number += 1


def _report(story: Story, handoff: Handoff) -> None:
    """Let the agent read the brief and say how it went."""
    appointment = handoff.appointment
    assert appointment is not None  # noqa: S101 - every handoff of the past was scheduled
    prepare(handoff, at=appointment.starts_at - timedelta(minutes=20))
    showed = story.chance.random() < 0.74
    good = showed and story.chance.random() < 0.7
    late = story.chance.random() < 0.12
    at = min(appointment.ends_at + timedelta(hours=27 if late else story.chance.randrange(1, 9)), story.at)
    outcomes.record_outcome(
        handoff=handoff,
        showed=Showed.YES if showed else Showed.NO,
        is_good=good if showed else None,
        reason="" if good or not showed else story.chance.choice(BAD),
        next_step=NextStep.SHOWINGS if good else NextStep.NURTURE if showed else NextStep.REBOOK,
        note="",
        actor=handoff.agent,
        via=Via.PAGE,
        at=at,
    )
    _fulfil(handoff, at=at)
    if not showed:
        recoveries.live_through(until=min(at + timedelta(hours=16), story.at))
    if not showed and at < story.at - LEFT_ALONE:
        _move_on(handoff, at=min(at + timedelta(days=2), story.at))


def _move_on(handoff: Handoff, *, at: datetime) -> None:
    """Let the ISA have called a no-show of old, so that the desk begins with what is of today."""
    if handoff.pk % 3:
        recoveries.pick_up(handoff, at=at, note="Not now, maybe in spring.")
    handoff.lead.refresh_from_db()
    for task in handoff.lead.tasks.filter(done_at=None):
        finish_task(task=task, at=at)
    _staged(handoff.lead, Stage.NURTURE, handoff.setter, at)


def _fulfil(handoff: Handoff, *, at: datetime) -> None:
    """Deliver what the past owed, at its own time."""
    drains.drain_all(at=at, about=handoff.about)


def _forget_old_mail() -> None:
    """The outbox and the inboxes begin with today: nobody wants to page through five weeks first."""
    OutboxMail.objects.all().delete()
    OutboxCard.objects.all().delete()
    InboxItem.objects.all().delete()


def _present(story: Story) -> None:
    """Open handoffs: one due for its outcome, one overdue, some ahead."""
    at, hour = story.at, timedelta(hours=1)
    for number, agent, isa, before, after in (
        (10, cast.BEN, cast.IVY, 120 * hour, 24 * hour),
        (11, cast.ANA, cast.IVY, 48 * hour, 12 * hour),
        (12, cast.ANA, cast.IAN, 3 * hour, 4 * hour),
        (13, cast.ANA, cast.IVY, 2 * hour, 22 * hour),
        (14, cast.CLEO, cast.IVY, hour, 26 * hour),
    ):
        when = at - before
        lead = story.call(complete_call(number), isa=isa, at=when - timedelta(minutes=7))
        if number == 13:
            _decides_with(lead, actor=story.members[isa], at=when - timedelta(minutes=1))
            stand_by_one(lead, isa=story.members[isa], at=when - timedelta(minutes=1))
        handoff = story.set(lead, agent=agent, isa=isa, at=when, after=after)
        _fulfil(handoff, at=when + timedelta(seconds=1))
        if number in (11, 13):
            _liked(lead, story.members[isa], at=when)
        if number == 12:
            answering.say_nothing(handoff, at=at)
        if number == 13:
            answering.say_yes(handoff, at=when + timedelta(minutes=50))
        if number in (10, 13):
            prepare(handoff, at=when + timedelta(minutes=12))
        if number == 10:
            reported.let_pass(handoff, story)
        if agent == cast.CLEO:
            reason = "My daughter is ill, and I have to fetch her from school."
            ask_for_cover(handoff=handoff, agent=handoff.agent, reason=reason, via=Via.PAGE, at=at)
    timers.fire_due(at=at)


def _decides_with(lead: Lead, *, actor: Membership, at: datetime) -> None:
    """Let somebody decide with the lead, who is asked to the appointment too."""
    household.add_decision_maker(
        lead=lead, name="Robin Invented", email="robin.invented@example.com", phone="+15125550199", actor=actor, at=at
    )


def _desk(story: Story) -> None:
    """What the ISA finds in the morning: one lead ready to go, and others in every state before that."""
    at, ivy = story.at, story.members[cast.IVY]
    _ready(story)
    almost = complete_call(1)
    almost.said.pop("mortgage")
    almost.said.pop("mortgage_second")
    _staged(story.call(almost, isa=cast.IVY, at=at - timedelta(minutes=14)), Stage.QUALIFIED, ivy, at)
    taken = complete_call(2)
    taken.said["other_agent"] = "exclusive"
    _staged(story.call(taken, isa=cast.IVY, at=at - timedelta(hours=3)), Stage.CONTACTING, ivy, at)
    for number in range(3, 7):
        begun = complete_call(number)
        begun.said = {key: begun.said[key] for key in ("side", "location_text", "price_max")}
        begun.recording, begun.is_verified = "", False
        lead = story.call(begun, isa=cast.IVY, at=at - timedelta(hours=number))
        if number == 5:
            promise(lead, isa=ivy, at=at - timedelta(hours=number))
        _staged(lead, Stage.CONTACTING if number % 2 else Stage.NURTURE, ivy, at)
        _called(lead, ivy, at=at - timedelta(minutes=40 * (number - 2)), next_call_at=at + timedelta(hours=number - 5))
    for number in range(20, 26):
        story.call(Call(number, recording="", is_verified=False), isa=cast.IVY, at=at - timedelta(minutes=number))
    for number in range(26, 30):
        story.call(Call(number, recording="", is_verified=False), isa=cast.IAN, at=at - timedelta(minutes=number))


def _called(lead: Lead, isa: Membership, *, at: datetime, next_call_at: datetime) -> None:
    """Let the ISA have tried them today."""
    result, note = (
        (CallResult.ANSWERED, "Asked to be called again.") if lead.pk % 3 == 0 else (CallResult.VOICEMAIL, "")
    )
    calls.log_call(lead=lead, result=result, note=note, next_call_at=next_call_at, actor=isa, via=Via.PAGE, at=at)


def _liked(lead: Lead, isa: Membership, *, at: datetime) -> None:
    """Let them like two homes: one to see, one ruled out."""
    for number, price, status, note in (
        (12, 439_000, "to_see", "Yard for the dog"),
        (31, 455_000, "out", "Too many stairs"),
    ):
        said = {"address": f"{number} Invented Street", "url": f"https://homes.example.com/{number}", "price": price}
        homes.save_home(lead=lead, said=said | {"beds": 3, "status": status, "note": note}, actor=isa, at=at)


def _ready(story: Story) -> None:
    """A lead who has answered everything: one press away from an agent's calendar."""
    lead = story.call(complete_call(0), isa=cast.IVY, at=story.at - timedelta(minutes=4))
    _liked(lead, story.members[cast.IVY], at=story.at - timedelta(minutes=3))
    _staged(lead, Stage.QUALIFIED, story.members[cast.IVY], story.at)


def _staged(lead: Lead, to: Stage, actor: Membership, at: datetime) -> None:
    stages.change_stage(lead=lead, to=to, actor=actor, via=Via.PAGE, at=at)
