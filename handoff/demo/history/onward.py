"""What followed a handoff, as rows: the deal, or the play after a no-show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from handoff.deals.moving import STAGE_OF
from handoff.demo.history.dealing import Move
from handoff.demo.history.lives import Life, Recovery
from handoff.demo.history.passes import Pass
from handoff.demo.history.people import ZONE
from handoff.demo.history.rows import Way
from handoff.models.recovery import Because, StepResult
from handoff.recovery.steps import BUILT_IN
from handoff.recovery.times import due_at
from handoff.states import DealStatus
from leads.states import MOVES, Stage, Via

#: Where a no-show goes by what came of the play; who is booked again goes there by the new handoff.
_AFTER: Final = {
    Because.ANSWERED: Stage.CONTACTING,
    Because.OPTED_OUT: Stage.LOST,
    Because.FINISHED: Stage.NURTURE,
}
_STEPS: Final = tuple(step for step in BUILT_IN if step.is_on or step.is_end)


@dataclass(slots=True)
class _Standing:
    """Where a deal stands: ``handoff.models.deals.Terms`` as it is being moved."""

    signed_on: date
    status: DealStatus = DealStatus.SIGNED
    under_contract_on: date | None = None
    closed_on: date | None = None
    lost_on: date | None = None
    price: int | None = None
    commission: int | None = None

    def go(self, move: Move, on: date) -> None:
        """Move as ``handoff.deals.moving`` does: days of where it does not stand any more are cleared."""
        self.status = move.to
        if move.to == DealStatus.SIGNED:
            self.under_contract_on = None
        elif move.to == DealStatus.UNDER_CONTRACT:
            self.under_contract_on = on
        elif move.to == DealStatus.CLOSED:
            self.closed_on = on
        else:
            self.lost_on = on
        if move.price is not None:
            self.price, self.commission = move.price, move.commission

    def terms(self, currency: str) -> tuple[Any, ...]:
        """Return them in the order of the sheets."""
        amounts = (self.price, self.commission, currency if self.price is not None else "")
        return (self.status, self.signed_on, self.under_contract_on, self.closed_on, self.lost_on, *amounts)


def write_deal(passed: Pass, handoff: int, way: Way) -> None:
    """Write how far a good lead came, step by step."""
    book, agent, key = way.book, passed.agent.member, next(way.book.keys.deals)
    steps: list[tuple[Any, ...]] = []
    standing, was = _Standing(passed.deal[0].at.astimezone(book.zone).date()), ""
    for move in passed.deal:
        standing.go(move, move.at.astimezone(book.zone).date())
        steps.append((key, was, move.why, agent.pk, Via.PAGE, move.at, *standing.terms(book.team.currency)))
        was = standing.status
        way.tell("deal", f"Deal: {move.to.label}", by=agent, at=move.at)
        if STAGE_OF[move.to] in MOVES[way.stage]:
            way.move(STAGE_OF[move.to], by=agent, at=move.at, data=f'{{"deal": {key}}}')
    book.sheets.deals.add(key, book.team.pk, handoff, *standing.terms(book.team.currency))
    for step in steps:
        book.sheets.deal_steps.add(*step)


def write_recoveries(life: Life, handoffs: list[int], way: Way, *, until: datetime) -> list[int]:
    """Write the plays that have ended. Return the handoffs whose play goes on."""
    going: list[int] = []
    for place, recovery in life.recoveries.items():
        if recovery.ended_at >= until:
            going.append(handoffs[place])
            continue
        rebooked = handoffs[place + 1] if recovery.is_rebooked else None
        _write_play(recovery, handoffs[place], rebooked, way)
        if place == len(handoffs) - 1 and recovery.because in _AFTER:
            by = None if recovery.because == Because.FINISHED else life.client.isa.member
            way.move(_AFTER[recovery.because], by=by, at=recovery.ended_at, via=Via.PAGE if by else Via.SYSTEM)
            way.tell("recovery", f"No-show recovery: {recovery.because.label.lower()}", by=by, at=recovery.ended_at)
    return going


def _write_play(recovery: Recovery, handoff: int, rebooked: int | None, way: Way) -> None:
    book, key = way.book, next(way.book.keys.recoveries)
    book.sheets.recoveries.add(
        key, book.team.pk, way.lead, handoff, 0, recovery.started_at, recovery.ended_at, recovery.because, rebooked
    )
    for number, due in enumerate(_dues(recovery.started_at) if book.tells else ()):
        is_taken = due <= recovery.ended_at or (_STEPS[number].is_end and recovery.because == Because.FINISHED)
        taken = (min(due, recovery.ended_at), StepResult.DONE) if is_taken else (None, "")
        book.sheets.recovery_steps.add(key, *_step(number), due, *taken)


def _dues(started_at: datetime) -> list[datetime]:
    return [due_at(step, zone_name=ZONE, started_at=started_at) for step in _STEPS]


@cache
def _step(number: int) -> tuple[Any, ...]:
    step = _STEPS[number]
    said = (step.way, step.title, step.text, step.short, step.script)
    return (step.name, step.kind, step.day, *said, step.is_end and step.is_on)
