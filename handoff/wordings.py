"""What the scripts say: the built-in text, and a team's own in its place, every version of it kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from handoff.models import ScriptVersion
from leads.placeholders import BadWording, check_placeholders, paragraphs_of
from teams.changes import note_change
from teams.models import Membership, Team

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Wording:
    """A script as it is written. A paragraph that begins with "?" is left out while something in it is not known."""

    title: str
    paragraphs: tuple[str, ...]


SCRIPTS: Final[Mapping[str, Wording]] = {
    "opening": Wording(
        "Opening the call",
        (
            "Hi {first_name}, this is {isa} with {team}. Do you have two minutes?",
            "?You were looking at homes in {area}. A few questions, and I find you the right person for it.",
        ),
    ),
    "setting_the_appointment": Wording(
        "Setting the appointment",
        (
            "{first_name}, from what you tell me, the person you want to talk to is {agent}. {agent_title}",
            "?{agent_line}",
            "{agent_first} has {time} open. Does that work for you?",
            "?(On {agent_first}'s clock that is {time_agent_zone}.)",
            "{agent_first} will have everything you told me, so nobody asks you twice.",
        ),
    ),
    "verification": Wording(
        "Reading back",
        (
            "Let me make sure that everything reaches you. Your number is {phone_spoken}. Is that right?",
            "And your email is {email_spoken}?",
            "An invite from {team} is on its way while we talk: {agent}, {time}. Please accept it when you see it.",
        ),
    ),
    "direct_handover": Wording(
        "Handing over now",
        (
            "{first_name}, you are ready, so I would like you to talk to {agent} today. {agent_title}",
            "?{agent_line}",
            "{agent_first} will have everything you told me, and calls you at {phone_spoken}. Is that the best number?",
        ),
    ),
    "transfer_call_back": Wording(
        "Live transfer: calling back after it came to nothing",
        (
            "Hi {first_name}, this is {isa} with {team}. I am sorry that you did not get through just now.",
            "I would still like you to talk to {agent}. {agent_title}",
            "?{agent_first} has {time} open. Shall I put you down for it?",
            "They have everything you told me, so nobody asks you twice. When is a good moment for you?",
        ),
    ),
    "live_hold": Wording(
        "Live transfer: holding the line",
        (
            "{first_name}, you are ready, so I would like you to talk to our specialist right now, while I have you.",
            "Stay on the line with me. They read what you told me, and then I put you through myself.",
            "While they read: what matters most to you about {area}?",
        ),
    ),
    "live_introduction": Wording(
        "Live transfer: introducing the agent",
        (
            "{first_name}, you will talk to {agent} now. {agent_title}",
            "?{agent_line}",
            "{agent_first} has just read everything you told me, so nobody asks you twice. I put you through now.",
        ),
    ),
    "live_fallback": Wording(
        "Live transfer: nobody is free",
        (
            "{first_name}, nobody can come to the phone this minute, so I set a time aside that is yours.",
            "?It is with {agent}. {agent_title}",
            "?{agent_first} has {time} open. Does that work for you?",
            "{agent_first} will have everything you told me, so nobody asks you twice.",
        ),
    ),
    "voicemail": Wording(
        "Leaving a voicemail",
        (
            "Hi {first_name}, this is {isa} with {team}.",
            "?You asked about homes in {area}.",
            "I would like you to meet {agent}. {agent_title} Call me at {isa_phone}, and I will find you a time.",
        ),
    ),
    "confirmation_call": Wording(
        "Confirming by phone",
        (
            "Hi {first_name}, this is {isa} with {team}.",
            "{agent_first} has set {time} aside for you. Does that still work?",
            "{agent_title} {agent_first} has read your notes, so you can start right away.",
            "If not: no trouble. What day suits you better? I will find you a new time now.",
        ),
    ),
    "no_show_call": Wording(
        "Calling after a no-show",
        (
            "Hi {first_name}, this is {isa} with {team}. Is everything all right?",
            "{agent} was looking forward to talking with you.",
            "?{agent_first} has {time} open. Shall I put you down for it?",
            "{agent_first} has your notes, so you start where we left off. What day suits you best?",
        ),
    ),
    "client_wish": Wording(
        "Calling about another time",
        (
            "Hi {first_name}, this is {isa} with {team}. You asked for another time with {agent}.",
            "?{agent_first} has {time} open. Does that suit you?",
            "Which days and hours are best for you? I find one while we talk, and your invite changes by itself.",
        ),
    ),
    "cancelled_call": Wording(
        "Calling after the client cancelled",
        (
            "Hi {first_name}, this is {isa} with {team}. I saw that you called it off, and that is fine.",
            "May I ask what changed?",
            "?If another day is all it takes, {agent_first} is glad to make room. When is a good time for you?",
            "And if homes are not for you right now: when may I ask again?",
        ),
    ),
    "coaching_location": Wording(
        "Coaching: Location",
        (
            "Which streets would you drive down first, and which parts of town are out?",
            "If the right home were ten minutes further out, would you still look at it?",
        ),
    ),
    "coaching_price": Wording(
        "Coaching: Price",
        (
            "What could you pay each month, all in, and still sleep well?",
            "?Homes in {area} may cost more than you expect. Up to which price would you still say yes?",
        ),
    ),
    "coaching_motivation": Wording(
        "Coaching: Motivation",
        (
            "What happens if you are still where you live now a year from today?",
            "Who else would have to say yes before you move?",
        ),
    ),
    "coaching_agent": Wording(
        "Coaching: Agent",
        (
            "Who showed you the last home that you saw?",
            "Have you signed anything with them, even a form at an open house?",
        ),
    ),
    "coaching_mortgage": Wording(
        "Coaching: Mortgage",
        (
            "Which lender did you speak with, and what amount did they write down?",
            "If it is nobody yet: would you talk to one this week, before you see homes?",
        ),
    ),
    "coaching_verification": Wording(
        "Coaching: Reading back",
        (
            "I have {phone_spoken}. Is that the phone in your hand right now?",
            "?And your mail goes to {email_spoken}. Did you read something there today?",
        ),
    ),
    "no_show_again": Wording(
        "Calling again after a no-show",
        (
            "Hi {first_name}, this is {isa} with {team}. I only want to make this easy for you.",
            "Is talking with {agent} still of use to you? {agent_title}",
            "?{agent_first} has {time} open. Shall I put you down for it?",
            "If mornings or evenings are better, say so, and I look again.",
        ),
    ),
    "no_show_last": Wording(
        "Last call after a no-show",
        (
            "Hi {first_name}, this is {isa} with {team}. I will not keep calling, so one last question.",
            "Are homes still on your mind, or is this not the moment?",
            "{agent_first} keeps your notes. Whenever you want to go on, call me, and you have a time the same day.",
            "?My number is {isa_phone}.",
        ),
    ),
}

#: What may stand in braces: what it is, and an invented value for the preview.
PLACEHOLDERS: Final[Mapping[str, tuple[str, str]]] = {
    "first_name": ("The client's first name", "Dana"),
    "agent": ("The agent's name", "Ana Flores"),
    "agent_first": ("The agent's first name", "Ana"),
    "agent_title": ("What the agent is known for, as a sentence", "Ana is our downtown condo specialist."),
    "agent_line": ("One sentence about the agent, from their profile", "She has sold forty homes around the lake."),
    "area": ("The area the client named", "Zilker"),
    "time": ("The chosen time, by the client's clock", "Tuesday, November 24 at 1:30 PM your time"),
    "time_agent_zone": ("The same on the agent's clock, if that differs", "4:30 PM EST"),
    "phone_spoken": ("The client's number, to be read back", "5 1 2, 5 5 5, 0 1 2 3"),
    "email_spoken": ("The client's address, to be read back", "dana at example dot com"),
    "isa": ("The ISA's first name", "Ivy"),
    "isa_phone": ("The ISA's number", "(512) 555-0100"),
    "team": ("The team's name", "Example Realty"),
}
SAMPLES: Final = {name: sample for name, (_, sample) in PLACEHOLDERS.items()}


def wording_of(team: Team, name: str) -> Wording:
    """Return what this team says: its own text, or the built-in one. Raises KeyError for a script we do not have."""
    built_in = SCRIPTS[name]
    text = (
        ScriptVersion.objects.filter(team=team, name=name).order_by("-version").values_list("text", flat=True).first()
    )
    return Wording(built_in.title, tuple(paragraphs_of(text))) if text else built_in


def text_of(wording: Wording) -> str:
    """Return a wording as it is edited: a paragraph on each line."""
    return "\n".join(wording.paragraphs)


def check_text(text: str, *, placeholders: Collection[str] = PLACEHOLDERS) -> None:
    """Raise BadWording for a text that is empty, too long, or has in braces what nobody can fill in."""
    paragraphs = paragraphs_of(text)
    if not any(paragraph.removeprefix("?").strip() for paragraph in paragraphs):
        raise BadWording("A script says something: write it, or go back to the built-in text.")
    if len(text) > LONGEST:
        raise BadWording(f"A script has at most {LONGEST:,} characters.")
    check_placeholders(text, placeholders)


def save_wording(*, team: Team, name: str, text: str, author: Membership, at: datetime) -> ScriptVersion:
    """Say it in the team's own words from now on; every version stays. Raises BadWording, KeyError."""
    title = SCRIPTS[name].title
    check_text(text)
    kept = "\n".join(paragraphs_of(text))
    return _add(team, name, kept, author, at, words=f"“{title}” changed")


def use_built_in(*, team: Team, name: str, author: Membership, at: datetime) -> ScriptVersion | None:
    """Go back to the built-in text. None when it is in use already."""
    if wording_of(team, name) == SCRIPTS[name]:
        return None
    return _add(team, name, "", author, at, words=f"“{SCRIPTS[name].title}” is the built-in text again")


def versions_of(team: Team, name: str) -> Sequence[ScriptVersion]:
    """Return every version of one script, the newest first; an empty text stands for the built-in one."""
    return list(ScriptVersion.objects.filter(team=team, name=name).select_related("author__user").order_by("-version"))


def latest_versions(team: Team) -> dict[str, ScriptVersion]:
    """Return the newest version of each script that was ever changed, by its name."""
    newest = ScriptVersion.objects.filter(team=team).order_by("name", "-version").distinct("name")
    return {version.name: version for version in newest.select_related("author__user")}


@transaction.atomic
def _add(team: Team, name: str, text: str, author: Membership, at: datetime, *, words: str) -> ScriptVersion:
    Team.objects.select_for_update(no_key=True).only("pk").get(pk=team.pk)  # two who save at once: one after the other
    before = ScriptVersion.objects.filter(team=team, name=name).count()
    version = ScriptVersion.objects.create(
        team=team, name=name, version=before + 1, text=text, author=author, created_at=at
    )
    note_change(actor=author, part="scripts", words=words, at=at)
    return version
