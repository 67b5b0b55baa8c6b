"""The brief of a client who waits: what was frozen when the transfer was requested, before anybody has taken it."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.brief import Line, Note, frozen_cautions, lines_of, notes_of
from handoff.cautions import Caution
from handoff.live.answering import brief_mark
from handoff.models import LiveTransfer
from handoff.queries.gist import gist_line


@dataclass(frozen=True, slots=True)
class Told:
    """What an agent reads in ten seconds before they accept. ``mark`` is what they say back to show that they did."""

    mark: str
    name: str
    first_name: str
    phone: str
    language: str
    gist: str
    lines: tuple[Line, ...]
    needs: tuple[dict[str, str], ...]
    notes: tuple[Note, ...]
    cautions: tuple[Caution, ...]
    new_notes: tuple[Note, ...] = ()


def told_by(transfer: LiveTransfer) -> Told:
    """Return the brief of this transfer."""
    facts, cautions = transfer.facts, frozen_cautions(transfer.facts)
    lead = facts.get("lead", {})
    name = str(lead.get("name", ""))
    return Told(
        mark=brief_mark(transfer),
        name=name,
        first_name=str(lead.get("first_name") or name),
        phone=str(lead.get("phone", "")),
        language=str(lead.get("language", "")),
        gist=gist_line(facts),
        lines=lines_of(facts, (), cautions),
        needs=tuple(facts.get("needs", ())),
        notes=notes_of(facts),
        cautions=tuple(cautions),
    )
