"""The refusals of this room: each is a sentence for the person who asked, and carries what helps them on.

They stand in one place because several verbs share each of them, and pages and the API answer them by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leads import stages

if TYPE_CHECKING:
    from handoff.models import Handoff, LiveTransfer
    from handoff.readiness import Missing
    from handoff.slots import Slot


class Refused(stages.Refused):
    """Something was asked for that a rule forbids; ``str`` of it says why."""


class NotReady(Refused):
    """The gate is closed. ``missing`` names exactly what has to be asked or done next."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = list(missing)
        super().__init__("Not ready yet: " + ", ".join(each.label for each in self.missing) + ".")


class Unbookable(Refused):
    """Nobody may have this time, whoever asks: past, outside of hours, no such local time, a missing place."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class SlotTaken(Refused):
    """The agent has something else at that time. ``next_slots`` are free instead."""

    def __init__(self, next_slots: Sequence[Slot] = (), reason: str = "That time has just been taken.") -> None:
        self.next_slots = list(next_slots)
        super().__init__(reason)


class AtCapacity(SlotTaken):
    """The agent has as many leads that day or week as they take. ``next_slots`` are on other days."""

    def __init__(self, reason: str) -> None:
        super().__init__((), reason)


class SlotRequired(Refused):
    """An appointment is announced, but there is none. ``next_slots`` are free."""

    def __init__(self, next_slots: Sequence[Slot] = ()) -> None:
        self.next_slots = list(next_slots)
        super().__init__("Choose a time first: this lead has no appointment.")


class AlreadyHandedOff(Refused):
    """The lead has an open handoff already; ``handoff`` is that one."""

    def __init__(self, handoff: Handoff) -> None:
        self.handoff = handoff
        super().__init__(f"This lead is already handed off to {handoff.agent.user}.")


class TransferUnderWay(Refused):
    """The lead is being transferred right now; ``transfer`` is that one."""

    def __init__(self, transfer: LiveTransfer) -> None:
        self.transfer = transfer
        whom = f" to {transfer.agent.user}" if transfer.agent else ""
        super().__init__(f"This lead is being transferred{whom} right now.")


class NobodyOnCall(Refused):
    """Nobody can be rung now. ``next_slots`` are free instead; ``why`` says of each agent what keeps them."""

    def __init__(self, next_slots: Sequence[Slot] = (), why: Sequence[tuple[str, str]] = ()) -> None:
        self.next_slots = list(next_slots)
        self.why = list(why)
        super().__init__("Nobody is on call and free right now. Take one of the next times instead.")


class RingOver(Refused):
    """The ring has ended, so it cannot be answered; the words say who took it, or what ended it."""


class NotYourTransfer(Refused):
    """Another agent has accepted it, or it is the ISA's to say."""


class BriefUnseen(Refused):
    """An agent accepts with the brief before them, and never without."""

    def __init__(self) -> None:
        super().__init__("Read the brief first: it is what you accept.")


class BlindTransfer(Refused):
    """A client is put through only to an agent who has accepted, and whose name they were told."""


class HandoffOpen(Refused):
    """The lead cannot leave its agent by a change of stage: ``handoff`` is still open, and would be nobody's."""

    def __init__(self, handoff: Handoff) -> None:
        self.handoff = handoff
        ways = ", cancel the appointment or" if handoff.appointment_id else " or"
        super().__init__(f"{handoff.agent.user} has this lead now. Record the outcome{ways} take it back first.")


class NoAgent(Refused):
    """No agent of the team may take this lead."""


class TooLate(Refused):
    """The appointment has begun, or the handoff has ended: nothing can be changed any more."""
