"""Why leads were not good, by what each reason contradicts: a letter of LPMAMA, the reading back, or nothing of it."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.coaching.patterns import focus_of
from handoff.models.numbers import REASONS
from handoff.models.outcomes import Reason
from handoff.numbers.figures import Figures


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many were not good for one reason; ``name`` is its figure's, ``letter`` empty where it contradicts none."""

    name: str
    letter: str
    label: str
    count: int


def reasons_of(figures: Figures) -> tuple[ReasonCount, ...]:
    """Return every reason, the commonest first; equal ones in the order of the form."""
    counted = (
        ReasonCount(name, _letter(reason), str(reason.label), getattr(figures, name))
        for reason, name in REASONS.items()
    )
    return tuple(sorted(counted, key=lambda each: -each.count))


def _letter(reason: Reason) -> str:
    focus = focus_of(reason)
    return str(focus.label) if focus else ""
