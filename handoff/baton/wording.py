"""What is wrong, in a sentence for whoever looks."""

from __future__ import annotations

from handoff.baton.finding import Level
from handoff.baton.seen import Seen


def failed(seen: Seen) -> str:
    """A step that was given up, and what the other side said; without a message it is the change of owner."""
    step = seen.receipt
    if step is None:
        return f"The lead could not be made {_whose(seen)}."
    return f"{step.kind} to {step.to} failed: {step.answer or 'no answer'}"


def late(seen: Seen) -> str:
    """A step that waits for longer than it should."""
    step = seen.receipt
    if step is None:
        return f"The lead is not {_whose(seen)} yet."
    tries = f" after {step.attempts} tr{'y' if step.attempts == 1 else 'ies'}" if step.attempts else ""
    return f"{step.kind} to {step.to} still waits{tries}" + (f": {step.answer}" if step.answer else ".")


def cover(seen: Seen) -> str:
    """Nobody is there for the client."""
    if seen.ref == "left":
        return f"{seen.handoff.agent.user.name} is not of the team any more."
    if seen.ref == "away":
        return f"{seen.agent} {'are' if seen.is_own else 'is'} away at that time, and the meeting still stands."
    return f"{seen.agent} can't make it: {seen.ref}"


def move(seen: Seen) -> str:
    """The client asked to be called about another time."""
    return f"{seen.client} asked for another time."


def declined(seen: Seen) -> str:
    """Their calendar said no."""
    return f"{seen.client}'s calendar declined the invite; they have not said so themselves."


def unconfirmed(seen: Seen) -> str:
    """Nobody knows whether they will come."""
    return f"{seen.client} has not confirmed, and the meeting is {'within the hour' if not seen.level else 'near'}."


def unread(seen: Seen) -> str:
    """The agent would meet the client unprepared."""
    whose = "You have" if seen.is_own else f"{seen.agent} has"
    if seen.level == Level.NOW:
        return f"{whose} not read the brief, and the meeting has begun."
    if seen.handoff.appointment is None:
        return f"{whose} not read the brief, and {seen.client} waits for a call."
    return f"{whose} not read the brief" + (", and the meeting is near." if seen.level == Level.SOON else " yet.")


def recording(seen: Seen) -> str:
    """The call cannot be listened to."""
    return f"The recording of the call with {seen.client} was to follow, and is not here."


def overdue(seen: Seen) -> str:
    """Nobody knows what became of the client."""
    return f"{'You have' if seen.is_own else f'{seen.agent} has'} not said how it went."


def due(seen: Seen) -> str:
    """It will be overdue soon."""
    return f"{'You have' if seen.is_own else f'{seen.agent} has'} not said yet how it went."


def _whose(seen: Seen) -> str:
    return "yours" if seen.is_own else f"{seen.agent}'s"
