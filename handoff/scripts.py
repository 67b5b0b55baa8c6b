"""Words that keep trust: what to say at the moment it is needed, with the real names, area and time filled in.

Their job is to present the agent as what they are, the specialist for this client; nobody is ever "given to somebody".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from django.core.exceptions import ObjectDoesNotExist

from handoff.known_for import known_as, line_about
from handoff.phrases import one_line, spoken_email, spoken_moment, spoken_phone, zoned_clock
from handoff.wordings import SCRIPTS, wording_of
from leads.contacts import primary_email, primary_phone
from leads.models import Lead, Lpmama
from leads.placeholders import Piece, fill_paragraphs
from teams.models import AgentProfile, Membership, Team
from teams.templatetags.look import phone_words

#: What a blank is called while nobody has filled it in; other blanks show their own name.
BLANKS: Final = {
    "agent_first": "agent",
    "agent_title": "what the agent is known for",
    "first_name": "first name",
    "isa": "your name",
    "isa_phone": "your number",
    "phone_spoken": "phone number",
    "email_spoken": "email address",
}


@dataclass(frozen=True, slots=True)
class Script:
    """A script ready to be read aloud."""

    name: str
    title: str
    paragraphs: tuple[tuple[Piece, ...], ...]

    @property
    def text(self) -> str:
        """All of it as plain text, blanks in square brackets."""
        return "\n".join("".join(piece.text for piece in paragraph) for paragraph in self.paragraphs)

    @property
    def has_blanks(self) -> bool:
        """Whether something is not known yet."""
        return any(piece.kind == "missing" for paragraph in self.paragraphs for piece in paragraph)


class Timed(Protocol):
    """A slot, a hold or an appointment: something that begins (aware)."""

    @property
    def starts_at(self) -> datetime: ...


def script(
    name: str, *, lead: Lead, agent: Membership | None = None, slot: Timed | None = None, team: Team
) -> Script | None:
    """Return the script of that name in the team's own words, filled in; None when there is no such script."""
    if name not in SCRIPTS:
        return None
    wording = wording_of(team, name)
    values = values_of(lead, agent=agent, slot=slot, team=team)
    return filled(name, wording.title, wording.paragraphs, values)


def filled(name: str, title: str, paragraphs: Sequence[str], values: Mapping[str, str]) -> Script:
    """Return a script of these paragraphs with these values in it."""
    return Script(name, title, tuple(fill_paragraphs(paragraphs, values, blanks=BLANKS)))


def values_of(lead: Lead, *, agent: Membership | None = None, slot: Timed | None = None, team: Team) -> dict[str, str]:
    """Return what the placeholders stand for, as far as it is known."""
    isa = lead.isa.user if lead.isa else None
    area = _area(lead)
    phone, email = primary_phone(lead), primary_email(lead)
    values = {
        "first_name": lead.first_name,
        "team": team.name,
        "area": area,
        "isa": isa.first_name if isa else "",
        "isa_phone": phone_words(isa.phone) if isa else "",
        "phone_spoken": spoken_phone(phone),
        "email_spoken": spoken_email(email) if email else "",
        "time": f"{spoken_moment(slot.starts_at, lead.zone)} your time" if slot else "",
        **(agent_values(agent, area=area, side=_side(lead)) if agent else {}),
        "time_agent_zone": _other_clock(lead, agent, slot) if agent and slot else "",
    }
    return {name: one_line(value, limit=300, unlink=False) for name, value in values.items()}


def agent_values(agent: Membership, *, area: str = "", side: str = "") -> dict[str, str]:
    """Return what is said of an agent: who they are, and what they are known for, as far as it concerns this client."""
    profile, first_name = _profile(agent), agent.user.first_name
    usual = f"specialist for {area}" if area else "specialist"
    return {
        "agent": agent.user.name,
        "agent_first": first_name,
        "agent_title": known_as(first_name, profile.title or usual, side=side) or f"{first_name} is one of our agents.",
        "agent_line": line_about(profile.line, side=side),
    }


def _profile(agent: Membership) -> AgentProfile:
    try:
        return agent.profile
    except ObjectDoesNotExist:
        return AgentProfile(membership=agent)


def _side(lead: Lead) -> str:
    try:
        return lead.lpmama.side
    except Lpmama.DoesNotExist:
        return ""


def _area(lead: Lead) -> str:
    """One place is enough to be spoken; a list is not."""
    try:
        answers = lead.lpmama
    except Lpmama.DoesNotExist:
        return ""
    return next((area.name for area in answers.areas.all()), answers.location_text)


def _other_clock(lead: Lead, agent: Membership, slot: Timed) -> str:
    """The agent's time of day, where it is not the client's."""
    theirs, here = zoned_clock(slot.starts_at, lead.zone), zoned_clock(slot.starts_at, agent.user.zone)
    return "" if theirs == here else here
