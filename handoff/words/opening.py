"""What people are told when a handoff opens: the team's channel, the agent, the client."""

from __future__ import annotations

from handoff.client.links import client_link
from handoff.facts import answer
from handoff.models import Handoff
from handoff.models.appointments import How
from handoff.words.pieces import (
    TO_PAGE,
    brief_link,
    brief_rows,
    call_client,
    cannot_come,
    cautions_in,
    is_put_through,
    known_for,
    lead_name,
    line_of,
    meeting_of,
    minutes_of,
    moment_for,
    notes_in,
    only_known,
    phone_of,
    presented,
    talking_with,
    when_for,
)
from leads.models.lpmama import Letter
from leads.models.recordings import RecordingKind
from notifications.messages import Action, Fact, Message
from notifications.models.deliveries import Audience
from teams.templatetags.look import phone_words


def handoff_alert(handoff: Handoff) -> Message:
    """Tell the team's channel who hands whom to whom. No phone or address: channels have guests."""
    gist = handoff.facts.get("gist", {})
    return Message(
        title=f"{_what_it_is(handoff)}: {lead_name(handoff)} to {handoff.agent.user.name}",
        lead_in=_who_did_what(handoff, to=handoff.agent.user.name),
        facts=only_known(
            [
                ("When", when_for(handoff, Audience.CHANNEL)),
                ("Location", answer(handoff.facts, Letter.LOCATION)),
                ("Price", answer(handoff.facts, Letter.PRICE)),
                ("Timeframe", gist.get("timeframe_words", "")),
                ("Mortgage", answer(handoff.facts, Letter.MORTGAGE)),
            ]
        ),
        lines=tuple(f"Careful: {caution}" for caution in cautions_in(handoff.facts)),
        link=brief_link(handoff),
        link_label="Open the brief",
        # The channel has read of a transfer when it was accepted, and it needs nobody any more
        is_urgent=handoff.is_hot and not is_put_through(handoff),
    )


def _what_it_is(handoff: Handoff) -> str:
    if is_put_through(handoff):
        return "Live transfer"
    return "Hot handoff" if handoff.is_hot else "Handoff"


def agent_brief_mail(handoff: Handoff, *, passed_on_by: str = "") -> Message:
    """Give the agent the brief, to be read in ten seconds. ``passed_on_by``: the agent who had the lead before."""
    lead_in = _who_did_what(handoff, to="you")
    if passed_on_by:
        lead_in = f"{passed_on_by} had this lead before you. {lead_in}"
    return Message(
        title=_agent_title(handoff),
        lead_in=lead_in,
        facts=_brief_facts(handoff),
        lines=notes_in(handoff.facts),
        link=brief_link(handoff),
        link_label="Open the brief",
        actions=(*call_client(handoff), *_listen(handoff), *cannot_come(handoff)),
        is_urgent=handoff.is_hot or handoff.appointment is None,
        footer=f"The outcome is due by {moment_for(handoff, handoff.outcome_due_at, Audience.AGENT)}. "
        "You get a link for it; it takes three taps.",
    )


def client_confirmation(handoff: Handoff) -> Message:
    """Confirm to the client who meets them, when and how. Nothing here was written by or about the lead."""
    agent = handoff.agent.user
    if handoff.appointment is None:
        return _client_introduction(handoff)
    when = moment_for(handoff, handoff.appointment.starts_at, Audience.CLIENT)
    line = line_of(handoff)
    return Message(
        title=f"Your {meeting_of(handoff).lower()} with {agent.name}: {when}",
        lead_in=f"{talking_with(handoff)} {line}".strip(),
        facts=client_facts(handoff),
        lines=(
            f"{agent.first_name} has your notes already, so you will not be asked the same things twice.",
            "The calendar invite is attached: accept it, and your calendar reminds you.",
        ),
        link=client_link(handoff),
        link_label=TO_PAGE,
        footer=f"Does another time suit you better? Reply to this mail, and {handoff.team.name} will find one.",
    )


def client_facts(handoff: Handoff) -> tuple[Fact, ...]:
    """When and how, for the client: their own clock, and no more data than they need."""
    appointment = handoff.appointment
    if appointment is None:
        return ()
    when = moment_for(handoff, appointment.starts_at, Audience.CLIENT)
    return only_known(
        [
            ("When", f"{when}, about {minutes_of(appointment)} minutes"),
            _how_for_client(handoff),
            (f"{handoff.agent.user.first_name}'s number", agent_phone(handoff)),
        ]
    )


def agent_phone(handoff: Handoff) -> str:
    """The number the client will see ringing."""
    return phone_words(handoff.agent.user.phone)


def _client_introduction(handoff: Handoff) -> Message:
    if is_put_through(handoff):
        return _client_put_through(handoff)
    agent = handoff.agent.user
    line = line_of(handoff)
    return Message(
        title=f"{agent.name} will call you",
        lead_in=" ".join(
            part for part in (f"From here on you talk to {presented(handoff)}.", known_for(handoff), line) if part
        ),
        facts=only_known([(f"{agent.first_name}'s number", agent_phone(handoff))]),
        lines=(f"{agent.first_name} has your notes already, so you will not be asked the same things twice.",),
        footer=f"Is there a time that suits you best? Reply to this mail, and {handoff.team.name} will pass it on.",
    )


def _client_put_through(handoff: Handoff) -> Message:
    """Introduce, in writing, whom they were put through to: it comes while they talk, and is kept for afterwards."""
    agent = handoff.agent.user
    line = line_of(handoff)
    known = " ".join(part for part in (known_for(handoff), line) if part)
    return Message(
        title=f"{agent.name} of {handoff.team.name}: how to reach your agent",
        lead_in=f"{handoff.setter.user.first_name} put you through to {presented(handoff)}. {known}".strip(),
        facts=only_known([(f"{agent.first_name}'s number", agent_phone(handoff)), ("Email", agent.email)]),
        lines=(f"{agent.first_name} has your notes already, so you will not be asked the same things twice.",),
        footer=f"Did the line drop, or is there more to ask? Reply to this mail, and {handoff.team.name} sees to it.",
    )


def _how_for_client(handoff: Handoff) -> tuple[str, str]:
    appointment, name = handoff.appointment, handoff.agent.user.first_name
    if appointment is None or appointment.how == How.CALL:
        return "How", f"{name} calls you"
    if appointment.how == How.VIDEO:
        return "How", f"Video call: {appointment.place}" if appointment.place else f"Video call: {name} sends the link"
    return "Where", appointment.place or f"{name} tells you where"


def _agent_title(handoff: Handoff) -> str:
    if is_put_through(handoff):
        return f"You are talking with {lead_name(handoff)}"
    hot = "Hot: " if handoff.is_hot else ""
    if handoff.appointment is None:
        return f"{hot}call {lead_name(handoff)} now" if hot else f"Call {lead_name(handoff)} now"
    when = moment_for(handoff, handoff.appointment.starts_at, Audience.AGENT)
    meeting = meeting_of(handoff)
    return f"{hot}{meeting.lower() if hot else meeting} with {lead_name(handoff)}, {when}"


def _who_did_what(handoff: Handoff, *, to: str) -> str:
    setter = handoff.setter.user.name
    if handoff.facts.get("terms", {}).get("by_client"):
        return f"{lead_name(handoff)} chose this {meeting_of(handoff).lower()} with {to} on their page."
    if is_put_through(handoff):
        mine = "Here is what they said." if to == "you" else "They are talking now."
        return f"{setter} put {lead_name(handoff)} through to {to}. {mine}"
    if handoff.appointment is None:
        return f"{setter} hands this lead to {to} now. No time is set: call right away."
    return f"{setter} set this {meeting_of(handoff).lower()} with {to}."


def _brief_facts(handoff: Handoff) -> tuple[Fact, ...]:
    facts, lead = handoff.facts, handoff.facts.get("lead", {})
    return only_known(
        [
            ("When", when_for(handoff, Audience.AGENT)),
            ("Where", handoff.appointment.place if handoff.appointment else ""),
            ("Who", lead_name(handoff)),
            ("Phone", phone_of(handoff)),
            ("Email", lead.get("email", "")),
            *brief_rows(facts),
            ("Recording", "" if _listen(handoff) else facts.get("recording", {}).get("words", "")),
        ]
    )


def _listen(handoff: Handoff) -> tuple[Action, ...]:
    recording = handoff.facts.get("recording", {})
    if recording.get("kind") != RecordingKind.LINK:
        return ()
    return (Action("Listen to the call", recording["url"]),)
