"""What the page shows of comparisons: the sentence of each, its groups on one axis, and where their cases are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from handoff.calibration.comparing import Comparison, compare
from handoff.calibration.counting import count
from handoff.calibration.forms import key_of
from handoff.calibration.practices import PRACTICES, Group, Practice, Result
from handoff.calibration.words import said, said_alike, so_far
from handoff.numbers.asking import Question
from handoff.numbers.figures import Share
from handoff.numbers.whiskers import Whisker, end_of_axis, whisker

#: Makes the address of cases from what is behind them (``forms.key_of``).
Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One group: its share, drawn unless it is of too few, and the addresses of its cases on either side."""

    group: Group
    share: Share
    whisker: Whisker | None
    came_url: str
    failed_url: str

    @property
    def failed(self) -> int:
        """How many came to nothing."""
        return self.share.whole - self.share.part


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a practice: what it says, of which groups. ``so_far``: cases where it takes ``FEW``."""

    result: Result
    comparison: Comparison
    says: str
    says_alike: str
    lines: Sequence[Line]
    axis_ends: str
    so_far: int

    @property
    def cases(self) -> int:
        """How many handoffs there are in all of its groups."""
        return sum(line.share.whole for line in self.lines)


@dataclass(frozen=True, slots=True)
class Card:
    """One practice with all of its results."""

    practice: Practice
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Calibration:
    """All that is compared of one question."""

    cards: Sequence[Card]

    @property
    def found(self) -> list[tuple[Card, Finding]]:
        """What there is to say."""
        return [(card, each) for card in self.cards for each in card.findings if each.comparison.is_found]

    @property
    def compared(self) -> int:
        """How many comparisons had enough cases."""
        return sum(each.comparison.pair is not None for card in self.cards for each in card.findings)


def calibration_for(question: Question, *, today: date, link: Link) -> Calibration:
    """Compare every practice. ``today`` is the team's. One query."""
    compared = compare(count(question, PRACTICES, today=today))
    by_practice = groupby(compared, key=lambda each: each.counts.practice)
    return Calibration(
        [Card(practice, [_finding(each, link) for each in comparisons]) for practice, comparisons in by_practice]
    )


def _finding(comparison: Comparison, link: Link) -> Finding:
    counts = comparison.counts
    ends = end_of_axis(counts.shares)
    lines = [
        Line(
            group,
            share,
            whisker(share, ends=ends),
            link(key_of(counts.practice, group, counts.result, came=True)),
            link(key_of(counts.practice, group, counts.result, came=False)),
        )
        for group, share in zip(counts.practice.groups, counts.shares, strict=True)
    ]
    return Finding(
        counts.result, comparison, said(comparison), said_alike(comparison), lines, f"{ends:.0%}", so_far(comparison)
    )
