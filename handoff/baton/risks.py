"""What may let a handoff drop: the one registry of risks, each with what finds it, says it and mends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from handoff.baton import finding, mending, wording
from handoff.baton.mending import Mend
from handoff.baton.seen import Seen


@dataclass(frozen=True, slots=True)
class Risk:
    """``finds``: the queries whose rows have it; ``says``: what is wrong; ``mends``: the one thing to do, if any."""

    code: str
    word: str
    icon: str
    finds: tuple[str, ...]
    says: Callable[[Seen], str]
    mends: Callable[[Seen], Mend | None]


STEPS = (finding.FAILED_DELIVERIES, finding.FAILED_OWNERS, finding.RETURNED_MAILS)
LATE_STEPS = (finding.LATE_DELIVERIES, finding.LATE_OWNERS)
NOBODY = (finding.ASKED_COVER, finding.AWAY, finding.LEFT)
OVERDUE, OWED = (finding.OUTCOME_OVERDUE,), (finding.RECORDING_OWED,)
#: In the order in which they are counted above the board.
RISKS: Final = (
    Risk("failed", "Step failed", "x-circle", STEPS, wording.failed, mending.try_again),
    Risk("late", "Step late", "hourglass-split", LATE_STEPS, wording.late, mending.try_again),
    Risk("cover", "Cover needed", "person-dash", NOBODY, wording.cover, mending.find_cover),
    Risk("move", "Wants another time", "calendar-x", (finding.WANTS_MOVE,), wording.move, mending.other_time),
    Risk("declined", "Invite declined", "calendar-x", (finding.DECLINED,), wording.declined, mending.call),
    Risk("unconfirmed", "Unconfirmed", "question-circle", (finding.UNCONFIRMED,), wording.unconfirmed, mending.call),
    Risk("unread", "Brief unread", "eye-slash", (finding.UNREAD,), wording.unread, mending.have_it_read),
    Risk("recording", "Recording owed", "record-circle", OWED, wording.recording, mending.recording),
    Risk("overdue", "Outcome overdue", "exclamation-octagon", OVERDUE, wording.overdue, mending.report),
    Risk("due", "Outcome due", "clipboard-check", (finding.OUTCOME_DUE,), wording.due, mending.report),
)
BY_CODE: Final = {risk.code: risk for risk in RISKS}
#: Those whose ``ref`` names a step.
OF_STEPS: Final = ("failed", "late")
#: Those that say how the client stands to the time.
OF_CLIENT: Final = frozenset({"move", "declined", "unconfirmed"})
