"""One handoff as rows: appointment, facts, who owned the lead, how it went, and the stages the lead took by it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from handoff.demo.history.onward import write_deal
from handoff.demo.history.passes import DAY, Meeting, Pass
from handoff.demo.history.rows import Way, moment_of
from handoff.demo.history.transfers import write_transfer
from handoff.models.appointments import How
from handoff.models.outcomes import NextStep, Showed
from handoff.states import HandoffStatus, Method
from leads.states import Stage, Via
from notifications.promises.owed import State
from teams.models import Membership

#: A good lead of whom nothing comes is nobody's news any more after this.
FADES: Final = 75 * DAY
_STAGE: Final = {Showed.YES: Stage.MET, Showed.NO: Stage.NO_SHOW, Showed.MOVED: Stage.QUALIFIED}
_VERDICT: Final = {
    (Showed.YES, True): "Showed, good lead",
    (Showed.YES, False): "Showed, not a good lead",
    (Showed.NO, None): "Did not show",
    (Showed.MOVED, None): "They agreed on another time",
}
_WHY: Final = {
    Method.LIVE: "Ready now and qualified, and somebody is on call.",
    Method.SCHEDULED: "Set an appointment: a time of their own suits them best.",
    Method.DIRECT: "Set an appointment: a time of their own suits them best.",
}


def write_pass(passed: Pass, way: Way, *, until: datetime) -> int:
    """Write a handoff with all that hangs on it, and return its key; the lead goes where it takes it."""
    book, sheets, client, setter = way.book, way.book.sheets, passed.client, passed.client.isa.member
    key, agent, opened_at = next(book.keys.handoffs), passed.agent.member, passed.opened_at
    transfer = next(book.keys.transfers) if passed.transfer else None
    to = Stage.APPOINTMENT_SET if passed.meeting else Stage.HANDED_OFF
    data = f'{{"agent": {agent.pk}' + (f', "transfer": {transfer}}}' if transfer else "}")
    change = way.move(to, by=setter, at=opened_at, data=data)
    place = _place(passed.meeting)
    appointment = _appointment(passed, way, place=place) if passed.meeting else None
    facts: dict[str, Any] = {"lead": way.lead, "method": passed.method, "at": moment_of(passed)}
    sheets.handoffs.add(
        key, book.team.pk, way.lead, passed.method, passed.status, setter.pk, agent.pk, appointment, change,
        book.frozen.facts(client, agent=agent.pk, meeting=passed.meeting, place=place, **facts), client.source.name,
        client.said.area.name, client.said.is_hot, Method.LIVE if passed.transfer else Method.SCHEDULED,
        _WHY[passed.method], _revision(passed), opened_at, passed.closed_at, passed.why_closed, passed.due_at,
        passed.due_at if passed.closed_at and passed.closed_at > passed.due_at else None, passed.credit,
    )  # fmt: skip
    _own(key, way, agent, at=opened_at, setter=setter, is_told=book.tells or passed.closed_at is None)
    way.tell("handoff", f"Handed off to {agent.user.name}", by=setter, at=opened_at, data=f'{{"handoff": {key}}}')
    if passed.transfer and transfer:
        told = book.frozen.facts(client, agent=None, **facts)
        write_transfer(passed.transfer, way, key=transfer, facts=told, handoff=key)
    if passed.read_at:
        sheets.reads.add(key, agent.pk, passed.read_at)
        way.tell("brief_read", f"{agent.user.name} read the brief", by=agent, at=passed.read_at)
    _postponed(passed, key, way)
    _end(passed, key, way, until=until)
    return key


def _place(meeting: Meeting | None) -> str:
    if meeting is None or meeting.how == How.CALL:
        return ""
    return "https://meet.example.com/room" if meeting.how == How.VIDEO else "12 Invented Street, Austin"


def _appointment(passed: Pass, way: Way, *, place: str) -> int:
    meeting, agent, key = passed.meeting, passed.agent.member, next(way.book.keys.appointments)
    assert meeting is not None  # noqa: S101 - whoever calls has looked
    during = f"[{meeting.starts_at},{meeting.ends_at})"
    was_told = int(meeting.was_at is not None) + int(bool(meeting.why_off) and passed.report is None)
    way.book.sheets.appointments.add(
        key, way.book.team.pk, way.lead, agent.pk, agent.user_id, passed.client.isa.member.pk, meeting.starts_at,
        meeting.ends_at, during, meeting.status, meeting.how, place, f"history-{key}@baton", was_told,
        meeting.why_off, meeting.answer, meeting.answered_at, passed.opened_at,
    )  # fmt: skip
    return key


def _revision(passed: Pass) -> int:
    is_moved = passed.meeting is not None and passed.meeting.was_at is not None
    is_corrected = passed.report is not None and passed.report.former is not None
    return 1 + is_moved + is_corrected + (passed.status in {HandoffStatus.RETURNED, HandoffStatus.CANCELLED})


def _own(key: int, way: Way, to: Membership, *, at: datetime, setter: Membership, is_told: bool) -> None:
    """Make the lead somebody's, and write that this was promised and kept."""
    way.owner = to.pk
    if not is_told:
        return
    about, answer = f"handoff/{key}", f"{to.user.name} owns this lead."
    promise = f"{about}|owner|m{to.pk}|r1"
    way.book.sheets.owners.add(promise, about, at, State.DONE, 1, 1, answer, at, at, at, setter.pk, key, to.pk)


def write_collaborators(passes: list[Pass], way: Way) -> None:
    """Let setter and agents see the lead; an agent who had it twice is there once."""
    first = passes[0]
    way.book.sheets.collaborators.add(way.lead, first.client.isa.member.pk, "setter", first.opened_at)
    agents: dict[int, datetime] = {}
    for each in passes:
        agents.setdefault(each.agent.member.pk, each.opened_at)
    for pk, at in agents.items():
        way.book.sheets.collaborators.add(way.lead, pk, "agent", at)


def _postponed(passed: Pass, key: int, way: Way) -> None:
    meeting, agent = passed.meeting, passed.agent.member
    if meeting is None or meeting.was_at is None or meeting.moved_at is None:
        return
    way.book.sheets.postponements.add(
        key, meeting.was_at, meeting.starts_at, agent.pk, meeting.moved_at, True, Via.PAGE
    )
    words = f"{agent.user.name} reported: they agreed on another time and did not meet"
    way.tell("outcome", words, by=agent, at=meeting.moved_at)


def _end(passed: Pass, key: int, way: Way, *, until: datetime) -> None:
    """Write how it ended, if it did, and where that takes the lead."""
    setter, closed_at, data = passed.client.isa.member, passed.closed_at, f'{{"handoff": {key}}}'
    if closed_at is None:
        return
    if passed.report is None:
        _own(key, way, setter, at=closed_at, setter=setter, is_told=way.book.tells)
        way.move(Stage.QUALIFIED, by=setter, at=closed_at, via=Via.SYSTEM, data=data)
        is_cancelled = passed.status == HandoffStatus.CANCELLED
        what = "Appointment cancelled" if is_cancelled else f"Taken back from {passed.agent.member.user.name}"
        way.tell("cancelled" if is_cancelled else "taken_back", f"{what}: {passed.why_closed}", by=setter, at=closed_at)
        return
    _outcome(passed, key, way, closed_at)
    report, agent = passed.report, passed.agent.member
    way.move(_STAGE[report.showed], by=agent, at=closed_at, data=data)
    if report.showed != Showed.YES:
        _own(key, way, setter, at=closed_at, setter=setter, is_told=way.book.tells)
    elif report.stage or report.next_step == NextStep.NURTURE:
        way.move(Stage(report.stage or Stage.NURTURE), by=agent, at=closed_at, data=data)
    elif passed.deal:
        write_deal(passed, key, way)
    elif report.is_good and closed_at + FADES < until:
        way.move(Stage.NURTURE, by=agent, at=closed_at + FADES)


def _outcome(passed: Pass, key: int, way: Way, closed_at: datetime) -> None:
    report, agent, sheets = passed.report, passed.agent.member, way.book.sheets
    assert report is not None  # noqa: S101 - whoever calls has looked
    outcome = next(way.book.keys.outcomes)
    said = (report.showed, report.is_good, report.reason, report.next_step, agent.pk, report.at, Via.PAGE)
    sheets.outcomes.add(outcome, key, closed_at <= passed.due_at, report.stage, *said)
    if report.former:
        at, reason = report.former
        was = (Showed.YES, False, reason, NextStep.FOLLOW_UP, agent.pk, at, Via.PAGE)
        sheets.former.add(outcome, "They rang again, and want to see homes", agent.pk, report.at, *was)
    words = f"{agent.user.name} reported: {_VERDICT[report.showed, report.is_good]}"
    way.tell("outcome", words, by=agent, at=closed_at, data=f'{{"handoff": {key}}}')
