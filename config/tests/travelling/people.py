"""What people do meanwhile: confirm, move, cancel, report, by chance."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from config.tests.travelling.ground import Ground
from handoff import appointments, confirming
from handoff.models import Handoff
from handoff.models.outcomes import Reason
from handoff.outcomes import record_outcome
from handoff.states import HandoffStatus
from leads.calls import log_call
from leads.models.calls import CallResult
from leads.states import Via


class Deed(StrEnum):
    """What somebody does about one appointment."""

    CONFIRM = "confirmed"
    MOVE = "moved"
    CANCEL = "cancelled"
    HELD = "reported as held"
    NOT_GOOD = "reported as no good lead"
    NO_SHOW = "reported as no-show"
    ANSWERED = "answered after a no-show"


#: How often, of all appointments. What is left is never reported, and escalates.
CONFIRM, MOVE, CANCEL = 0.5, 0.08, 0.08
#: How often a client who did not come picks up within the week.
ANSWER = 0.4
REPORTS = {Deed.HELD: 0.45, Deed.NOT_GOOD: 0.15, Deed.NO_SHOW: 0.2}
#: Into the evening, when nobody else has an appointment with the agent.
MOVED_BY = timedelta(hours=9)


@dataclass(slots=True)
class Plan:
    """Everybody's deeds, the next one first."""

    deeds: list[tuple[datetime, str, Deed]]
    done: Counter[Deed] = field(default_factory=Counter)

    @property
    def next_at(self) -> datetime | None:
        """When somebody does something next."""
        return self.deeds[-1][0] if self.deeds else None

    def do_next(self, ground: Ground) -> None:
        """Do it, if it can still be done."""
        at, about, deed = self.deeds.pop()
        handoff = Handoff.objects.select_related("lead", "appointment", "agent__user").get(pk=ground.handoffs[about].pk)
        if (handoff.status == HandoffStatus.OPEN) != (deed is Deed.ANSWERED):
            _do(handoff, deed, ground, at=at)
            self.done[deed] += 1


def plan_for(ground: Ground, chance: random.Random) -> Plan:
    """Decide what happens to each appointment."""
    deeds = [each for about, handoff in ground.handoffs.items() for each in _life(about, handoff, ground, chance)]
    return Plan(sorted(deeds, reverse=True))


def _life(about: str, handoff: Handoff, ground: Ground, chance: random.Random) -> list[tuple[datetime, str, Deed]]:
    appointment = handoff.appointment
    assert appointment is not None
    starts_at, ends_at = appointment.starts_at, appointment.ends_at

    def before() -> datetime:
        return ground.begins + (starts_at - ground.begins) * chance.uniform(0.02, 0.99)

    fate = chance.random()
    if fate < CANCEL:
        return [(before(), about, Deed.CANCEL)]
    life = []
    if fate < CANCEL + MOVE:
        life.append((before(), about, Deed.MOVE))
        ends_at += MOVED_BY
    if chance.random() < CONFIRM:
        life.append((before(), about, Deed.CONFIRM))
    [report] = chance.choices([*REPORTS, None], [*REPORTS.values(), 1 - sum(REPORTS.values())])
    if report:
        reported_at = ends_at + timedelta(hours=min(chance.expovariate(1 / 8), 40))
        life.append((reported_at, about, report))
        if report is Deed.NO_SHOW and chance.random() < ANSWER:
            life.append((reported_at + timedelta(hours=chance.uniform(0.05, 200)), about, Deed.ANSWERED))
    return life


def _do(handoff: Handoff, deed: Deed, ground: Ground, *, at: datetime) -> None:
    appointment, agent = handoff.appointment, handoff.agent
    assert appointment is not None
    match deed:
        case Deed.CONFIRM:
            confirming.confirm(handoff=handoff, actor=None, at=at)
        case Deed.MOVE:
            to = appointment.starts_at + MOVED_BY
            appointments.move(appointment=appointment, starts_at=to, actor=ground.isa, at=at)
        case Deed.CANCEL:
            appointments.cancel(appointment=appointment, reason="Changed their mind", actor=ground.isa, at=at)
        case Deed.HELD:
            record_outcome(handoff=handoff, showed="yes", is_good=True, actor=agent, via=Via.PAGE, at=at)
        case Deed.NOT_GOOD:
            told = Reason.MOTIVATION
            record_outcome(handoff=handoff, showed="yes", is_good=False, reason=told, actor=agent, via=Via.PAGE, at=at)
        case Deed.NO_SHOW:
            record_outcome(handoff=handoff, showed="no", actor=agent, via=Via.PAGE, at=at)
        case Deed.ANSWERED:
            log_call(lead=handoff.lead, result=CallResult.ANSWERED, actor=ground.isa, via=Via.PAGE, at=at)
