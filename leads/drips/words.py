"""What a drip mail says: the team's own words with what is known of the client in them, and nothing left blank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from leads.models import DripStep, Lead, Lpmama
from leads.placeholders import OPTIONAL, BadWording, check_placeholders, fill_paragraphs, named_in
from notifications.messages import Message
from notifications.wording import one_line, unlinked
from teams.models import Team
from teams.templatetags.look import phone_words

#: What is known of everybody: what it is, and an invented value for the preview.
ALWAYS: Final[Mapping[str, tuple[str, str]]] = {
    "first_name": ("The client's first name", "Dana"),
    "isa": ("Who works with them, by first name; else the team", "Ivy"),
    "team": ("The team's name", "Example Realty"),
}
#: What may not be known: a line with one of these begins with “?”, and is left out then.
PERHAPS: Final[Mapping[str, tuple[str, str]]] = {
    "area": ("The area the client named", "Zilker"),
    "isa_phone": ("The number of who works with them", "(512) 555-0100"),
}
PLACEHOLDERS: Final = {**ALWAYS, **PERHAPS}
SAMPLES: Final = {name: sample for name, (_, sample) in PLACEHOLDERS.items()}
VALUE = 80  # characters of what a stranger may have typed into a form


def check_subject(subject: str) -> None:
    """Raise BadWording for a subject with something in braces that is not known of everybody."""
    check_placeholders(subject, ALWAYS)


def check_text(text: str) -> None:
    """Raise BadWording for a text that could reach a client with a blank in it."""
    check_placeholders(text, PLACEHOLDERS)
    for line in text.splitlines():
        unknown = [name for name in named_in(line) if name in PERHAPS]
        if unknown and not line.lstrip().startswith(OPTIONAL):
            raise BadWording(
                f"{{{unknown[0]}}} is not known of everybody: begin that line with “?”, and it is left out then."
            )


def message_for(step: DripStep, lead: Lead) -> Message:
    """Return the mail of a step for this client. Reads ``isa__user``, ``team`` and ``lpmama__areas``."""
    return letter(step.subject, step.text, _values(lead))


def letter(subject: str, text: str, values: Mapping[str, str]) -> Message:
    """Return a mail of these words with these values: a letter, with blank lines where they were typed."""
    (title,) = fill_paragraphs([subject], values)
    lines = fill_paragraphs([line.rstrip() for line in text.strip().splitlines()], values)
    body = "\n".join("".join(piece.text for piece in line) for line in lines)
    return Message(title="".join(piece.text for piece in title), lead_in=body, is_letter=True)


def samples_for(team: Team) -> dict[str, str]:
    """Return invented values for a preview."""
    return {**SAMPLES, "team": team.name}


def _values(lead: Lead) -> dict[str, str]:
    isa = lead.isa.user if lead.isa is not None and lead.isa.ended_at is None else None
    values = {
        "first_name": lead.first_name,
        "isa": isa.first_name if isa else lead.team.name,
        "isa_phone": phone_words(isa.phone) if isa else "",
        "team": lead.team.name,
        "area": _area(lead),
    }
    ours = {"isa", "isa_phone", "team"}
    return {
        name: one_line(value if name in ours else unlinked(value), 0 if name in ours else VALUE)
        for name, value in values.items()
    }


def _area(lead: Lead) -> str:
    """One place is enough; a list reads like a form."""
    try:
        answers = lead.lpmama
    except Lpmama.DoesNotExist:
        return ""
    return next((area.name for area in answers.areas.all()), answers.location_text)
