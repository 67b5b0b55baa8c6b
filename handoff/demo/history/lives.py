"""What becomes of one client: handed off once or twice, or never, and brought back after a no-show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from handoff.demo.history import chances
from handoff.demo.history.clients import Client
from handoff.demo.history.passes import DAY, HOUR, Pass, World, hand_off, tried_live
from handoff.demo.history.transferring import Transfer
from handoff.models.outcomes import Showed
from handoff.models.recovery import Because
from handoff.states import HandoffStatus, TransferStatus
from leads.states import Stage

#: A play that nobody answers ends after so many days.
PLAY: Final = 8 * DAY
#: How far those who are never handed off have come, and how often.
_COLD: Final = ((Stage.NURTURE, 50), (Stage.LOST, 28), (Stage.CONTACTING, 22))
FRESH: Final = 5 * DAY


@dataclass(slots=True)
class Recovery:
    """What followed a no-show. ``is_rebooked``: the second handoff came of it. Still running without an end."""

    started_at: datetime
    because: Because
    ended_at: datetime
    is_rebooked: bool = False


@dataclass(slots=True)
class Life:
    """One client's way. ``in_vain``: a transfer that was not connected. ``cold``: where a lead nobody got is now."""

    client: Client
    passes: list[Pass] = field(default_factory=list)
    in_vain: Transfer | None = None
    recoveries: dict[int, Recovery] = field(default_factory=dict)  # by the place of the pass
    cold: Stage | None = None
    cold_at: datetime | None = None


def live(client: Client, world: World, *, most: int) -> Life:
    """Return the way of a client who is handed off, ``most`` times at most; cold where their time has not come."""
    life = Life(client)
    at = client.talked_at + timedelta(minutes=world.chance.randrange(7, 40))
    if at >= world.until:
        return cold(client, world)
    transfer = tried_live(client, world)
    if transfer and transfer.ended_at >= world.until:
        transfer = None
    if transfer and transfer.status != TransferStatus.CONNECTED:
        life.in_vain = transfer
        at = max(at, transfer.ended_at + timedelta(minutes=2))
    if at >= world.until:
        return cold(client, world)
    first = hand_off(client, world, at=at, transfer=transfer)
    life.passes.append(first)
    again = _comes_again(first, life, world)
    if again is not None and again < world.until and most > 1:
        life.passes.append(hand_off(client, world, at=again))
        _recover(life.passes[1], 1, life, world)  # a third handoff is nobody's
    elif life.recoveries.get(0) and life.recoveries[0].because == Because.REBOOKED:
        life.recoveries[0].ended_at = world.until  # it goes on
    return life


def cold(client: Client, world: World) -> Life:
    """Return the way of a client who is never handed off."""
    stage = Stage.NEW
    if world.until - client.talked_at > FRESH:
        stage = world.chance.choices([each for each, _ in _COLD], [weight for _, weight in _COLD])[0]
    at = client.talked_at + DAY * world.chance.uniform(0.1, 4)
    if world.chance.random() < chances.COLD_SIGNS:
        stage, at = _signs_cold(client, world) or (stage, at)
    return Life(client, cold=stage, cold_at=at if stage != Stage.NEW else client.created_at)


def _signs_cold(client: Client, world: World) -> tuple[Stage, datetime] | None:
    """Return how far a client comes without a handoff, and since when; nothing if they have not signed yet."""
    signs_at = client.talked_at + DAY * world.chance.uniform(10, 100)
    closes_at = signs_at + DAY * world.chance.uniform(35, 80)
    if world.chance.random() < chances.COLD_CLOSES and closes_at < world.until:
        return Stage.CLOSED, closes_at
    return (Stage.SIGNED, signs_at) if signs_at < world.until else None


def _comes_again(first: Pass, life: Life, world: World) -> datetime | None:
    """Return when this client is handed off once more, if they are."""
    if first.closed_at is None:
        return None
    chance, report = world.chance, first.report
    if report is None or report.showed == Showed.MOVED:
        comes = chance.random() < chances.TRIES_ANOTHER_TIME
        return first.closed_at + DAY * chance.uniform(0.2, 12) if comes else None
    if report.showed == Showed.NO:
        return _recover(first, 0, life, world)
    if report.is_good or report.stage:
        return None
    return first.closed_at + DAY * chance.uniform(40, 200) if chance.random() < chances.COMES_BACK else None


def _recover(missed: Pass, place: int, life: Life, world: World) -> datetime | None:
    """Try to bring back who did not come. Return when they are booked again; only the first time they can be."""
    if missed.status != HandoffStatus.REPORTED or missed.closed_at is None:
        return None
    if missed.report is None or missed.report.showed != Showed.NO:
        return None
    chance, started_at = world.chance, missed.closed_at
    booked, answered, opted_out = chances.RECOVERIES
    drawn = chance.random() if place == 0 else chance.uniform(booked, 1)
    if drawn < booked:
        at = started_at + HOUR * chance.uniform(1, 150)
        life.recoveries[place] = Recovery(started_at, Because.REBOOKED, at, is_rebooked=True)
        return at
    if drawn < booked + answered:
        recovery = Recovery(started_at, Because.ANSWERED, started_at + HOUR * chance.uniform(0.5, 140))
    elif drawn < booked + answered + opted_out:
        recovery = Recovery(started_at, Because.OPTED_OUT, started_at + HOUR * chance.uniform(1, 100))
    else:
        recovery = Recovery(started_at, Because.FINISHED, started_at + PLAY)
    life.recoveries[place] = recovery
    return None
