"""One client's way as rows: the lead with what was said, its stages, and each handoff with what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handoff.demo.history.clients import Client
from handoff.demo.history.copying import keys
from handoff.demo.history.frozen import Frozen
from handoff.demo.history.lives import Life
from handoff.demo.history.passes import Pass
from handoff.demo.history.people import ZONE, Cast
from handoff.demo.history.sheets import ANSWERS, Sheets
from handoff.models import Appointment, Deal, Handoff, LiveTransfer, Outcome, RecoveryRun
from leads.models import Lead, Lpmama, StageChange
from leads.models.recordings import RecordingKind
from leads.naming import sort_name
from leads.states import Stage, Via
from teams.models import Membership
from teams.zones import zone

MINUTE: Final = timedelta(minutes=1)
_UNANSWERED: Final = tuple(getattr(Lpmama(), name) for name in ANSWERS)
#: The most rows with reserved keys that one client, and one handoff, can bring.
_CHANGES_OF_LEAD, _CHANGES_OF_PASS = 4, 9


class Keys:
    """Primary keys of what other rows refer to, reserved before any row is made."""

    def __init__(self, *, leads: int, handoffs: int) -> None:
        self.leads = keys(Lead, leads)
        self.changes = keys(StageChange, leads * _CHANGES_OF_LEAD + handoffs * _CHANGES_OF_PASS)
        self.appointments, self.handoffs = keys(Appointment, handoffs), keys(Handoff, handoffs)
        self.outcomes, self.deals = keys(Outcome, handoffs), keys(Deal, handoffs)
        self.recoveries, self.transfers = keys(RecoveryRun, handoffs), keys(LiveTransfer, leads)


class Book:
    """What all rows of a history share: who they are of, where they go, and what number comes next.

    ``tells``: whether what only the page of a single lead shows is written as well: its timeline, the receipts of what
    is over, and the steps of a no-show's play.
    """

    def __init__(self, cast: Cast, *, keys_: Keys, call_url: str, tells: bool) -> None:
        self.cast, self.team, self.keys, self.tells = cast, cast.team, keys_, tells
        self.sheets, self.call_url = Sheets(), call_url
        self.frozen = Frozen(cast, call_url=call_url)
        self.zone = zone(ZONE)


@dataclass(slots=True)
class Way:
    """A lead on its way through the stages, and its story. ``owner`` is whose it is by now."""

    book: Book
    lead: int
    owner: int
    at: datetime
    stage: Stage = Stage.NEW

    def move(self, to: Stage, *, by: Membership | None, at: datetime, via: Via = Via.PAGE, data: str = "{}") -> int:
        """Move to a stage, and return the key of the change."""
        key = next(self.book.keys.changes)
        self.book.sheets.stages.add(key, self.lead, self.stage, to, by.pk if by else None, via, at, data)
        self.stage, self.at = to, at
        return key

    def tell(self, kind: str, summary: str, *, by: Membership | None, at: datetime, data: str = "{}") -> None:
        """Add to the lead's story, if there are any."""
        if self.book.tells:
            self.book.sheets.story.add(self.lead, kind, summary, by.pk if by else None, at, data)


def begin(life: Life, book: Book) -> Way:
    """Write down a lead as far as it has come before anybody got it; ``finish`` writes the lead itself."""
    client = life.client
    way = Way(book, next(book.keys.leads), client.isa.member.pk, client.created_at)
    way.tell("added", f"Lead added from {client.source.name}", by=client.isa.member, at=client.created_at)
    if life.cold is None:
        _talked(client, way)
        return way
    way.book.sheets.lpmama.add(way.lead, client.created_at, *_UNANSWERED)
    way.book.sheets.verifications.add(way.lead, "", None, "", None, None)
    for stage in _to(life.cold):
        way.move(stage, by=client.isa.member, at=client.talked_at if stage == Stage.CONTACTING else _cold_at(life))
    if life.cold in (Stage.SIGNED, Stage.CLOSED):  # as a file says: no stage leads there without a handoff
        way.stage, way.at = life.cold, _cold_at(life)
        way.tell("imported", f"Imported: {life.cold.label.lower()} without a handoff", by=None, at=way.at)
    return way


def finish(life: Life, way: Way) -> None:
    """Write the lead as it is by now, and how to reach the client."""
    book, client, sheets = way.book, life.client, way.book.sheets
    isa = client.isa.member.pk
    name = sort_name(client.first, client.last)
    sheets.leads.add(
        way.lead, book.team.pk, client.first, client.last, name, way.stage, way.at, "TX", client.source.name,
        way.owner, isa, client.created_at, way.at,
    )  # fmt: skip
    sheets.phones.add(way.lead, client.phone, True)
    sheets.emails.add(way.lead, client.email, True)


def _talked(client: Client, way: Way) -> None:
    """The call in which everything was said: stage, answers, recording, and what was read back."""
    sheets, isa, at = way.book.sheets, client.isa.member, client.talked_at
    way.move(Stage.QUALIFIED, by=isa, at=at + 5 * MINUTE)
    sheets.lpmama.add(way.lead, at, *(getattr(client.said.answers, name) for name in ANSWERS))
    sheets.places.add(way.lead, client.said.area.pk)
    sheets.recordings.add(way.lead, RecordingKind.LINK, way.book.call_url, isa.pk, at, at)
    sheets.verifications.add(way.lead, client.phone, at + 4 * MINUTE, client.email, at + 4 * MINUTE, isa.pk)
    if client.note:
        sheets.notes.add(way.lead, isa.pk, client.note, at)


def _to(cold: Stage) -> Iterator[Stage]:
    if cold == Stage.NEW:
        return
    yield Stage.CONTACTING
    if cold != Stage.CONTACTING:
        yield Stage.LOST if cold == Stage.LOST else Stage.NURTURE


def _cold_at(life: Life) -> datetime:
    return life.cold_at or life.client.created_at


def moment_of(passed: Pass) -> datetime:
    """Return when the handoff was opened, as its facts were frozen."""
    return passed.transfer.requested_at if passed.transfer else passed.opened_at
