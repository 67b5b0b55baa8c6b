"""What those hear who decide with the client: when, with whom and how, and not a word about the lead's affairs."""

from __future__ import annotations

from datetime import datetime

from handoff.models import Handoff
from handoff.models.appointments import How
from handoff.words.invites import guests_of
from handoff.words.pieces import (
    brief_link,
    client_name,
    lead_name,
    meeting_of,
    minutes_of,
    moment_for,
    only_known,
    presented,
    when_for,
)
from notifications.messages import Fact, Message
from notifications.models.deliveries import Audience

CALENDAR_FOLLOWS = "The attached invite updates your calendar."


def guest_invited(handoff: Handoff) -> Message:
    """Ask somebody to come who decides with the client."""
    return Message(
        title=f"You are invited: {_meeting(handoff)} with {handoff.agent.user.name}, {_starts(handoff)}",
        lead_in=f"{client_name(handoff)} meets {presented(handoff)}, and you are asked to be there too.",
        facts=_facts(handoff),
        lines=("The calendar invite is attached: accept it, and your calendar reminds you.",),
        footer=f"Reply to this mail to reach {handoff.team.name}.",
    )


def guest_moved(handoff: Handoff, *, was_at: datetime) -> Message:
    """Tell them of another time."""
    was = moment_for(handoff, was_at, Audience.CLIENT)
    return Message(
        title=f"New time: {_meeting(handoff)} with {handoff.agent.user.name}, {_starts(handoff)}",
        lead_in=f"The {_meeting(handoff)} with {presented(handoff)} has a new time.",
        facts=(*_facts(handoff), Fact("Before", was)),
        lines=(CALENDAR_FOLLOWS,),
        footer=f"Reply to this mail to reach {handoff.team.name}.",
    )


def guest_cancelled(handoff: Handoff) -> Message:
    """Tell them that it is called off."""
    return Message(
        title=f"Cancelled: {_meeting(handoff)} with {handoff.agent.user.name}",
        lead_in=f"The {_meeting(handoff)} on {_starts(handoff)} will not take place.",
        lines=("The attached cancellation takes it off your calendar.",),
        footer=f"Reply to this mail to reach {handoff.team.name}.",
    )


def guest_not_needed(handoff: Handoff) -> Message:
    """Tell them that they need not come; why is not ours to say."""
    return Message(
        title=f"You need not come: {_meeting(handoff)} with {handoff.agent.user.name}",
        lead_in=f"You were asked to a {_meeting(handoff)} on {_starts(handoff)}. You need not be there any more.",
        lines=("The attached cancellation takes it off your calendar.",),
        footer=f"Reply to this mail to reach {handoff.team.name}.",
    )


def guest_of_other_agent(handoff: Handoff, *, was_at: datetime | None) -> Message:
    """Tell them that somebody else takes it; ``was_at`` is when it would have begun, if that is another time."""
    time = "The time stays the same." if was_at is None else "It has a new time."
    return Message(
        title=f"{handoff.agent.user.name} will take the {_meeting(handoff)}",
        lead_in=f"The {_meeting(handoff)} is with {presented(handoff)} now. {time}",
        facts=_facts(handoff),
        lines=(CALENDAR_FOLLOWS,),
        footer=f"Reply to this mail to reach {handoff.team.name}.",
    )


def guests_changed(handoff: Handoff) -> Message:
    """Tell the agent who comes now."""
    coming = ", ".join(guest.name for guest in guests_of(handoff)) or f"{lead_name(handoff)} alone"
    return Message(
        title=f"Who comes with {lead_name(handoff)} has changed",
        lead_in=f"Your {_meeting(handoff)} with {lead_name(handoff)}: the invite names who is asked now.",
        facts=only_known([("When", when_for(handoff, Audience.AGENT)), ("Also asked", coming)]),
        lines=(CALENDAR_FOLLOWS,),
        link=brief_link(handoff),
        link_label="Open the brief",
    )


def _facts(handoff: Handoff) -> tuple[Fact, ...]:
    appointment, agent = handoff.appointment, handoff.agent.user
    if appointment is None:
        return ()
    how = How(appointment.how)
    place = appointment.place or f"{agent.first_name} tells {client_name(handoff)} where"
    told = ("How", f"{agent.first_name} calls {client_name(handoff)}") if how == How.CALL else (str(how.label), place)
    return only_known([("When", f"{_starts(handoff)}, about {minutes_of(appointment)} minutes"), told])


def _starts(handoff: Handoff) -> str:
    return moment_for(handoff, handoff.appointment.starts_at, Audience.CLIENT) if handoff.appointment else "now"


def _meeting(handoff: Handoff) -> str:
    return meeting_of(handoff).lower()
