"""Figures and how they are said: a share of few cases is no percentage."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from math import sqrt

#: Below this many cases a percentage alone misleads.
FEW = 20
#: Of a normal distribution 95 % lie within so many standard deviations.
Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)

    @property
    def is_few(self) -> bool:
        """Whether there are too few cases for a percentage alone."""
        return self.whole < FEW

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None without cases."""
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> int | None:
        """The share in whole percent; None without cases."""
        return round(100 * self.part / self.whole) if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which shares the truth lies, in 95 of 100 such samples; None without cases."""
        return self.interval_at(Z_95) if self.whole else None

    def interval_at(self, z: float) -> tuple[float, float]:
        """Return between which shares the truth lies, within so many standard deviations. There must be cases.

        By Wilson's score, which holds for few cases and for shares near 0 and 1 (Wilson 1927, J. Am. Stat. Assoc. 22).
        """
        share, spread = self.part / self.whole, z**2 / self.whole
        middle = (share + spread / 2) / (1 + spread)
        half = z / (1 + spread) * sqrt(share * (1 - share) / self.whole + spread / 4 / self.whole)
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def words(self) -> str:
        """Say "62%", or "3 of 4" for few cases, or a dash for none. Few of many are not none."""
        if not self.whole:
            return "-"
        if self.is_few:
            return f"{self.part} of {self.whole}"
        return "<1%" if self.part and not self.percent else f"{self.percent}%"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel, and its share of the step before."""

    name: str
    number: int
    share: Share


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of handoffs: ``handed`` are all of them.

    ``set`` are appointments booked, ``direct`` were handed over without a time, ``live`` by putting the client through.

    ``to_come`` appointments have not begun; those ``awaiting`` have, and nobody reported yet how they went.
    ``due`` outcomes are reported or overdue. Those ``to_rebook`` were moved without a new time; ``moved`` are all that
    were moved when their time had come, these and those that have a new one.
    ``missed`` were reported as no-shows, ``recovered`` of them booked again.
    ``judged`` are those who came and of whom it was said whether they were a ``good`` lead; ``because_...`` why not.
    Of those who ``met`` their agent so many ``signed``, ``contracted`` (came under contract, and did not fall through)
    and ``closed``, for so much ``commission`` in whole units of the team's currency (its gross commission income).
    """

    handed: int = 0
    set: int = 0
    held: int = 0
    no_show: int = 0
    cancelled: int = 0
    to_rebook: int = 0
    moved: int = 0
    to_come: int = 0
    awaiting: int = 0
    direct: int = 0
    live: int = 0
    on_time: int = 0
    due: int = 0
    open: int = 0
    overdue: int = 0
    good: int = 0
    judged: int = 0
    missed: int = 0
    recovered: int = 0
    met: int = 0
    signed: int = 0
    contracted: int = 0
    closed: int = 0
    commission: int = 0
    because_price: int = 0
    because_motivation: int = 0
    because_agent: int = 0
    because_mortgage: int = 0
    because_location: int = 0
    because_contact: int = 0
    because_duplicate: int = 0
    because_other: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Figures)))

    @property
    def held_or_missed(self) -> int:
        """Appointments of which is known whether the client came."""
        return self.held + self.no_show

    @property
    def show_rate(self) -> Share:
        """Held among those that were held or missed: unreported and called-off ones say nothing yet."""
        return Share(self.held, self.held_or_missed)

    @property
    def otherwise(self) -> int:
        """Appointments that were neither held nor missed, and are not still to come."""
        return max(self.set - self.held_or_missed - self.to_come, 0)

    @property
    def unsaid(self) -> int:
        """Handoffs of which nobody has said whether the client met the agent."""
        return max(self.handed - self.met - self.missed, 0)

    @property
    def outcome_on_time(self) -> Share:
        """Outcomes reported in time among those that are reported or overdue."""
        return Share(self.on_time, self.due)

    @property
    def late(self) -> int:
        """Outcomes that were reported too late, or are overdue."""
        return self.due - self.on_time

    @property
    def recovery_rate(self) -> Share:
        """No-shows that booked again, so far."""
        return Share(self.recovered, self.missed)

    @property
    def funnel(self) -> tuple[Step, ...]:
        """Each step on the way to a closing, beside the one before it."""
        steps = (
            ("Handed off", self.handed),
            ("Met", self.met),
            ("Good lead", self.good),
            ("Signed", self.signed),
            ("Under contract", self.contracted),
            ("Closed", self.closed),
        )
        before = (self.handed, *(number for _, number in steps))
        return tuple(Step(name, number, Share(number, of)) for (name, number), of in zip(steps, before, strict=False))

    @property
    def good_rate(self) -> Share:
        """Good leads among those that showed and were judged."""
        return Share(self.good, self.judged)


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one ISA, agent, method, source or area; people's keys are their memberships'."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Week:
    """One week's figures; ``begins_on`` is its Monday in the team's zone."""

    begins_on: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class Numbers:
    """All that the page shows for one span."""

    total: Figures
    by_method: tuple[Row, ...]
    by_isa: tuple[Row, ...]
    by_agent: tuple[Row, ...]
    by_source: tuple[Row, ...]
    by_area: tuple[Row, ...]
    by_week: tuple[Week, ...]
