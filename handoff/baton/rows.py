"""The board as it is drawn: rows with what is wrong and how it is mended, and the transfers that hang in the air."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from handoff.baton.board import CALM, CALM_LEVEL, Figures, Hit, Place, find
from handoff.baton.chips import Chip, chips_of
from handoff.baton.finding import Level
from handoff.baton.mending import Mend
from handoff.baton.risks import BY_CODE, OF_CLIENT, OF_STEPS, RISKS, Risk
from handoff.baton.seen import Seen
from handoff.live.connecting import ASK_AFTER
from handoff.models import BriefRead, Handoff, LiveTransfer, OwnerChange
from handoff.models.handoffs import ABOUT
from handoff.queries.gist import gist_line
from handoff.receipts import Receipt, receipt_for
from handoff.states import TransferStatus
from leads.models import LeadPhone
from notifications.models import Delivery
from notifications.promises.owed import State
from teams.models import Membership

#: What each level is called on a row, and its icon: nobody has to tell them apart by colour.
LEVELS = {
    Level.NOW: ("Now", "exclamation-octagon"),
    Level.SOON: ("Soon", "exclamation-triangle"),
    Level.WATCH: ("Watch", "eye"),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a row: the sentence, since when, and the one thing to do."""

    risk: Risk
    since: datetime
    words: str
    mend: Mend | None
    key: str


@dataclass(frozen=True, slots=True)
class Row:
    """One open handoff; ``wrong`` is empty where nothing is. ``is_ahead``: they have not met yet."""

    handoff: Handoff
    level: int
    wrong: Sequence[Wrong]
    chips: Sequence[Chip]
    is_ahead: bool

    @property
    def gist(self) -> str:
        """Where, how much and how soon, in one line."""
        return gist_line(self.handoff.facts)

    @property
    def codes(self) -> set[str]:
        """The risks that it has."""
        return {each.risk.code for each in self.wrong}

    @property
    def read(self) -> BriefRead | None:
        """What the agent has read and heard, if they have."""
        return getattr(self.handoff, "agent_read", None)

    @property
    def shows_answer(self) -> bool:
        """Whether the client's answer is worth a word: before they meet, where no risk says it."""
        return self.is_ahead and not OF_CLIENT & self.codes

    @property
    def level_word(self) -> str:
        """How bad it is, in a word; empty where nothing is wrong."""
        return LEVELS[Level(self.level)][0] if self.wrong else ""

    @property
    def level_icon(self) -> str:
        """The icon of the level."""
        return LEVELS[Level(self.level)][1]

    @property
    def level_class(self) -> str:
        """The class of the level, for its colour."""
        return f"is-{self.level_word.lower()}" if self.wrong else ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the open handoffs have a risk."""

    risk: Risk
    number: int


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the board, of one ``risk`` or of all. ``after`` is where the next begins, if there is more."""

    figures: Figures
    at_risk: Sequence[Row]
    calm: Sequence[Row]
    after: Place | None
    risk: str = ""

    @property
    def number(self) -> int:
        """How many there are on all pages of what is looked at."""
        if self.risk:
            return self.figures.calm if self.risk == CALM else (self.figures.by_risk or {}).get(self.risk, 0)
        return self.figures.at_risk

    @property
    def counts(self) -> list[Count]:
        """Every risk with its number, in the order of the registry."""
        numbers = self.figures.by_risk or {}
        return [Count(risk, numbers.get(risk.code, 0)) for risk in RISKS]


def board(
    handoffs: QuerySet[Handoff], *, viewer: Membership, at: datetime, risk: str = "", after: Place | None = None
) -> Board:
    """Return a page of the board: three queries at most, however many rows."""
    found = find(handoffs, at=at, risk=risk, after=after)
    loaded = _loaded([place.pk for place in found.rows])
    messages = _messages(hit for hits in found.rows.values() for hit in hits)
    rows = [
        _row(handoff, place, hits, messages, viewer=viewer, at=at)
        for place, hits in found.rows.items()
        if (handoff := loaded.get(place.pk))
    ]
    at_risk = [row for row in rows if row.level != CALM_LEVEL]
    return Board(found.figures, at_risk, [row for row in rows if row.level == CALM_LEVEL], found.after, risk)


def hanging(viewer: Membership, *, at: datetime) -> list[LiveTransfer]:
    """Return the transfers that an agent accepted minutes ago, and nobody has put through: one query.

    A team lead's are the team's, others see their own.
    """
    found = LiveTransfer.objects.filter(team=viewer.team_id, status=TransferStatus.ACCEPTED)
    if not viewer.is_lead:
        found = found.filter(agent=viewer) if viewer.is_agent else found.filter(setter=viewer)
    late = found.filter(accepted_at__lte=at - ASK_AFTER).order_by("accepted_at")
    return list(late.select_related("lead", "agent__user", "setter__user"))


def _loaded(pks: Sequence[int]) -> Mapping[int, Handoff]:
    """Load what the rows are drawn with: how far the steps are, what the agent has read, the client's number.

    Of messages that failed or came back only those matter that nothing has made good: the hits have them.
    """
    numbers = LeadPhone.objects.filter(lead=OuterRef("lead"), wrong_at=None).order_by("-is_primary", "pk")
    messages = Delivery.objects.filter(about=ABOUT, came_back_at=None).exclude(state=State.FAILED).order_by()
    found = Handoff.objects.filter(pk__in=pks).annotate(
        owner_states=ArraySubquery(OwnerChange.objects.filter(handoff=OuterRef("pk")).order_by().values("state")),
        message_states=ArraySubquery(messages.values_list(Concat("audience", Value(" "), "state")).distinct()),
        client_phone=Subquery(numbers.values("number")[:1], output_field=CharField()),
        agent_read=FilteredRelation("brief_reads", condition=Q(brief_reads__membership=F("agent"))),
    )
    people = ("lead", "appointment", "setter__user", "agent__user", "agent_read")
    return found.select_related(*people).in_bulk() if pks else {}


def _messages(hits: Iterable[Hit]) -> Mapping[str, Receipt]:
    """Return the receipts of the messages that something is wrong with, by their refs: one query, or none."""
    refs = {hit.message for hit in hits if hit.code in OF_STEPS}
    pks = [int(number) for model, _, number in (ref.partition("-") for ref in refs) if model == "delivery"]
    found = Delivery.objects.filter(pk__in=pks).defer("message") if pks else ()
    return {receipt.ref: receipt for receipt in map(receipt_for, found)}


def _row(
    handoff: Handoff,
    place: Place,
    hits: Sequence[Hit],
    messages: Mapping[str, Receipt],
    *,
    viewer: Membership,
    at: datetime,
) -> Row:
    wrong = _wrong(handoff, hits, messages, viewer=viewer, at=at)
    is_ahead = handoff.appointment is not None and handoff.appointment.starts_at > at
    return Row(handoff, place.level, wrong, chips_of(_steps(handoff, hits, messages)), is_ahead)


def _steps(handoff: Handoff, hits: Sequence[Hit], messages: Mapping[str, Receipt]) -> Iterator[tuple[str, str]]:
    """Yield whom each step reaches, and how far it is."""
    for state in getattr(handoff, "owner_states", ()):
        yield "owner", state
    for words in getattr(handoff, "message_states", ()):
        audience, _, state = words.partition(" ")
        yield audience, state
    for message in filter(None, (messages.get(hit.message) for hit in hits)):
        yield message.audience, message.state


def _wrong(
    handoff: Handoff, hits: Sequence[Hit], messages: Mapping[str, Receipt], *, viewer: Membership, at: datetime
) -> list[Wrong]:
    found = []
    for hit in hits:
        seen = Seen(
            handoff=handoff,
            level=hit.level,
            since=hit.since,
            ref=hit.ref,
            viewer=viewer,
            at=at,
            phone=getattr(handoff, "client_phone", None) or "",
            receipt=messages.get(hit.message),
        )
        risk = BY_CODE[hit.code]
        key = f"{hit.code}-{hit.ref}" if hit.code in OF_STEPS else hit.code
        found.append(Wrong(risk, hit.since, risk.says(seen), risk.mends(seen), key))
    return found
