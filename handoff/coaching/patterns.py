"""Finding a pattern: pure arithmetic over what agents reported of one ISA's leads, in the order they were set.

The order is that of the handoffs, not of the reports: a late report takes the place of its lead, and so the same
reports give the same pattern in whatever order they come in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handoff.coaching.states import Focus
from handoff.models.outcomes import Reason
from teams.models import Policy

#: What each reason says was not as the ISA had noted it. A duplicate, and “other”, say nothing of how a call went.
CONTRADICTS: Final[Mapping[Reason, Focus | None]] = {
    Reason.PRICE: Focus.PRICE,
    Reason.MOTIVATION: Focus.MOTIVATION,
    Reason.AGENT: Focus.AGENT,
    Reason.MORTGAGE: Focus.MORTGAGE,
    Reason.LOCATION: Focus.LOCATION,
    Reason.CONTACT: Focus.VERIFICATION,
    Reason.DUPLICATE: None,
    Reason.OTHER: None,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A lead that came, and that its agent called good or not. ``focus``: what the report contradicts, if anything."""

    handoff_id: int
    opened_at: datetime
    focus: Focus | None


@dataclass(frozen=True, slots=True)
class Ways:
    """So many ``flags`` among the latest ``window`` leads are a pattern; so many ``clean`` in a row end it."""

    flags: int
    window: int

    @property
    def clean(self) -> int:
        """Half of the window, rounded up."""
        return (self.window + 1) // 2


@dataclass(frozen=True, slots=True)
class Pattern:
    """The latest pattern there was: its cases in order, and whether it has ended by improvement since."""

    cases: tuple[int, ...]
    flagged: int
    judged: int
    clean: int
    has_improved: bool = False


def ways_of(policy: Policy) -> Ways:
    """Return when this team calls something a pattern."""
    return Ways(policy.coaching_flags, policy.coaching_window)


def focus_of(reason: str) -> Focus | None:
    """Return what a coded reason contradicts; nothing for a good lead's empty one."""
    return CONTRADICTS[Reason(reason)] if reason else None


def latest_pattern(history: Sequence[Judged], focus: Focus, ways: Ways, *, after: datetime | None) -> Pattern | None:
    """Walk the history, oldest first, and return the latest pattern of this kind; None if there never was one.

    Leads set before ``after`` have been talked over, and count no more. So do those before an improvement: a relapse
    takes as many new cases as a first time.
    """
    window: deque[Judged] = deque(maxlen=ways.window)
    running: Pattern | None = None
    latest: Pattern | None = None
    for each in history:
        if after is not None and each.opened_at < after:
            continue
        window.append(each)
        running = _next(running, window, focus, ways)
        if running is None:
            continue
        latest = running
        if running.clean >= ways.clean:
            latest = Pattern(running.cases, running.flagged, running.judged, running.clean, has_improved=True)
            running = None
            window.clear()
    return latest


def _next(was: Pattern | None, window: deque[Judged], focus: Focus, ways: Ways) -> Pattern | None:
    """The pattern after the newest lead of the window; None while there is none."""
    newest = window[-1]
    is_flagged = newest.focus == focus
    flagged = [each.handoff_id for each in window if each.focus == focus]
    if was is not None:
        cases = (*was.cases, newest.handoff_id) if is_flagged else was.cases
        return Pattern(cases, len(flagged), len(window), 0 if is_flagged else was.clean + 1)
    if is_flagged and len(flagged) >= ways.flags:
        return Pattern(tuple(flagged), len(flagged), len(window), 0)
    return None
