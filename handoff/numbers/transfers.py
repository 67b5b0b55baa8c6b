"""Counting live transfers and the rings of each agent: what became of them, how fast, and why not.

A number and the cases behind it are one condition: ``CASES`` of transfers, a ring's status of rings.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek

from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import DropReason, PassReason
from handoff.numbers.days import DAY, local_day, mondays
from handoff.numbers.figures import Share
from handoff.numbers.speed import Took, measures, took
from handoff.states import RingStatus, TransferStatus
from teams.models import Membership

#: What may be counted of transfers, and which ones those are.
CASES: Final[dict[str, tuple[str, Q]]] = {
    "shown": ("Shown to an agent", Q(first_shown_at__isnull=False)),
    "accepted": ("Accepted", Q(accepted_at__isnull=False)),
    "connected": ("Connected", Q(status=TransferStatus.CONNECTED)),
    "dropped": ("Dropped after accepting", Q(status=TransferStatus.DROPPED)),
    "expired": ("Nobody took it", Q(status=TransferStatus.EXPIRED)),
    "cancelled": ("Cancelled", Q(status=TransferStatus.CANCELLED)),
    "under_way": ("Under way", Q(status__in=(TransferStatus.RINGING, TransferStatus.ACCEPTED))),
}
#: The chart's parts: every transfer that is over is one of these.
ENDS: Final = ("connected", "dropped", "expired", "cancelled")


@dataclass(frozen=True, slots=True)
class Within:
    """Which transfers count: requested at ``since <= moment < until`` (aware), by an ISA or accepted by an agent.

    A team lead's are the team's. An ISA's are those they asked for, an agent's those they accepted and their own
    rings, whatever was asked. Keys are of memberships.
    """

    viewer: Membership
    since: datetime
    until: datetime
    isa: int | None = None
    agent: int | None = None

    @property
    def of_isa(self) -> int | None:
        """By whom they were asked for; None for anybody."""
        return self.isa if self.viewer.is_lead or self.viewer.is_agent else self.viewer.pk

    @property
    def of_agent(self) -> int | None:
        """Whose they are; None for anybody's."""
        return self.viewer.pk if self.viewer.is_agent else self.agent

    @property
    def days(self) -> tuple[date, date]:
        """The first day and the one after the last, on the team's calendar."""
        team = self.viewer.team
        return local_day(team, self.since), local_day(team, self.until - datetime.resolution) + DAY

    def transfers(self) -> QuerySet[LiveTransfer]:
        """Return the transfers."""
        wanted = {"setter": self.of_isa, "agent": self.of_agent}
        found = LiveTransfer.objects.filter(
            team=self.viewer.team_id, requested_at__gte=self.since, requested_at__lt=self.until
        )
        return found.filter(**{name: pk for name, pk in wanted.items() if pk is not None})

    def rings(self) -> QuerySet[Ring]:
        """Return the rings of such transfers: with an agent all that rang for them, whoever took the client."""
        wanted = {"transfer__setter": self.of_isa, "agent": self.of_agent}
        found = Ring.objects.filter(
            transfer__team=self.viewer.team_id,
            transfer__requested_at__gte=self.since,
            transfer__requested_at__lt=self.until,
        )
        return found.filter(**{name: pk for name, pk in wanted.items() if pk is not None})


@dataclass(frozen=True, slots=True)
class Reason:
    """How often a reason was given."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class TransferFigures:
    """Counts of transfers, and how long after the request each step was. ``requested`` are all of them.

    All but ``shown`` and ``accepted``, which say how far they came, add up to ``requested``.
    """

    requested: int
    shown: int
    accepted: int
    connected: int
    dropped: int
    expired: int
    cancelled: int
    under_way: int
    to_shown: Took
    to_accepted: Took
    to_connected: Took
    drops: tuple[Reason, ...]

    @property
    def connect_rate(self) -> Share:
        """Connected among those that are over."""
        return Share(self.connected, self.requested - self.under_way)


@dataclass(frozen=True, slots=True)
class Answers:
    """How one agent's rings went, and how long they took to accept. ``passes`` are their reasons, by value."""

    agent_id: int
    name: str
    rung: int
    accepted: int
    passed: int
    missed: int
    taken: int
    called_off: int
    ringing: int
    to_accept: Took
    passes: dict[str, int] = field(default_factory=dict)

    @property
    def accept_rate(self) -> Share:
        """Accepted among the rings that were theirs to answer: not those that somebody else took or that were ended."""
        return Share(self.accepted, self.accepted + self.passed + self.missed)


@dataclass(frozen=True, slots=True)
class TransferWeek:
    """How the transfers of one week ended; ``begins_on`` is its Monday in the team's zone."""

    begins_on: date
    connected: int = 0
    dropped: int = 0
    expired: int = 0
    cancelled: int = 0


def transfer_figures(within: Within) -> TransferFigures:
    """Count the transfers and measure their steps; one query."""
    counts = {name: Count("pk", filter=condition) for name, (_, condition) in CASES.items()}
    drops = {f"drop_{value}": Count("pk", filter=Q(drop_reason=value)) for value in DropReason.values}
    spans = measures(
        to_shown=("requested_at", "first_shown_at"),
        to_accepted=("requested_at", "accepted_at"),
        to_connected=("requested_at", "connected_at"),
    )
    row = within.transfers().aggregate(requested=Count("pk"), **counts, **drops, **spans)
    return TransferFigures(
        **{name: row[name] for name in ("requested", *CASES)},
        to_shown=took(row, "to_shown"),
        to_accepted=took(row, "to_accepted"),
        to_connected=took(row, "to_connected"),
        drops=_reasons(DropReason, {value: row[f"drop_{value}"] for value in DropReason.values}),
    )


def answers_by_agent(within: Within) -> tuple[Answers, ...]:
    """Count each agent's rings by how they went, who was rung most first; one query."""
    statuses = {f"n_{status}": Count("pk", filter=Q(status=status)) for status in RingStatus.values}
    passes = {f"pass_{value}": Count("pk", filter=Q(pass_reason=value)) for value in PassReason.values}
    spans = measures(to_accept=("rung_at", "answered_at", Q(status=RingStatus.ACCEPTED)))
    grouped = within.rings().order_by().values("agent_id", "agent__user__name")
    rows = [_answers(dict(row)) for row in grouped.annotate(n_rung=Count("pk"), **statuses, **passes, **spans)]
    return tuple(sorted(rows, key=lambda row: (-row.rung, row.name, row.agent_id)))


def _answers(row: dict[str, Any]) -> Answers:
    return Answers(
        agent_id=row["agent_id"],
        name=row["agent__user__name"],
        rung=row["n_rung"],
        **{status: row[f"n_{status}"] for status in RingStatus.values},
        to_accept=took(row, "to_accept"),
        passes={value: count for value in PassReason.values if (count := row[f"pass_{value}"])},
    )


def pass_reasons(answers: tuple[Answers, ...]) -> tuple[Reason, ...]:
    """Add up why rings were passed on; a link and a chat ask for no reason, and those count for none."""
    total: Counter[str] = Counter()
    for each in answers:
        total.update(each.passes)
    return _reasons(PassReason, total)


def transfers_by_week(within: Within) -> tuple[TransferWeek, ...]:
    """Count how they ended, week by week in the team's zone; those without any are there too. One query."""
    team = within.viewer.team
    zone = ZoneInfo(team.zone)
    counts = {name: Count("pk", filter=CASES[name][1]) for name in ENDS}
    week = TruncWeek("requested_at", tzinfo=zone)
    weeks = within.transfers().order_by().annotate(week=week).values("week")
    rows = weeks.annotate(**counts).values_list("week", *ENDS)
    found = {begins.astimezone(zone).date(): ended for begins, *ended in rows}
    return tuple(TransferWeek(monday, *found.get(monday, ())) for monday in mondays(*within.days))


def _reasons(kinds: type[DropReason | PassReason], counted: dict[str, int]) -> tuple[Reason, ...]:
    """Return those that were given, the commonest first."""
    given = [Reason(kind.value, str(kind.label), counted.get(kind.value, 0)) for kind in kinds]
    return tuple(sorted((each for each in given if each.count), key=lambda each: -each.count))
