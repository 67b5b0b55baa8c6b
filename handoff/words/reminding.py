"""What is said before they meet: reminders to the client, in no word of theirs, and who has to be called."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from handoff.client.links import client_link
from handoff.models import Handoff
from handoff.phrases import zoned_clock
from handoff.states import ClientAnswer
from handoff.words.opening import client_facts
from handoff.words.pieces import brief_link, lead_name, meeting_of, moment_for, only_known, presented, when_for
from notifications.messages import Message
from notifications.models.deliveries import Audience


def reminder(handoff: Handoff, *, at: datetime) -> Message:
    """Remind the client by mail: to look forward to it if they confirmed, else to confirm by one button."""
    agent, what = handoff.agent.user, meeting_of(handoff).lower()
    when = _when(handoff, at=at)
    if is_confirmed(handoff):
        return Message(
            title=f"See you {when}: {what} with {agent.name}",
            lead_in=f"{agent.first_name} is looking forward to your {what}.",
            facts=client_facts(handoff),
            link=_link(handoff),
            link_label="Your appointment",
            footer="Something came up? Choose another time on that page, or reply to this mail.",
        )
    return Message(
        title=f"Please confirm: {what} with {agent.name} {when}",
        lead_in=f"You have a {what} with {presented(handoff)} {when}. Will you be there? Please tell us.",
        facts=client_facts(handoff),
        link=_link(handoff),
        link_label="Confirm",
        footer="Does it not suit you any more? Choose another time on that page, or reply to this mail.",
    )


def reminder_text(handoff: Handoff, *, at: datetime) -> Message:
    """Remind the client by text, where every character costs."""
    agent, what = handoff.agent.user, meeting_of(handoff).lower()
    ask = "See you then" if is_confirmed(handoff) else "Please confirm here"
    when = _when(handoff, at=at)
    return Message(
        title=f"{when[:1].upper()}{when[1:]}: {what} with {agent.name}. {ask}",
        link=_link(handoff),
        link_label="Your appointment",
    )


def guest_reminder(handoff: Handoff, *, at: datetime) -> Message:
    """Remind those who were asked to come along."""
    what, when = meeting_of(handoff).lower(), _when(handoff, at=at)
    facts = [fact for fact in client_facts(handoff) if fact.label in {"When", "Where"}]
    return Message(
        title=f"See you {when}: {what} with {handoff.agent.user.name}",
        lead_in=f"You are asked to a {what} with {presented(handoff)} {when}.",
        facts=tuple(facts),
        footer=f"Reply to this mail to reach {handoff.team.name}.",
    )


def brief_unread(handoff: Handoff) -> Message:
    """Remind the agent of a brief that they have not opened, shortly before they meet."""
    return Message(
        title=f"Read before you meet: {lead_name(handoff)}",
        lead_in=f"{handoff.setter.user.first_name} has asked the questions already. The brief takes ten seconds, and "
        "the call plays at double speed.",
        facts=only_known([(meeting_of(handoff), when_for(handoff, Audience.AGENT))]),
        link=brief_link(handoff),
        link_label="Open the brief",
        is_urgent=True,
    )


def unconfirmed(handoff: Handoff) -> Message:
    """Tell whoever set it that the client has said nothing yet."""
    return Message(
        title=f"{lead_name(handoff)} has not confirmed yet",
        lead_in=f"{meeting_of(handoff)} with {handoff.agent.user.name}. Call them now, and note what they say.",
        facts=only_known([("When", when_for(handoff, Audience.ISA))]),
        link=brief_link(handoff),
        link_label="Open the handoff",
        is_urgent=True,
    )


def client_confirmed(handoff: Handoff, *, audience: Audience, by: str) -> Message:
    """Tell those who wait for it. ``by``: who heard it on the phone; empty where the client pressed it."""
    when = moment_for(handoff, handoff.appointment.starts_at, audience) if handoff.appointment else ""
    return Message(
        title=f"{lead_name(handoff)} confirmed: {when}",
        lead_in=f"They told {by} that they will be there."
        if by
        else "They said on their page that they will be there.",
        link=brief_link(handoff),
        link_label="Open the brief",
    )


def is_confirmed(handoff: Handoff) -> bool:
    """Whether the client has said of this very time that they will be there."""
    return bool(handoff.appointment and handoff.appointment.client_answer == ClientAnswer.CONFIRMED)


def _link(handoff: Handoff) -> str:
    return client_link(handoff) if handoff.appointment else ""


def _when(handoff: Handoff, *, at: datetime) -> str:
    """Say “tomorrow at 10:00 AM CST”, by the client's own days."""
    if handoff.appointment is None:
        return ""
    zone, starts_at = handoff.lead.zone, handoff.appointment.starts_at
    days = (starts_at.astimezone(ZoneInfo(zone)).date() - at.astimezone(ZoneInfo(zone)).date()).days
    if days > 1:
        return f"on {moment_for(handoff, starts_at, Audience.CLIENT)}"
    return f"{'tomorrow' if days else 'today'} at {zoned_clock(starts_at, zone)}"
