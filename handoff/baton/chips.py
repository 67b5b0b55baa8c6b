"""How far the steps of a handoff are, at a glance: a chip for each of those whom they reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from handoff.receipts import Receipt
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


def chips_of(messages: Iterable[Receipt], *, owner: Iterable[str], failed: Collection[str]) -> list[Chip]:
    """Sum up the receipts of messages, and the states of the changes of ``owner``.

    Of the messages that failed count those whose ref is in ``failed``: the others were made good by a later one.
    """
    states: defaultdict[str, set[str]] = defaultdict(set, owner=set(owner))
    for message in messages:
        if message.state != State.FAILED or message.ref in failed:
            states[message.audience].add(message.state)
    return [
        Chip(word, next(state for state in WORST_FIRST if state in states[audience]))
        for audience, word in WORDS.items()
        if states[audience]
    ]
