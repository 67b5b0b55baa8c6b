"""What comes of a good lead: signed, under contract, closed; or it falls through, or goes elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from handoff.demo.history.chances import CLOSES, CONTRACTS, TRIES_AGAIN
from handoff.states import DealStatus

COMMISSION = 0.03


@dataclass(frozen=True, slots=True)
class Move:
    """A deal's step: where it went, when, for how much, and why where it did not go forward."""

    to: DealStatus
    at: datetime
    price: int | None = None
    why: str = ""

    @property
    def commission(self) -> int | None:
        """The team's income of it, in whole units."""
        return None if self.price is None else round(self.price * COMMISSION)


def deal(*, met_at: datetime, price: int, until: datetime, chance: Random) -> list[Move]:
    """Return the steps of the deal of a client who signs, as far as there was time for them."""
    at = met_at + timedelta(days=chance.expovariate(1 / 6), minutes=20)
    moves = [Move(DealStatus.SIGNED, at)]
    for _ in range(2):  # a contract that falls through is tried once more
        if chance.random() >= CONTRACTS:
            at += timedelta(days=chance.uniform(20, 120))
            moves.append(Move(DealStatus.LOST, at, why=chance.choice(_LOST)))
            break
        at += timedelta(days=min(chance.lognormvariate(3.4, 0.6), 200))
        agreed = round(price * chance.uniform(0.9, 1.04) / 100) * 100
        moves.append(Move(DealStatus.UNDER_CONTRACT, at, agreed))
        if chance.random() < CLOSES:
            at += timedelta(days=chance.uniform(26, 48))
            moves.append(Move(DealStatus.CLOSED, at, round(agreed * chance.uniform(0.985, 1.0) / 100) * 100))
            break
        at += timedelta(days=chance.uniform(5, 25))
        if chance.random() >= TRIES_AGAIN:
            moves.append(Move(DealStatus.LOST, at, why="The contract fell through, and they stopped looking"))
            break
        moves.append(Move(DealStatus.SIGNED, at, why=chance.choice(_FELL_THROUGH)))
    return [move for move in moves if move.at < until]


_LOST = ("Bought from a builder without us", "Decided to rent for another year", "Signed with a relative", "Went quiet")
_FELL_THROUGH = ("The loan was refused; they look on", "The inspection found water in the basement")
