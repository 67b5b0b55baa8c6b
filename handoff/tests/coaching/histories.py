"""What agents reported of an ISA's leads, as rows: a long history at the price of a short one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from handoff.coaching.matching import COMPLETED, match_cards
from handoff.coaching.states import Focus
from handoff.models import CoachingCard, Handoff, Outcome
from handoff.models.outcomes import Reason, Showed
from handoff.states import HandoffStatus
from handoff.tests.passing import a_team, ana, dana, mia, passed
from leads.models import Lead
from leads.states import Via
from leads.tests.factories import NOW
from teams.models import Membership

DAY = timedelta(days=1)
#: Marks of a history: one letter each for what its agent found; "." is a good lead, "x" a no-show.
MARKS = {
    "P": Reason.PRICE,
    "M": Reason.MOTIVATION,
    "A": Reason.AGENT,
    "G": Reason.MORTGAGE,
    "L": Reason.LOCATION,
    "C": Reason.CONTACT,
    "D": Reason.DUPLICATE,
    "O": Reason.OTHER,
}


class Desk:
    """An ISA, the agent they hand leads to, and one lead that stands for all of them. Days count from a month ago."""

    def __init__(self, **people: Membership) -> None:
        self.isa = people.get("isa") or mia(a_team())
        self.team = self.isa.team
        self.agent = people.get("agent") or ana(self.team)
        self.lead: Lead = dana(self.isa)
        self.began_at: datetime = NOW - 30 * DAY
        self.days = 0

    def set(self, day: int | None = None, **fields: Any) -> Handoff:
        """A handoff that was set on that day of the month, else on the next one, and whose report is to come.

        It is closed already, since one lead stands for all, and has one open handoff at most.
        """
        self.days = self.days + 1 if day is None else day
        opened_at = self.began_at + self.days * DAY
        known = {"status": HandoffStatus.REPORTED, "opened_at": opened_at} | fields
        return passed(self.lead, to=self.agent, setter=self.isa, **known)

    def report(self, handoff: Handoff, mark: str, *, note: str = "") -> Outcome:
        """Let the report be there, without what else follows from one."""
        has_shown = mark != "x"
        return Outcome.objects.create(
            handoff=handoff,
            showed=Showed.YES if has_shown else Showed.NO,
            is_good=mark == "." if has_shown else None,
            reason=MARKS.get(mark, ""),
            note=note,
            recorded_by=self.agent,
            recorded_at=NOW,
            is_on_time=True,
            via=Via.PAGE,
        )

    def history(self, marks: str) -> list[Handoff]:
        """One reported handoff a day, oldest first."""
        handoffs = []
        for mark in marks:
            handoffs.append(self.set())
            self.report(handoffs[-1], mark)
        return handoffs

    def match(self, *, because: str = COMPLETED, at: datetime = NOW) -> None:
        """Look for patterns now."""
        match_cards(setter=self.isa, because=because, at=at)

    def after(self, marks: str) -> list[Handoff]:
        """A history, and patterns looked for after each report."""
        handoffs = []
        for mark in marks:
            handoffs += self.history(mark)
            self.match()
        return handoffs

    def card(self, focus: Focus = Focus.PRICE) -> CoachingCard | None:
        """The newest card about this."""
        return CoachingCard.objects.filter(setter=self.isa, focus=focus).first()


def card_of(desk: Desk | None = None, marks: str = "PPP", focus: Focus = Focus.PRICE) -> CoachingCard:
    """A card, from three leads of the same kind."""
    desk = desk or Desk()
    desk.history(marks)
    desk.match()
    card = desk.card(focus)
    assert card is not None
    return card


def live_of(setter: Membership) -> set[str]:
    """What the ISA's live cards are about."""
    return set(CoachingCard.objects.live().filter(setter=setter).values_list("focus", flat=True))
