"""The promises in what was written of a lead, and whether somebody stands by them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from handoff.models import Appointment, PromiseAcknowledged
from handoff.overpromises.finding import Found, find
from handoff.overpromises.patterns import WHY, PromiseKind
from leads.models import Lead, Lpmama, PersonNote, SavedHome
from teams.policy import policy_of

#: The free texts of LPMAMA that travel with a handoff, as the ISA knows them.
ANSWERS: Final[dict[str, str]] = {
    "location_text": "Location",
    "motivation": "Motivation",
    "appointment_wish": "Appointment",
    "needs": "Needs",
    "household": "Household",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A text that reaches the client or the agent. ``place``: where it is rewritten, as an id on the lead's page."""

    where: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """A text that promises something; ``mark`` names exactly this text with these promises."""

    said: Said
    found: tuple[Found, ...]
    mark: str
    acknowledged: PromiseAcknowledged | None = None

    @property
    def kinds(self) -> list[PromiseKind]:
        """What is promised, each once, in the order of the text."""
        return list(dict.fromkeys(each.kind for each in self.found))

    @property
    def words(self) -> str:
        """The words that promise."""
        return " … ".join(self.said.text[each.start : each.end] for each in self.found)

    @property
    def about(self) -> str:
        """What the promise is about, in small letters."""
        return ", ".join(kind.label[:1].lower() + kind.label[1:] for kind in self.kinds)

    @property
    def why(self) -> str:
        """Why it must not be said."""
        return " ".join(WHY[kind] for kind in self.kinds)

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The whole text in pieces, each with whether it promises."""
        return list(_pieces(self.said.text, self.found))


def said_of(lpmama: Lpmama, notes: Iterable[PersonNote] = (), homes: Iterable[SavedHome] = ()) -> Iterator[Said]:
    """Yield what an ISA wrote of a lead and the brief shows, in the order of the page."""
    for name, where in ANSWERS.items():
        yield Said(where, getattr(lpmama, name), f"id_{name}")
    for note in notes:
        yield Said("A note on the person", note.text, "notes")
    for home in homes:
        yield Said("A note on a saved home", home.note, "homes")


def written_for(appointment: Appointment | None, override_reason: str, *, place: str = "") -> list[Said]:
    """Return what is written for the handoff itself: where they meet, and why another method than the advised one."""
    return [
        Said("The place", appointment.place if appointment else place, "place"),
        Said("The reason for this method", override_reason, "override-reason"),
    ]


def promises_in(texts: Iterable[Said], *, lead: Lead) -> tuple[Promise, ...]:
    """Return the texts that promise something, by the team's ways. One query where there are any, else none."""
    ways = policy_of(lead.team)
    found = [(said, find(said.text, off=ways.promise_kinds_off, own=ways.promise_words)) for said in texts]
    marked = {mark_of(said.text, promised): (said, tuple(promised)) for said, promised in found if promised}
    if not marked:
        return ()
    rows = PromiseAcknowledged.objects.filter(lead_id=lead.pk, mark__in=marked).select_related("by__user")
    words = {row.mark: row for row in rows}
    return tuple(Promise(said, promised, mark, words.get(mark)) for mark, (said, promised) in marked.items())


def promises_of(lead: Lead, *, also: Iterable[Said] = ()) -> tuple[Promise, ...]:
    """Return every promise in what is stored of a lead now, without loading the rest of it."""
    lpmama = Lpmama.objects.filter(lead=lead).first() or Lpmama(lead=lead)
    notes, homes = PersonNote.objects.filter(lead=lead), SavedHome.objects.filter(lead=lead)
    return promises_in([*said_of(lpmama, notes, homes), *also], lead=lead)


def mark_of(text: str, found: Iterable[Found]) -> str:
    """Return what names this very text and what it promises: another text, or another promise in it, is another."""
    kinds = ",".join(sorted({each.kind for each in found}))
    return hashlib.sha256(f"{kinds}\n{text}".encode()).hexdigest()


def _pieces(text: str, found: Iterable[Found]) -> Iterator[tuple[str, bool]]:
    end = 0
    for each in found:
        if each.start > end:
            yield text[end : each.start], False
        yield text[each.start : each.end], True
        end = each.end
    if end < len(text):
        yield text[end:], False
