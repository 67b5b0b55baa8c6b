"""What the client is written after a no-show: in the team's name, kind, and with a way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from handoff.client.links import rebook_link
from handoff.models import Handoff
from handoff.phrases import one_line, spoken_moment
from handoff.recovery.steps import BUILT_IN
from handoff.scripts import agent_values
from handoff.wordings import SAMPLES, check_text
from leads.placeholders import BadWording, fill, paragraphs_of
from notifications.messages import Message
from teams.models import Team
from teams.templatetags.look import phone_words
from teams.zones import zone

#: What may stand in braces: what it is, and an invented value for the preview. Nothing else of what a lead wrote or
#: answered leaves the team.
PLACEHOLDERS: Final[Mapping[str, tuple[str, str]]] = {
    "first_name": ("The client's first name", SAMPLES["first_name"]),
    "missed": ("When you were to talk, by the client's clock", "Tuesday, November 24 at 1:30 PM"),
    "agent": ("The agent's name", SAMPLES["agent"]),
    "agent_first": ("The agent's first name", SAMPLES["agent_first"]),
    "agent_title": ("What the agent is known for, as a sentence", SAMPLES["agent_title"]),
    "agent_line": ("One sentence about the agent, from their profile", SAMPLES["agent_line"]),
    "isa": ("The ISA's first name", SAMPLES["isa"]),
    "isa_phone": ("The ISA's number", SAMPLES["isa_phone"]),
    "team": ("The team's name", SAMPLES["team"]),
}
INVENTED: Final = {name: sample for name, (_, sample) in PLACEHOLDERS.items()}
#: What a subject may name, since it is always known.
ALWAYS: Final = ("agent", "agent_first", "missed", "team")
LINK_LABEL: Final = "Choose a time"


class Written(Protocol):
    """The words of a step: of the play, or as a run has frozen them."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def short(self) -> str: ...


def check_words(*, title: str, text: str, short: str) -> dict[str, str]:
    """Return what is wrong with each of them, in words; nothing if all can be sent."""
    wrong = {}
    for name, said, allowed in (("title", title, ALWAYS), ("text", text, PLACEHOLDERS), ("short", short, PLACEHOLDERS)):
        try:
            check_text(said, placeholders=tuple(allowed))
        except BadWording as refusal:
            wrong[name] = _said_of_title(title) if name == "title" and said else str(refusal)
    return wrong


def _said_of_title(title: str) -> str:
    try:
        check_text(title, placeholders=tuple(PLACEHOLDERS))
    except BadWording as refusal:
        return str(refusal)
    return "A subject only names what is always known: {agent}, {agent_first}, {missed} and {team}."


def message_for(step: Written, handoff: Handoff) -> Message:
    """Return the mail of this step to the client of this handoff."""
    return as_mail(step, values_of(handoff), team=handoff.team, link=rebook_link(handoff))


def text_for(step: Written, handoff: Handoff) -> Message:
    """Return the text of this step to the client of this handoff."""
    return as_text(step, values_of(handoff), link=rebook_link(handoff))


def as_mail(step: Written, values: Mapping[str, str], *, team: Team, link: str) -> Message:
    """Return a mail of these words. A paragraph in which something is not known is left out: nobody sees blanks."""
    return Message(
        title=_line(step.title, values) or _line(BUILT_IN[0].title, values),
        lead_in="\n\n".join(_paragraphs(step.text, values)),
        link=link,
        link_label=LINK_LABEL,
        footer=f"Reply to this mail to reach {team.name}.",
    )


def as_text(step: Written, values: Mapping[str, str], *, link: str) -> Message:
    """Return a text of these words; where something in them is not known it says what the mail's subject says."""
    title = _line(step.short, values) or _line(step.title, values) or _line(BUILT_IN[0].title, values)
    return Message(title=title, link=link, link_label=LINK_LABEL)


def values_of(handoff: Handoff) -> dict[str, str]:
    """Return what the placeholders stand for. What is the client's own text, or nearly, makes no links."""
    isa = handoff.setter.user
    values = agent_values(handoff.agent, side=str(handoff.facts.get("gist", {}).get("side", ""))) | {
        "first_name": one_line(handoff.lead.first_name, limit=40),
        "missed": _missed(handoff),
        "isa": isa.first_name,
        "isa_phone": phone_words(isa.phone),
        "team": handoff.team.name,
    }
    return {name: one_line(value, limit=300, unlink=False) for name, value in values.items()}


def _missed(handoff: Handoff) -> str:
    """The appointment's beginning; the day, where the agent was to call at once."""
    if handoff.appointment:
        return spoken_moment(handoff.appointment.starts_at, handoff.lead.zone)
    day = handoff.opened_at.astimezone(zone(handoff.lead.zone))
    return f"{day:%A, %B} {day.day}"


def _paragraphs(text: str, values: Mapping[str, str]) -> Iterator[str]:
    for paragraph in paragraphs_of(text):
        if filled := _line(paragraph.removeprefix("?"), values):
            yield filled


def _line(text: str, values: Mapping[str, str]) -> str:
    pieces = fill(text, values)
    return "" if any(piece.kind == "missing" for piece in pieces) else "".join(piece.text for piece in pieces).strip()
