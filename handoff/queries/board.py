"""What a team lead sees of the handoffs under way: where one is stuck comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from handoff.cover.settling import cover_reason
from handoff.models import BriefRead, CoverRequest, Handoff, OwnerChange
from handoff.queries.gist import gist_line
from handoff.receipts import Receipt, steps_for
from notifications.models import Delivery
from notifications.promises.owed import State
from teams.models import Membership, Role

#: A step that waits longer than this is slow, and worth a look.
SLOW = timedelta(minutes=1)
#: The steps of every handoff by the audience of their receipts, as the chips call them.
STEPS = {"owner": "Owner", "channel": "Slack", "agent": "Agent", "client": "Client"}
WORST_FIRST = (State.FAILED, State.WAITING, State.DONE, State.DROPPED)
#: Rows drawn at once. Stuck ones come first, so what is left off can wait.
ROWS = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One open handoff with the receipt of each step."""

    handoff: Handoff
    receipts: Sequence[Receipt]
    is_stuck: bool
    is_slow: bool
    is_read: bool
    is_late: bool
    read: BriefRead | None = None
    is_unprepared: bool = False
    cover_reason: str | None = None
    asks_client: bool = False

    @property
    def gist(self) -> str:
        """Where, how much and how soon, in one line."""
        return gist_line(self.handoff.facts)

    @property
    def failed(self) -> list[Receipt]:
        """The steps that somebody must look at."""
        return [receipt for receipt in self.receipts if receipt.state == State.FAILED]

    @property
    def steps(self) -> list[Step]:
        """Owner, team channel, agent and client: each with the state of the worst of its receipts."""
        states: dict[str, set[str]] = {}
        for receipt in self.receipts:
            states.setdefault(receipt.audience, set()).add(receipt.state)
        return [
            Step(word, next(state for state in WORST_FIRST if state in states[audience]))
            for audience, word in STEPS.items()
            if audience in states
        ]


@dataclass(frozen=True, slots=True)
class Step:
    """One chip: whom it reaches, and how far it is."""

    word: str
    state: str


@dataclass(frozen=True, slots=True)
class Totals:
    """How many open handoffs there are, and how many of them want something."""

    open: int
    stuck: int
    late: int
    unread: int


def open_handoffs(lead: Membership, *, at: datetime) -> QuerySet[Handoff]:
    """Return the team's open handoffs with ``is_stuck``, ``is_slow``, ``is_read`` and ``is_late``.

    Stuck ones come first, then overdue, slow and unread ones, each by the soonest appointment.
    """
    about = Concat(Value("handoff/"), Cast(OuterRef("pk"), CharField()))
    deliveries = Delivery.objects.filter(about=about)
    owners = OwnerChange.objects.filter(handoff=OuterRef("pk"))
    slow = Q(state=State.WAITING, created_at__lt=at - SLOW, due_at__lte=at)
    uncovered = CoverRequest.objects.open().filter(handoff=OuterRef("pk"))
    reads = BriefRead.objects.filter(handoff=OuterRef("pk"), membership=OuterRef("agent"))
    flagged = (
        Handoff.objects.visible_to(lead)
        .open()
        .annotate(
            cover_reason=cover_reason(),
            is_stuck=Exists(deliveries.filter(state=State.FAILED))
            | Exists(owners.filter(state=State.FAILED))
            | Exists(uncovered),
            is_slow=Exists(deliveries.filter(slow)) | Exists(owners.filter(slow)),
            is_read=Exists(reads),
            is_late=Case(When(outcome_due_at__lt=at, then=Value(True)), default=Value(False)),
            asks_client=Case(When(appointment__starts_at__gt=at, then=Value(True)), default=Value(False)),
            is_unprepared=Case(
                When(~Exists(reads), appointment__starts_at__lte=at, then=Value(True)), default=Value(False)
            ),
        )
    )
    ranked = flagged.annotate(
        rank=Case(
            When(is_stuck=True, then=0),
            When(is_late=True, then=1),
            When(is_slow=True, then=2),
            When(is_read=False, then=3),
            default=4,
            output_field=IntegerField(),
        )
    )
    return ranked.order_by("rank", Coalesce(F("appointment__starts_at"), F("opened_at")), "pk")


def totals(handoffs: QuerySet[Handoff]) -> Totals:
    """Count open handoffs by what they want, in one query."""
    counted = handoffs.aggregate(
        open=Count("pk"),
        stuck=Count("pk", filter=Q(is_stuck=True)),
        late=Count("pk", filter=Q(is_late=True)),
        unread=Count("pk", filter=Q(is_read=False)),
    )
    return Totals(**counted)


def rows(handoffs: QuerySet[Handoff]) -> list[Row]:
    """Return the first rows with the receipts of each."""
    agents_own = FilteredRelation("brief_reads", condition=Q(brief_reads__membership=F("agent")))
    drawn = handoffs.annotate(agent_read=agents_own)
    people = ("agent_read", "lead", "appointment", "setter__user", "agent__user")
    page = list(drawn.select_related(*people)[:ROWS])
    receipts = steps_for(page)
    return [
        Row(
            handoff=handoff,
            receipts=receipts.get(handoff.pk, []),
            is_stuck=handoff.is_stuck,  # type: ignore[attr-defined]  # annotated above, as are the others
            is_slow=handoff.is_slow,  # type: ignore[attr-defined]
            is_read=handoff.is_read,  # type: ignore[attr-defined]
            is_late=handoff.is_late,  # type: ignore[attr-defined]
            read=getattr(handoff, "agent_read", None),
            is_unprepared=handoff.is_unprepared,  # type: ignore[attr-defined]
            cover_reason=handoff.cover_reason,  # type: ignore[attr-defined]
            asks_client=handoff.asks_client,  # type: ignore[attr-defined]
        )
        for handoff in page
    ]


def people(lead: Membership) -> tuple[list[Membership], list[Membership]]:
    """Return the team's ISAs (with team leads, who hand off too) and its agents, by name, for the filters."""
    everyone = list(
        Membership.objects.visible_to(lead).filter(ended_at=None).select_related("user").order_by("user__name", "pk")
    )
    return [each for each in everyone if not each.is_agent], [each for each in everyone if each.role == Role.AGENT]
