"""The brief: what an agent reads in ten seconds before a meeting, and whether it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from handoff.cautions import Caution, cautions_of
from handoff.facts import Difference, differences, recording_facts
from handoff.known import Known, known_of
from handoff.models import BriefRead, Handoff
from leads.models import Activity, Recording, SavedHome
from leads.models.lpmama import Letter
from leads.models.recordings import RecordingKind
from leads.recordings import consent_lacks, consent_words
from leads.timeline import record, story_of
from teams.models import Membership

#: As much history as fits the page; the lead's page has all of it.
HISTORY = 15
#: What browsers play; any other link opens in a tab of its own.
AUDIO = (".mp3", ".m4a", ".wav", ".ogg", ".oga", ".opus", ".aac", ".flac", ".webm")


@dataclass(frozen=True, slots=True)
class Line:
    """One letter: what the agent was told, where in the call it was said, and what has changed since."""

    letter: str
    mark: str
    label: str
    text: str
    second: int | None
    changed: str | None
    caution: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about the person, by whom and when."""

    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """The call to listen to. ``marks`` are {letter, label, second}."""

    pk: int | None
    url: str
    is_audio: bool
    is_owed: bool
    words: str
    marks: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything the brief's page shows. ``since`` is what changed and belongs to no letter."""

    handoff: Handoff
    facts: Mapping[str, Any]
    zone: str
    lead_zone: str
    phone: str
    email: str
    lines: tuple[Line, ...]
    needs: tuple[dict[str, str], ...]
    notes: tuple[Note, ...]
    new_notes: tuple[Note, ...]
    call: Call
    cautions: tuple[Caution, ...]
    since: tuple[Difference, ...]
    history: tuple[Activity, ...]
    homes: tuple[SavedHome, ...]
    reads: tuple[BriefRead, ...]

    @property
    def gist(self) -> Mapping[str, str]:
        """Side, places, timeframe and mortgage, for one line under the name."""
        gist: Mapping[str, str] = self.facts.get("gist", {})
        return gist

    @property
    def agent_read(self) -> BriefRead | None:
        """What the agent who has the lead has read and heard; None while they have not opened it."""
        return next((read for read in self.reads if read.membership_id == self.handoff.agent_id), None)

    @property
    def is_read_by_agent(self) -> bool:
        """Whether the agent who has the lead has opened the brief."""
        return self.agent_read is not None


def brief_for(handoff: Handoff, *, viewer: Membership) -> Brief:
    """Return the brief, in the viewer's zone. Frozen facts come first; today's answers only mark what has changed."""
    known = known_of(handoff.lead)
    changed = differences(handoff, known)
    cautions = _cautions(handoff, known)
    lead = handoff.facts.get("lead", {})
    return Brief(
        handoff=handoff,
        facts=handoff.facts,
        zone=viewer.user.zone,
        lead_zone=known.lead.zone,
        phone=known.phone or lead.get("phone", ""),
        email=known.email or lead.get("email", ""),
        lines=lines_of(handoff.facts, changed, cautions),
        needs=tuple(handoff.facts.get("needs", ())),
        notes=notes_of(handoff.facts),
        new_notes=_new_notes(handoff, known),
        call=_call(handoff, known),
        cautions=tuple(cautions),
        since=tuple(one for one in changed if not one.letter),
        history=tuple(story_of(handoff.lead_id).order_by("-id")[:HISTORY]),
        homes=known.homes,
        reads=tuple(handoff.brief_reads.select_related("membership__user").order_by("at")),
    )


@transaction.atomic
def read_brief(*, handoff: Handoff, membership: Membership, at: datetime) -> BriefRead:
    """Note that this member opened the brief. Only the first time counts, and goes into the lead's story."""
    read, is_first = BriefRead.objects.get_or_create(handoff=handoff, membership=membership, defaults={"at": at})
    if is_first and membership.pk == handoff.agent_id:
        record(
            lead=handoff.lead,
            kind="brief_read",
            summary=f"{membership.user.name} read the brief",
            actor=membership,
            at=at,
            data={"handoff": handoff.pk},
        )
    return read


def _cautions(handoff: Handoff, known: Known) -> list[Caution]:
    """What was said then, without what has been put right, and what has come up since.

    A recording that was owed and is here needs no warning; a budget that was too low then stays one.
    """
    then = frozen_cautions(handoff.facts)
    now = cautions_of(known)
    kept = [one for one in then if one.code != "recording_owed" or known.is_recording_owed]
    codes = {one.code for one in kept}
    return kept + [one for one in now if one.code not in codes]


def frozen_cautions(facts: Mapping[str, Any]) -> list[Caution]:
    """Return what was to be careful of when the facts were frozen."""
    return [Caution(one["code"], one["text"], one.get("letter", "")) for one in facts.get("cautions", ())]


def lines_of(facts: Mapping[str, Any], changed: Sequence[Difference], cautions: Sequence[Caution]) -> tuple[Line, ...]:
    """Return the frozen answers, letter by letter."""
    now = {one.letter: one.now for one in changed if one.letter}
    of_letter = {one.letter: one.text for one in reversed(cautions) if one.letter}
    return tuple(
        Line(
            letter=one["letter"],
            mark=Letter(one["letter"]).label[:1],
            label=one["label"],
            text=one["text"],
            second=one.get("second"),
            changed=now.get(one["letter"]),
            caution=of_letter.get(one["letter"], ""),
        )
        for one in facts.get("answers", ())
    )


def notes_of(facts: Mapping[str, Any]) -> tuple[Note, ...]:
    """Return the frozen notes on the person."""
    return tuple(Note(one["text"], one["author"], datetime.fromisoformat(one["at"])) for one in facts.get("notes", ()))


def _new_notes(handoff: Handoff, known: Known) -> tuple[Note, ...]:
    frozen_at = datetime.fromisoformat(handoff.facts.get("frozen_at", handoff.opened_at.isoformat()))
    return tuple(
        Note(note.text, note.author.user.name if note.author else "", note.created_at)
        for note in known.notes
        if note.created_at > frozen_at
    )


def _call(handoff: Handoff, known: Known) -> Call:
    recording = known.recording
    marks = tuple(
        {"letter": Letter(one["letter"]).label[:1], "label": one["label"], "second": one["second"]}
        for one in handoff.facts.get("answers", ())
        if one.get("second") is not None
    )
    url = recording.url if recording is not None and recording.kind == RecordingKind.LINK else ""
    if url and consent_lacks(recording, known.lead):
        return Call(pk=None, url="", is_audio=False, is_owed=False, words=consent_words(known.lead), marks=())
    return Call(
        pk=recording.pk if recording is not None and url else None,
        url=url,
        is_audio=is_audio(recording) if recording is not None and url else False,
        is_owed=known.is_recording_owed,
        words=recording_facts(recording)["words"],
        marks=marks,
    )


def is_audio(recording: Recording) -> bool:
    """Whether a player can play the link, judged by its path: recorders that hide it behind a page open in a tab."""
    return urlsplit(recording.url).path.lower().endswith(AUDIO)
