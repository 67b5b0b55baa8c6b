"""How far the steps of a handoff are, at a glance: a chip for each of those whom they reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from notifications.promises.owed import State

#: Whom the steps reach, by the audience of their receipts, as the chips call them.
WORDS: Final = {"owner": "Owner", "channel": "Channel", "agent": "Agent", "client": "Client"}
WORST_FIRST: Final = (State.FAILED, State.WAITING, State.DONE, State.DROPPED)
ICONS: Final = {State.FAILED: "x", State.WAITING: "hourglass-split", State.DONE: "check", State.DROPPED: "dash"}


@dataclass(frozen=True, slots=True)
class Chip:
    """Whom it reaches, and how far the worst of its steps is."""

    word: str
    state: State

    @property
    def icon(self) -> str:
        """The icon of the state."""
        return ICONS[self.state]


def chips_of(steps: Iterable[tuple[str, str]]) -> list[Chip]:
    """Sum up steps: of each, the audience of its receipt and its state."""
    states: defaultdict[str, set[str]] = defaultdict(set)
    for audience, state in steps:
        states[audience].add(state)
    return [
        Chip(word, next(state for state in WORST_FIRST if state in states[audience]))
        for audience, word in WORDS.items()
        if states[audience]
    ]
