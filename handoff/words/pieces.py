"""What the messages of this room share: who, when, how, and where to look."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from handoff.known_for import known_as, line_about
from handoff.links import cover_link
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.phrases import MEETING_WORDS, local_moment, one_line, zoned_clock
from handoff.states import Method
from notifications.messages import Action, Fact
from notifications.models.deliveries import Audience
from teams.templatetags.look import phone_words

#: The buttons of what a client is mailed: to their page, and to a new time after one that did not come to be.
TO_PAGE, TO_TIMES = "See it, confirm or change it", "Choose another time"
NOTES_IN_MAIL = 3
#: A number as it is stored (E.164): all that a link may dial.
DIALLED = re.compile(r"\+[0-9]{7,15}")


def zone_of(handoff: Handoff, audience: Audience) -> str:
    """The zone in which this reader lives."""
    if audience == Audience.AGENT:
        return handoff.agent.user.zone
    if audience == Audience.CLIENT:
        return handoff.lead.zone
    if audience == Audience.ISA:
        return handoff.setter.user.zone
    return handoff.team.zone


def moment_for(handoff: Handoff, moment: datetime, audience: Audience) -> str:
    """A moment on the reader's own clock, which it names."""
    return local_moment(moment, zone_of(handoff, audience))


def meeting_of(handoff: Handoff) -> str:
    """Say “Call”, “Video call” or “Meeting”; a call where no time is set yet."""
    return MEETING_WORDS[How(handoff.appointment.how)] if handoff.appointment else MEETING_WORDS[How.CALL]


def minutes_of(appointment: Appointment) -> int:
    """How long it lasts."""
    return int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)


def when_for(handoff: Handoff, audience: Audience) -> str:
    """When they meet, in the reader's zone; the client's clock besides where it differs."""
    if is_put_through(handoff):
        return f"On the phone since {moment_for(handoff, handoff.opened_at, audience)}"
    if handoff.appointment is None:
        return "Now: call as soon as you can" if audience == Audience.AGENT else "Now"
    starts_at = handoff.appointment.starts_at
    words = f"{moment_for(handoff, starts_at, audience)}, {minutes_of(handoff.appointment)} minutes"
    here, there = ZoneInfo(zone_of(handoff, audience)), ZoneInfo(handoff.lead.zone)
    if starts_at.astimezone(here).utcoffset() == starts_at.astimezone(there).utcoffset():
        return words
    is_same_day = starts_at.astimezone(here).date() == starts_at.astimezone(there).date()
    theirs = zoned_clock(starts_at, there.key) if is_same_day else local_moment(starts_at, there.key)
    return f"{words} ({theirs} for the client)"


def lead_name(handoff: Handoff) -> str:
    """The lead as the agent was told, on one line: titles become subjects of mails."""
    name = handoff.facts.get("lead", {}).get("name", "") or handoff.lead.name
    return one_line(str(name)) or "this lead"


def client_name(handoff: Handoff) -> str:
    """What the client is called in what they get. It is their own text, and anybody can fill in a form as them."""
    return one_line(str(handoff.facts.get("lead", {}).get("name", "")) or handoff.lead.name, limit=80)


def phone_of(handoff: Handoff) -> str:
    """The number to call, as people read it."""
    return phone_words(handoff.facts.get("lead", {}).get("phone", ""))


def call_client(handoff: Handoff) -> tuple[Action, ...]:
    """A button that rings the client, for the agent alone; none without a number that a phone can dial."""
    number = str(handoff.facts.get("lead", {}).get("phone", ""))
    if not DIALLED.fullmatch(number):
        return ()
    return (Action(f"Call {phone_words(number)}", f"tel:{number}"),)


def cannot_come(handoff: Handoff) -> tuple[Action, ...]:
    """A button by which the agent says that they can't make it; none without a time."""
    link = cover_link(handoff, handoff.agent)
    return (Action("I can't make it", link),) if link else ()


def presented(handoff: Handoff) -> str:
    """The agent as the client hears of them: “Ana Flores of Example Realty”."""
    return f"{handoff.agent.user.name} of {handoff.team.name}"


def talking_with(handoff: Handoff) -> str:
    """Say whom the client will talk with or meet, and what that agent is known for, whatever shape their title has."""
    verb = "meet" if handoff.appointment and handoff.appointment.how != How.CALL else "talk with"
    return " ".join(part for part in (f"You will {verb} {presented(handoff)}.", known_for(handoff)) if part)


def known_for(handoff: Handoff) -> str:
    """What the agent is known for, as a sentence; nothing where they have no title, or it is not about this client."""
    title = str(agent_facts_of(handoff).get("title", ""))
    return known_as(one_line(handoff.agent.user.first_name), title, side=_side_of(handoff))


def line_of(handoff: Handoff) -> str:
    """What the agent says of themselves, as far as it is about this client."""
    return line_about(str(agent_facts_of(handoff).get("line", "")), side=_side_of(handoff))


def _side_of(handoff: Handoff) -> str:
    return str(handoff.facts.get("gist", {}).get("side", ""))


def agent_facts_of(handoff: Handoff) -> dict[str, Any]:
    """How the agent was presented when the facts were frozen; nothing when somebody else has the lead by now."""
    facts: dict[str, Any] = handoff.facts.get("agent", {})
    return facts if facts.get("id") == handoff.agent_id else {}


def brief_rows(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was frozen, as an agent reads it: cautions high up, since whoever reads no further has read these."""
    return [
        ("Careful", "\n".join(cautions_in(facts))),
        *((one["label"], one["text"]) for one in facts.get("answers", ())),
        *((need["label"], need["text"]) for need in facts.get("needs", ())),
    ]


def cautions_in(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """What to be careful about, as it was frozen."""
    return tuple(str(one["text"]) for one in facts.get("cautions", ()))


def notes_in(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """As many notes on the person as are read in ten seconds; the brief has the rest."""
    return tuple(f"Note: {note['text']}" for note in facts.get("notes", ())[:NOTES_IN_MAIL])


def is_put_through(handoff: Handoff) -> bool:
    """Whether agent and client were put through to each other: no longer true of the next agent."""
    is_first = handoff.facts.get("agent", {}).get("id") == handoff.agent_id
    return handoff.method == Method.LIVE and handoff.appointment is None and is_first


def only_known(facts: Iterable[tuple[str, str]]) -> tuple[Fact, ...]:
    """Leave out what nobody knows: an empty line tells less than none."""
    return tuple(Fact(label, value) for label, value in facts if value)


def absolute(path: str) -> str:
    """A path of ours as an address for a mail."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def cover_path(handoff: Handoff) -> str:
    """Where cover is found for an agent who cannot make it, as a path inside Baton."""
    return reverse("handoff:cover", args=[handoff.pk])


def brief_link(handoff: Handoff) -> str:
    """Where the brief is."""
    return absolute(reverse("handoff:brief", args=[handoff.pk]))
