"""The course of one handoff, from the ISA's press to the agent's report, as it came to be by chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from handoff.demo.history import chances
from handoff.demo.history.calendars import Calendars
from handoff.demo.history.chances import likely
from handoff.demo.history.clients import Client
from handoff.demo.history.dealing import Move, deal
from handoff.demo.history.people import MINUTES, Agent, Cast
from handoff.demo.history.transferring import Transfer, ring
from handoff.models.appointments import How
from handoff.models.outcomes import NextStep, Reason, Showed
from handoff.states import AppointmentStatus, ClientAnswer, Credit, HandoffStatus, Method, TransferStatus

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LENGTH: Final = timedelta(minutes=MINUTES)
#: What a bad lead was, where its price was not the matter, and how often.
_REASONS: Final = ((Reason.MOTIVATION, 40), (Reason.MORTGAGE, 18), (Reason.AGENT, 15), (Reason.LOCATION, 10),
                   (Reason.CONTACT, 7), (Reason.PRICE, 6), (Reason.OTHER, 4))  # fmt: skip
_OFF: Final = ("Their boss called a meeting", "A child is ill", "They want to think first", "They are out of town")


@dataclass(slots=True)
class World:
    """What all handoffs of a history share. Nothing happens at ``until`` or after it but what was set before."""

    cast: Cast
    until: datetime
    chance: Random
    calendars: Calendars


@dataclass(slots=True)
class Meeting:
    """The appointment. ``was_at``: when they were to meet before both agreed on another time, at ``moved_at``."""

    starts_at: datetime
    how: How
    status: AppointmentStatus = AppointmentStatus.BOOKED
    answered_at: datetime | None = None
    answer: str = ""
    why_off: str = ""
    was_at: datetime | None = None
    moved_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + LENGTH


@dataclass(slots=True)
class Report:
    """What the agent said of it, and what they had said before (``former``, with its moment)."""

    at: datetime
    showed: Showed
    is_good: bool | None = None
    reason: str = ""
    next_step: str = ""
    stage: str = ""
    former: tuple[datetime, str] | None = None


@dataclass(slots=True)
class Pass:
    """One handoff. ``hours``: the policy's, until its outcome is due."""

    client: Client
    agent: Agent
    method: Method
    opened_at: datetime
    hours: int
    transfer: Transfer | None = None
    meeting: Meeting | None = None
    status: HandoffStatus = HandoffStatus.OPEN
    closed_at: datetime | None = None
    why_closed: str = ""
    credit: str = ""
    read_at: datetime | None = None
    report: Report | None = None
    deal: list[Move] = field(default_factory=list)

    @property
    def due_at(self) -> datetime:
        """When its outcome is due."""
        return (self.meeting.ends_at if self.meeting else self.opened_at) + self.hours * HOUR

    @property
    def met_at(self) -> datetime:
        """When agent and client meet."""
        return self.meeting.starts_at if self.meeting else self.opened_at

    @property
    def days_ahead(self) -> float:
        """How long before the meeting it was set, in days."""
        return (self.met_at - self.opened_at) / DAY


def tried_live(client: Client, world: World) -> Transfer | None:
    """Ring agents for a client who is ready and able, most of the time."""
    if not client.said.is_hot or world.chance.random() >= chances.TRIED_LIVE:
        return None
    ladder = world.chance.sample(world.cast.agents, min(5, len(world.cast.agents)))
    return ring(client, ladder, at=client.talked_at + timedelta(minutes=6), chance=world.chance)


def hand_off(client: Client, world: World, *, at: datetime, transfer: Transfer | None = None) -> Pass:
    """Let this client be handed off at that moment, by the transfer where there was one that was connected."""
    chance, hours = world.chance, world.cast.team.policy.outcome_hours
    if transfer and transfer.status == TransferStatus.CONNECTED and transfer.agent and transfer.connected_at:
        passed = Pass(client, transfer.agent, Method.LIVE, transfer.connected_at, hours, transfer=transfer)
        passed.read_at = transfer.accepted_at
    else:
        passed = _set(client, world, at=at, hours=hours)
        if chance.random() < passed.agent.reads:
            passed.read_at = passed.opened_at + (passed.met_at - passed.opened_at + HOUR) * chance.uniform(0.02, 0.95)
    if _is_called_off(passed, world):
        return passed
    _postpone(passed, world)
    _report(passed, world)
    if passed.read_at and passed.read_at >= world.until:
        passed.read_at = None
    return passed


def _set(client: Client, world: World, *, at: datetime, hours: int) -> Pass:
    """Set an appointment on an agent's calendar, or hand over without one."""
    chance = world.chance
    local = [each for each in world.cast.agents if client.said.area.name in each.areas]
    agent = chance.choice(local or world.cast.agents)
    if chance.random() < chances.DIRECT:
        return Pass(client, agent, Method.DIRECT, at, hours)
    wished = at + DAY * min(chance.expovariate(1 / client.isa.days_ahead), 14)
    starts_at = world.calendars.take(agent.member.pk, wished=wished, after=at + HOUR)
    if starts_at is None:
        return Pass(client, agent, Method.DIRECT, at, hours)
    how = chance.choices((How.CALL, How.VIDEO, How.IN_PERSON), (5, 3, 2))[0]
    passed = Pass(client, agent, Method.SCHEDULED, at, hours, meeting=Meeting(starts_at, how))
    confirms = likely(chances.CONFIRMS["base"] + chances.CONFIRMS["day_ahead"] * passed.days_ahead)
    answered_at = at + (starts_at - at) * chance.uniform(0.1, 0.95)
    if chance.random() < confirms and answered_at < world.until and passed.meeting:
        passed.meeting.answer, passed.meeting.answered_at = ClientAnswer.CONFIRMED, answered_at
    return passed


def _is_called_off(passed: Pass, world: World) -> bool:
    """Call it off before its time, or take the lead back from its agent."""
    chance, meeting = world.chance, passed.meeting
    ends_at = passed.opened_at + (passed.met_at - passed.opened_at) * chance.uniform(0.1, 0.9)
    drawn, by_client = chance.random(), False
    if drawn < chances.TAKEN_BACK:
        ends_at += timedelta(0) if meeting else 3 * HOUR
        status, credit, why = HandoffStatus.RETURNED, Credit.TAKEN_BACK, "The client asked for somebody else"
    elif meeting and chance.random() < likely(
        chances.CANCELS["base"] + chances.CANCELS["day_ahead"] * passed.days_ahead
    ):
        status, credit, why = HandoffStatus.CANCELLED, Credit.CANCELLED, chance.choice(_OFF)
        by_client = chance.random() < 0.4
    else:
        return False
    if passed.method == Method.LIVE or ends_at >= world.until:
        return False
    passed.status, passed.credit, passed.why_closed, passed.closed_at = status, credit, why, ends_at
    if meeting:
        meeting.status, meeting.why_off = AppointmentStatus.CANCELLED, why
        if by_client:
            meeting.answer, meeting.answered_at = ClientAnswer.CANCELLED, ends_at
        elif meeting.answered_at and meeting.answered_at > ends_at:
            meeting.answer, meeting.answered_at = "", None
    if passed.read_at and passed.read_at > ends_at:
        passed.read_at = None
    return True


def _postpone(passed: Pass, world: World) -> None:
    """Move a meeting whose time has come to one that both agree on."""
    meeting, chance = passed.meeting, world.chance
    if meeting is None or chance.random() >= chances.POSTPONED:
        return
    moved_at = meeting.starts_at + timedelta(minutes=chance.randrange(2, 90))
    if moved_at >= world.until:
        return
    wished = moved_at + DAY * chance.uniform(0.5, 4)
    new = world.calendars.take(passed.agent.member.pk, wished=wished, after=moved_at + HOUR)
    if new is not None:
        meeting.was_at, meeting.moved_at, meeting.starts_at = meeting.starts_at, moved_at, new
        meeting.answer, meeting.answered_at = "", None


def _report(passed: Pass, world: World) -> None:
    """Let the agent say how it went, if that was before the history ends."""
    chance = world.chance
    over = passed.meeting.ends_at if passed.meeting else passed.opened_at + HOUR
    at = over + HOUR * min(passed.agent.hours * chance.lognormvariate(0, 0.8), 150)
    if at >= world.until:
        return
    passed.status, passed.closed_at = HandoffStatus.REPORTED, at
    if passed.meeting and chance.random() < chances.MOVED:
        passed.report = Report(at, Showed.MOVED, next_step=NextStep.REBOOK)
        passed.credit, passed.meeting.status = Credit.CANCELLED, AppointmentStatus.CANCELLED
        passed.meeting.why_off = "They agreed on another time"
        return
    did_show = chance.random() < shows(passed)
    if passed.meeting:
        passed.meeting.status = AppointmentStatus.HELD if did_show else AppointmentStatus.NO_SHOW
    if not did_show:
        passed.report = Report(at, Showed.NO, next_step=NextStep.REBOOK)
        passed.credit = Credit.NO_SHOW
        return
    passed.report = _verdict(passed, at, world)


def _verdict(passed: Pass, at: datetime, world: World) -> Report:
    chance = world.chance
    if chance.random() < good(passed):
        report = Report(at, Showed.YES, is_good=True, next_step=NextStep.SHOWINGS)
        if chance.random() < signs(passed):
            price = passed.client.said.price
            passed.deal = deal(met_at=at, price=price, until=world.until, chance=chance)
    else:
        said = passed.client.said
        is_price = said.is_below and chance.random() < 0.8
        reason = Reason.PRICE if is_price else chance.choices(*zip(*_REASONS, strict=True))[0]
        stage, step = ("lost", NextStep.NOTHING) if chance.random() < 0.15 else ("", NextStep.NURTURE)
        report = Report(at, Showed.YES, is_good=False, reason=reason, next_step=step, stage=stage)
    corrected_at = at + HOUR * chance.uniform(0.2, 90)
    is_untouched = not passed.deal or passed.deal[0].at > corrected_at
    if report.is_good and is_untouched and corrected_at < world.until and chance.random() < chances.CORRECTED:
        report.at, report.former = corrected_at, (at, Reason.MOTIVATION)
    return report


def shows(passed: Pass) -> float:
    """Return the chance that the client is met."""
    source = passed.client.source.shows
    unreliable = float(passed.client.isa.unreliable)
    if passed.transfer:
        return likely(chances.STAYS["base"] + chances.STAYS["second"] * passed.transfer.waited + source)
    if passed.meeting is None:
        return likely(chances.REACHED["base"] + chances.REACHED["unreliable"] * unreliable + source)
    truth = chances.SHOWS
    return likely(
        truth["base"]
        + truth["confirmed"] * (passed.meeting.answer == ClientAnswer.CONFIRMED)
        + truth["day_ahead"] * passed.days_ahead
        + truth["unreliable"] * unreliable
        + source
    )


def good(passed: Pass) -> float:
    """Return the chance that the agent finds who they meet a good lead."""
    truth, said = chances.GOOD, passed.client.said
    return likely(
        truth["base"]
        + truth["complete"] * said.is_complete
        + truth["below"] * said.is_below
        + truth["live"] * (passed.method == Method.LIVE)
        + passed.client.source.good
    )


def signs(passed: Pass) -> float:
    """Return the chance that a good lead signs with the agent."""
    truth, waited = chances.SIGNS, 0.0
    if passed.transfer:
        waited = passed.transfer.waited - chances.USUAL_WAIT
    return likely(
        truth["base"]
        + truth["brief_read"] * (passed.read_at is not None and passed.read_at <= passed.met_at)
        + truth["complete"] * passed.client.said.is_complete
        + truth["live"] * (passed.method == Method.LIVE)
        + truth["second"] * waited
        + passed.agent.skill
        + passed.client.source.signs
    )
