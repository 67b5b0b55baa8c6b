"""How a live transfer goes: who is rung, who takes it, and whether the client is still there then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from handoff.demo.history.chances import HANGS_UP, likely
from handoff.demo.history.clients import Client
from handoff.demo.history.people import Agent
from handoff.models.transfers import AnsweredBy, DropReason, PassReason
from handoff.states import RingStatus, TransferStatus

RING_SECONDS, RING_ALL_SECONDS = 20, 30
#: How many agents are rung before nobody is.
MOST_RUNGS: Final = 4
#: A ring reaches a console where one is open.
SHOWN: Final = 0.85
CALLED_OFF: Final = 0.02


@dataclass(slots=True)
class Rung:
    """One agent rung."""

    agent: Agent
    number: int
    at: datetime
    ends_at: datetime
    shown_at: datetime | None
    answered_at: datetime
    status: RingStatus = RingStatus.MISSED
    answered_by: str = ""
    pass_reason: str = ""


@dataclass(slots=True)
class Transfer:
    """One request, over by now; with ``connected_at`` it became a handoff."""

    client: Client
    requested_at: datetime
    rungs: list[Rung] = field(default_factory=list)
    status: TransferStatus = TransferStatus.EXPIRED
    agent: Agent | None = None
    accepted_at: datetime | None = None
    told_name_at: datetime | None = None
    connected_at: datetime | None = None
    drop_reason: str = ""

    @property
    def ended_at(self) -> datetime:
        """When it was connected, dropped, called off, or had rung in vain."""
        return self.connected_at or self._ended_at()

    @property
    def waited(self) -> float:
        """Seconds from the request to the end."""
        return (self.ended_at - self.requested_at).total_seconds()

    def _ended_at(self) -> datetime:
        last = self.rungs[-1].answered_at
        return last + timedelta(seconds=12) if self.status == TransferStatus.DROPPED else last


def ring(client: Client, ladder: Sequence[Agent], *, at: datetime, chance: Random) -> Transfer:
    """Ring these one by one until one takes the client, or all were rung in vain."""
    transfer = Transfer(client, at)
    for number, agent in enumerate(ladder[:MOST_RUNGS], 1):
        rung = _rung(agent, number, at, chance)
        transfer.rungs.append(rung)
        at = rung.answered_at
        if rung.status == RingStatus.ACCEPTED:
            _put_through(transfer, rung, chance)
            break
        if rung.status == RingStatus.CALLED_OFF:
            transfer.status = TransferStatus.CANCELLED
            break
    return transfer


def _rung(agent: Agent, number: int, at: datetime, chance: Random) -> Rung:
    ends_at = at + timedelta(seconds=RING_SECONDS)
    shown_at = at + timedelta(seconds=chance.uniform(0.4, 2.5)) if chance.random() < SHOWN else None
    rung = Rung(agent, number, at, ends_at, shown_at, answered_at=ends_at)
    seconds = min(chance.lognormvariate(0, 0.35) * agent.seconds, RING_SECONDS - 1) + 2.5
    drawn = chance.random()
    if shown_at and drawn < agent.takes:
        rung.status, rung.answered_by = RingStatus.ACCEPTED, AnsweredBy.CONSOLE
    elif shown_at and drawn < agent.takes + agent.passes:
        rung.status, rung.answered_by = RingStatus.PASSED, AnsweredBy.CONSOLE
        rung.pass_reason = chance.choice(PassReason.values[:3])
    elif drawn > 1 - CALLED_OFF:
        rung.status = RingStatus.CALLED_OFF
    else:
        return rung
    rung.answered_at = min(at + timedelta(seconds=seconds), ends_at)
    return rung


def _put_through(transfer: Transfer, rung: Rung, chance: Random) -> None:
    transfer.agent, transfer.accepted_at = rung.agent, rung.answered_at
    told, talked = chance.uniform(5, 12), chance.uniform(4, 14) + rung.agent.seconds
    connects_at = rung.answered_at + timedelta(seconds=told + talked)
    waits = (connects_at - transfer.requested_at).total_seconds()
    if chance.random() < likely(HANGS_UP["base"] + HANGS_UP["second"] * waits):
        transfer.status = TransferStatus.DROPPED
        transfer.drop_reason = chance.choices((DropReason.CLIENT_GONE, DropReason.NOT_NOW, DropReason.LINE), (7, 2, 1))[
            0
        ].value
        return
    transfer.status = TransferStatus.CONNECTED
    transfer.told_name_at, transfer.connected_at = rung.answered_at + timedelta(seconds=told), connects_at
