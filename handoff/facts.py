"""The snapshot that travels: what the agent was told is frozen, and later answers are shown beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff.answers import answer_seconds, answer_words, needs_words, places
from handoff.cautions import cautions_of
from handoff.known import Known, known_of
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.states import Method
from leads.models import Lead, Recording
from leads.models.lpmama import Letter, Mortgage, Timeframe
from leads.models.recordings import NoRecording, RecordingKind
from teams.models import AgentProfile, Membership

#: Raised when the shape changes; readers ask for keys with defaults, so old snapshots stay readable.
VERSION = 1


def freeze(
    lead: Lead, *, agent: Membership, setter: Membership, appointment: Appointment | None, method: Method, at: datetime
) -> dict[str, Any]:
    """Return what is known now as plain data (JSON). Moments are ISO 8601 in UTC; prices are whole units."""
    return freeze_known(known_of(lead), agent=agent, setter=setter, appointment=appointment, method=method, at=at)


def freeze_known(
    known: Known,
    *,
    agent: Membership | None,
    setter: Membership,
    appointment: Appointment | None,
    method: Method,
    at: datetime,
) -> dict[str, Any]:
    """Do the same for a lead that has just been loaded; without an agent for one whom nobody has accepted yet."""
    return {
        "version": VERSION,
        "frozen_at": at.isoformat(),
        "method": Method(method).value,
        "lead": _lead(known),
        "agent": agent_facts(agent) if agent else {},
        "setter": {"id": setter.pk, "name": setter.user.name, "phone": setter.user.phone, "email": setter.user.email},
        "appointment": appointment_facts(appointment),
        "answers": _answers(known),
        "gist": _gist(known),
        "needs": [{"label": label, "text": text} for label, text in needs_words(known).items()],
        "notes": [
            {
                "text": note.text,
                "author": note.author.user.name if note.author else "",
                "at": note.created_at.isoformat(),
            }
            for note in known.notes
        ],
        "recording": recording_facts(known.recording),
        "cautions": [
            {"code": caution.code, "text": caution.text, "letter": str(caution.letter)}
            for caution in cautions_of(known)
        ],
    }


def _lead(known: Known) -> dict[str, Any]:
    lead = known.lead
    return {
        "id": lead.pk,
        "name": lead.name,
        "first_name": lead.first_name,
        "phone": known.phone,
        "email": known.email,
        "state": lead.state,
        "zone": lead.zone,
        "language": lead.language,
        "source": lead.source,
    }


def agent_facts(agent: Membership) -> dict[str, Any]:
    """How this agent was presented."""
    profile = getattr(agent, "profile", None) or AgentProfile(membership=agent)
    return {
        "id": agent.pk,
        "name": agent.user.name,
        "title": profile.title,
        "line": profile.line,
        "years": profile.years,
        "phone": agent.user.phone,
        "email": agent.user.email,
        "zone": agent.user.zone,
    }


def appointment_facts(appointment: Appointment | None) -> dict[str, Any] | None:
    """When and how they meet."""
    if appointment is None:
        return None
    return {
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "how": appointment.how,
        "how_words": str(How(appointment.how).label),
        "place": appointment.place,
    }


def recording_facts(recording: Recording | None) -> dict[str, Any]:
    """The call behind the notes."""
    if recording is None:
        return {"kind": "", "url": "", "words": "No recording"}
    words = "Recorded"
    if recording.kind == RecordingKind.NONE:
        words = f"No recording: {NoRecording(recording.reason).label.lower()}"
    elif recording.kind == RecordingKind.TO_FOLLOW:
        words = "Recording to follow"
    return {"kind": recording.kind, "url": recording.url, "words": words}


def _answers(known: Known) -> list[dict[str, Any]]:
    seconds = answer_seconds(known.lpmama)
    return [
        {"letter": letter.value, "label": str(letter.label), "text": text, "second": seconds[letter]}
        for letter, text in answer_words(known).items()
    ]


def _gist(known: Known) -> dict[str, str]:
    """The answers an alert shows: shorter than the brief's."""
    answers = known.lpmama
    return {
        "side": answers.side,
        "places": places(known),
        "area": known.areas[0].name if known.areas else "",
        "timeframe": answers.timeframe,
        "timeframe_words": str(Timeframe(answers.timeframe).label) if answers.timeframe else "",
        "mortgage": answers.mortgage,
        "mortgage_words": str(Mortgage(answers.mortgage).label) if answers.mortgage else "",
        "motivation": answers.motivation,
    }


def origin(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return by what handoffs are counted: where the lead came from, and one area where they look, if any was named."""
    return {"source": facts["lead"]["source"], "area": facts["gist"].get("area", "")}


def answer(facts: Mapping[str, Any], letter: Letter) -> str:
    """The frozen words under a letter; empty when there are none."""
    return next((str(one["text"]) for one in facts.get("answers", ()) if one["letter"] == letter.value), "")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that changed after the agent was told. ``letter`` is empty when it belongs to none."""

    label: str
    was: str
    now: str
    letter: str = ""


def differences(handoff: Handoff, known: Known | None = None) -> list[Difference]:
    """Return what is not as the agent was told any more. ``known`` saves loading the lead again."""
    known = known or known_of(handoff.lead)
    facts = handoff.facts
    found = [
        Difference(str(letter.label), was, now, letter.value)
        for letter, now in answer_words(known).items()
        if (was := answer(facts, letter)) != now
    ]
    was_of, is_now = _rest(facts), _rest_of(known)
    found += [
        Difference(label, was_of.get(label, ""), is_now.get(label, ""))
        for label in dict.fromkeys([*was_of, *is_now])
        if was_of.get(label, "") != is_now.get(label, "")
    ]
    return found


def _rest(facts: Mapping[str, Any]) -> dict[str, str]:
    lead = facts.get("lead", {})
    return {
        "Name": lead.get("name", ""),
        "Phone": lead.get("phone", ""),
        "Email": lead.get("email", ""),
        **{need["label"]: need["text"] for need in facts.get("needs", ())},
        "Recording": facts.get("recording", {}).get("words", ""),
    }


def _rest_of(known: Known) -> dict[str, str]:
    return {
        "Name": known.lead.name,
        "Phone": known.phone,
        "Email": known.email,
        **needs_words(known),
        "Recording": recording_facts(known.recording)["words"],
    }
