"""What may let a handoff drop: the one registry of risks, each with what finds it, says it and mends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from handoff.baton import finding, mending, wording
from handoff.baton.mending import Mend
from handoff.baton.seen import Seen
from handoff.models import Handoff


@dataclass(frozen=True, slots=True)
class Risk:
    """``finds``: the queries whose rows have it; ``says``: what is wrong; ``mends``: the one thing to do, if any."""

    code: str
    word: str
    icon: str
    finds: tuple[Callable[[QuerySet[Handoff], datetime], finding.Found], ...]
    says: Callable[[Seen], str]
    mends: Callable[[Seen], Mend | None]


STEPS = (finding.failed_deliveries, finding.failed_owners, finding.returned_mails)
LATE_STEPS = (finding.late_deliveries, finding.late_owners)
NOBODY = (finding.asked_cover, finding.away, finding.left)
OVERDUE, OWED = (finding.outcome_overdue,), (finding.recording_owed,)
#: In the order in which they are counted above the board.
RISKS: Final = (
    Risk("failed", "Step failed", "x-circle", STEPS, wording.failed, mending.try_again),
    Risk("late", "Step late", "hourglass-split", LATE_STEPS, wording.late, mending.try_again),
    Risk("cover", "Cover needed", "person-dash", NOBODY, wording.cover, mending.find_cover),
    Risk("move", "Wants another time", "calendar-x", (finding.wants_move,), wording.move, mending.other_time),
    Risk("declined", "Invite declined", "calendar-x", (finding.declined,), wording.declined, mending.call),
    Risk("unconfirmed", "Unconfirmed", "question-circle", (finding.unconfirmed,), wording.unconfirmed, mending.call),
    Risk("unread", "Brief unread", "eye-slash", (finding.unread,), wording.unread, mending.have_it_read),
    Risk("recording", "Recording owed", "record-circle", OWED, wording.recording, mending.recording),
    Risk("overdue", "Outcome overdue", "exclamation-octagon", OVERDUE, wording.overdue, mending.report),
    Risk("due", "Outcome due", "clipboard-check", (finding.outcome_due,), wording.due, mending.report),
)
BY_CODE: Final = {risk.code: risk for risk in RISKS}
#: Those whose ``ref`` names a step.
OF_STEPS: Final = ("failed", "late")
#: Those that say how the client stands to the time.
OF_CLIENT: Final = frozenset({"move", "declined", "unconfirmed"})
