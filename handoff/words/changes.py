"""What people are told when a handoff changes: a time, another one, another agent, called off, taken back."""

from __future__ import annotations

from datetime import datetime

from handoff.client.links import client_link, rebook_link
from handoff.models import Handoff
from handoff.phrases import local_moment
from handoff.words.opening import agent_brief_mail, client_facts
from handoff.words.pieces import (
    TO_PAGE,
    TO_TIMES,
    brief_link,
    call_client,
    cannot_come,
    is_put_through,
    lead_name,
    meeting_of,
    minutes_of,
    moment_for,
    only_known,
    phone_of,
    presented,
    talking_with,
    when_for,
)
from notifications.messages import Action, Fact, Message
from notifications.models.deliveries import Audience
from teams.models import Membership

CALENDAR_FOLLOWS = "The attached invite updates your calendar."


def time_set(handoff: Handoff, *, audience: Audience) -> Message:
    """Tell the team that a lead handed over without a time has one now. The client gets the usual confirmation."""
    place = handoff.appointment.place if handoff.appointment and audience != Audience.CHANNEL else ""
    return _for_team(
        handoff,
        audience,
        title=f"Time set: {lead_name(handoff)}, {_starts(handoff, audience)}",
        lead_in=f"{_whose_meeting(handoff, audience)} has a time now.",
        more=[("Where", place)],
        actions=_of_agent(handoff) if audience == Audience.AGENT else (),
    )


def moved(handoff: Handoff, *, audience: Audience, was_at: datetime, by_client: bool = False) -> Message:
    """Tell of another time; ``was_at`` is when it would have begun. ``by_client``: they chose it on their page."""
    was = moment_for(handoff, was_at, audience)
    if audience == Audience.CLIENT:
        return Message(
            title=f"New time for your {_meeting(handoff)} with {handoff.agent.user.name}: {_starts(handoff, audience)}",
            lead_in=f"Your {_meeting(handoff)} with {presented(handoff)} has a new time.",
            facts=(*client_facts(handoff), Fact("Before", was)),
            lines=(CALENDAR_FOLLOWS,),
            link=client_link(handoff),
            link_label=TO_PAGE,
            footer=_replies(handoff),
        )
    return _for_team(
        handoff,
        audience,
        title=f"Moved: {lead_name(handoff)}, now {_starts(handoff, audience)}",
        lead_in=f"{_whose_meeting(handoff, audience)} has a new time{_chosen(handoff, by_client)}.",
        more=[("Before", was)],
        actions=_of_agent(handoff) if audience == Audience.AGENT else (),
    )


def cancelled(handoff: Handoff, *, audience: Audience, reason: str = "", by_client: bool = False) -> Message:
    """Tell that it is called off. The reason stays in the team. ``by_client``: they did it on their page."""
    if audience == Audience.CLIENT:
        return Message(
            title=f"Cancelled: your {_meeting(handoff)} with {handoff.agent.user.name}",
            lead_in=f"Your {_meeting(handoff)} on {_starts(handoff, audience)} will not take place.",
            lines=("The attached cancellation takes it off your calendar.",),
            link=rebook_link(handoff) if by_client else "",
            link_label=TO_TIMES,
            footer=f"Would you like another time? Reply to this mail, and {handoff.team.name} will find one.",
        )
    return _for_team(
        handoff,
        audience,
        title=f"Cancelled: {lead_name(handoff)}, {_starts(handoff, audience)}",
        lead_in=f"{_whose_meeting(handoff, audience)} is called off{_by(handoff, by_client)}. "
        f"The lead is back with {_setter(handoff, audience)}.",
        more=[("Reason", reason)],
    )


def agent_changed(
    handoff: Handoff,
    *,
    audience: Audience,
    was: Membership,
    was_at: datetime | None = None,
    by_client: bool = False,
) -> Message:
    """Tell that another agent has the lead now. To the new agent it is the whole brief.

    ``was_at``: when it would have begun, if the time is another one too. ``by_client``: they chose it on their page.
    """
    now = handoff.agent.user
    before = [("Before", moment_for(handoff, was_at, audience))] if was_at else []
    if audience == Audience.AGENT:
        return agent_brief_mail(handoff, passed_on_by=was.user.name)
    if audience == Audience.CLIENT:
        has_time = handoff.appointment is not None
        return Message(
            title=f"{now.name} will take your {_meeting(handoff)}",
            lead_in=talking_with(handoff) + _time_words(handoff, was_at),
            facts=(*client_facts(handoff), *only_known(before)),
            lines=(
                f"{now.first_name} has your notes already, so you will not be asked the same things twice.",
                *((CALENDAR_FOLLOWS,) if has_time else ()),
            ),
            link=client_link(handoff) if has_time else "",
            link_label=TO_PAGE,
            footer=_replies(handoff),
        )
    return _for_team(
        handoff,
        audience,
        title=f"{lead_name(handoff)} goes to {now.name}",
        lead_in=f"{was.user.name} had this lead before{_chosen(handoff, by_client)}.",
        more=before,
    )


def _time_words(handoff: Handoff, was_at: datetime | None) -> str:
    if handoff.appointment is None:
        return ""
    return " The time is another one, too." if was_at else " The time stays the same."


def no_longer_yours(handoff: Handoff, *, was: Membership, was_at: datetime | None = None) -> Message:
    """Tell the agent who had the lead that somebody else has it, and which time of theirs is free again.

    Nothing more of the lead: it is not theirs.
    """
    title = f"{lead_name(handoff)} is with {handoff.agent.user.name} now"
    appointment = handoff.appointment
    if appointment is None:
        return Message(title=title, lead_in="You have nothing more to do here.")
    freed = local_moment(was_at or appointment.starts_at, was.user.zone)
    return Message(
        title=title,
        lead_in="You have nothing more to do here. The attached cancellation takes it off your calendar.",
        facts=(Fact("Free again", f"{freed}, {minutes_of(appointment)} minutes"),),
    )


def taken_back(handoff: Handoff, *, audience: Audience, reason: str = "") -> Message:
    """Tell that the lead is back with who set it.

    The client hears that the meeting is off; without one, that it is somebody else who will call.
    """
    if audience == Audience.CLIENT and handoff.appointment is None:
        if is_put_through(handoff):
            before = f"You were talking with {handoff.agent.user.name}. From here on somebody else from our team will."
            return Message(
                title=f"Somebody else from {handoff.team.name} will call you",
                lead_in=before,
                footer=f"Reply to this mail to reach {handoff.team.name}.",
            )
        return Message(
            title=f"Somebody else from {handoff.team.name} will call you",
            lead_in=f"We told you that {handoff.agent.user.name} would call. Somebody else from our team will instead.",
            footer=f"Reply to this mail to reach {handoff.team.name}.",
        )
    if audience == Audience.CLIENT:
        return cancelled(handoff, audience=audience)
    return _for_team(
        handoff,
        audience,
        title=f"{lead_name(handoff)} is back with {_setter(handoff, audience)}",
        lead_in="You have nothing more to do here."
        if audience == Audience.AGENT
        else f"{handoff.agent.user.name} had this lead before.",
        more=[("Reason", reason)],
    )


def recording_arrived(handoff: Handoff, *, url: str) -> Message:
    """Tell the agent that the call, which was to follow, can be listened to."""
    return Message(
        title=f"The recording of {lead_name(handoff)} is here",
        lead_in=f"Listen before you {'meet' if handoff.appointment else 'call'}: the brief plays it at double speed.",
        facts=only_known([("When", when_for(handoff, Audience.AGENT))]),
        link=brief_link(handoff),
        link_label="Open the brief",
        actions=(Action("Listen to the call", url),),
    )


def _of_agent(handoff: Handoff) -> tuple[Action, ...]:
    return (*call_client(handoff), *cannot_come(handoff))


def _for_team(
    handoff: Handoff,
    audience: Audience,
    *,
    title: str,
    lead_in: str,
    more: list[tuple[str, str]] | None = None,
    actions: tuple[Action, ...] = (),
) -> Message:
    number = phone_of(handoff) if audience in (Audience.AGENT, Audience.ISA) else ""
    when = when_for(handoff, audience) if handoff.appointment else ""
    return Message(
        title=title,
        lead_in=lead_in,
        facts=only_known([("When", when), *(more or []), ("Phone", number)]),
        link=brief_link(handoff),
        link_label="Open the brief",
        actions=actions,
    )


def _starts(handoff: Handoff, audience: Audience) -> str:
    return moment_for(handoff, handoff.appointment.starts_at, audience) if handoff.appointment else "now"


def _meeting(handoff: Handoff) -> str:
    return meeting_of(handoff).lower()


def _whose_meeting(handoff: Handoff, audience: Audience) -> str:
    whose = "Your" if audience == Audience.AGENT else f"{handoff.agent.user.name}'s"
    return f"{whose} {_meeting(handoff)} with {lead_name(handoff)}"


def _chosen(handoff: Handoff, by_client: bool) -> str:
    return f": {lead_name(handoff)} chose it on their page" if by_client else ""


def _by(handoff: Handoff, by_client: bool) -> str:
    return f" by {lead_name(handoff)}" if by_client else ""


def _setter(handoff: Handoff, audience: Audience) -> str:
    return "you" if audience == Audience.ISA else handoff.setter.user.name


def _replies(handoff: Handoff) -> str:
    return f"Does another time suit you better? Reply to this mail, and {handoff.team.name} will find one."
