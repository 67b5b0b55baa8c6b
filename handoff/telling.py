"""Who hears of what happens to a handoff: the messages, invites and call tasks that each event owes.

Everything is owed in the caller's transaction and under the lead's lock, with the handoff's revision in its key, so
each message is owed once. What people may still learn late is left waiting: calendars keep their order by lane.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db import transaction

from handoff import words
from handoff.calls_to_make import ask_for_calls, ask_to_win_back
from handoff.client.granting import grant_wishes
from handoff.due import QUESTIONS
from handoff.guests import GUESTS, tell_guests
from handoff.models import Handoff
from handoff.reaching import Method, has_heard, invite_of, tell_client
from handoff.tasks import reassign_owner
from leads.models import Recording
from leads.todo import finish_tasks
from notifications.invites import Attendee
from notifications.messages import Message
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import deliveries_about, drop_waiting, owe_channel, owe_member
from notifications.promises import endings
from notifications.promises.nudges import nudge
from notifications.tasks import post_alerts, send_invites
from teams.models import Membership

OPENED, MOVED, CANCELLED = "handoff_opened", "handoff_moved", "handoff_cancelled"
TIMED, REASSIGNED, TAKEN_BACK = "handoff_timed", "handoff_reassigned", "handoff_taken_back"
READDRESSED, RECORDED = "handoff_readdressed", "recording_arrived"
#: Tasks that make no sense once the lead has another agent, or a time.
OF_AGENT = ("agent_call", "outcome", "overdue", "away")


def tell_opened(handoff: Handoff, *, actor: Membership | None, at: datetime) -> None:
    """Alert the channel; brief and invite the agent; confirm to and invite the client."""
    grant_wishes(handoff.lead, at=at)
    _channel(handoff, OPENED, words.handoff_alert(handoff), at)
    tell_agent(handoff, OPENED, words.agent_brief_mail(handoff), at)
    told = tell_client(handoff, OPENED, words.client_confirmation(handoff), at)
    tell_guests(handoff, OPENED, words.guest_invited(handoff), at=at)
    _setter(handoff, OPENED, words.handoff_alert(handoff), actor, at)
    ask_for_calls(handoff, at, is_told=told)
    nudge_soon(handoff)


def tell_timed(handoff: Handoff, *, actor: Membership | None, at: datetime) -> None:
    """Invite agent and client to the time that a lead handed over without one now has: nobody need call right away."""
    drop_waiting(about=handoff.about, kinds=QUESTIONS, at=at)
    _finish_tasks_of_agent(handoff, at)
    grant_wishes(handoff.lead, at=at)
    tell_agent(handoff, TIMED, words.time_set(handoff, audience=Audience.AGENT), at)
    told = tell_client(handoff, TIMED, words.client_confirmation(handoff), at)
    tell_guests(handoff, TIMED, words.guest_invited(handoff), at=at)
    _setter(handoff, TIMED, words.time_set(handoff, audience=Audience.ISA), actor, at)
    _channel(handoff, TIMED, words.time_set(handoff, audience=Audience.CHANNEL), at)
    ask_for_calls(handoff, at, is_told=told)
    nudge_soon(handoff)


def tell_moved(
    handoff: Handoff, *, was_at: datetime, actor: Membership | None, at: datetime, by_client: bool = False
) -> None:
    """Update both calendars. An earlier move that nobody has heard of yet is not worth telling any more."""
    drop_waiting(about=handoff.about, kinds=[MOVED, *QUESTIONS], at=at)
    finish_tasks(key_prefix=f"{handoff.about}|away|", at=at)
    grant_wishes(handoff.lead, at=at)
    moved = partial(words.moved, handoff, was_at=was_at, by_client=by_client)
    tell_agent(handoff, MOVED, moved(audience=Audience.AGENT), at)
    told = tell_client(handoff, MOVED, moved(audience=Audience.CLIENT), at)
    tell_guests(handoff, MOVED, words.guest_moved(handoff, was_at=was_at), at=at)
    _setter(handoff, MOVED, moved(audience=Audience.ISA), actor, at)
    _channel(handoff, MOVED, moved(audience=Audience.CHANNEL), at)
    ask_for_calls(handoff, at, is_told=told or by_client)
    nudge_soon(handoff)


def tell_cancelled(
    handoff: Handoff, *, reason: str, actor: Membership | None, at: datetime, by_client: bool = False
) -> None:
    """Take it off both calendars, and tell the channel and the setter."""
    _forget_what_waits(handoff, at)
    cancelled = partial(words.cancelled, handoff, by_client=by_client)
    tell_agent(handoff, CANCELLED, cancelled(audience=Audience.AGENT, reason=reason), at, "CANCEL")
    told = tell_client(handoff, CANCELLED, cancelled(audience=Audience.CLIENT), at, "CANCEL")
    tell_guests(handoff, CANCELLED, words.guest_cancelled(handoff), at=at, method="CANCEL")
    _setter(handoff, CANCELLED, cancelled(audience=Audience.ISA, reason=reason), actor, at)
    _channel(handoff, CANCELLED, cancelled(audience=Audience.CHANNEL), at)
    if by_client:
        ask_to_win_back(handoff, reason, at)
    ask_for_calls(handoff, at, is_told=told or by_client, is_off=True)
    nudge_soon(handoff)


def tell_reassigned(
    handoff: Handoff,
    *,
    was: Membership,
    actor: Membership | None,
    at: datetime,
    was_at: datetime | None = None,
    by_client: bool = False,
) -> None:
    """CANCEL to the agent who is out; the brief and a REQUEST to the one who is in; an update to the client.

    ``was_at``: when the appointment was, if it has another time too.
    """
    drop_waiting(about=handoff.about, kinds=QUESTIONS, at=at)
    unheard = deliveries_about(handoff.about).filter(recipient=was)
    endings.drop(unheard, at=at, answer=f"Not sent: {handoff.agent.user} has this lead now.")
    _finish_tasks_of_agent(handoff, at)
    out = Attendee(email=was.user.email, name=was.user.name)
    owe_member(
        was,
        kind=REASSIGNED,
        about=handoff.about,
        audience=Audience.AGENT,
        message=words.no_longer_yours(handoff, was=was, was_at=was_at),
        at=at,
        revision=handoff.revision,
        invite=invite_of(handoff, Audience.AGENT, at, "CANCEL", only=out),
        responsible=handoff.setter,
        group=Group.CHANGES,
    )
    if was_at:
        grant_wishes(handoff.lead, at=at)
    changed = partial(words.agent_changed, handoff, was=was, was_at=was_at, by_client=by_client)
    tell_agent(handoff, REASSIGNED, changed(audience=Audience.AGENT), at)
    told = tell_client(handoff, REASSIGNED, changed(audience=Audience.CLIENT), at)
    tell_guests(handoff, REASSIGNED, words.guest_of_other_agent(handoff, was_at=was_at), at=at)
    _setter(handoff, REASSIGNED, changed(audience=Audience.ISA), actor, at)
    _channel(handoff, REASSIGNED, changed(audience=Audience.CHANNEL), at)
    ask_for_calls(handoff, at, is_told=told or by_client)
    nudge_soon(handoff)


def tell_taken_back(
    handoff: Handoff, *, reason: str, actor: Membership | None, at: datetime, is_meeting_off: bool
) -> None:
    """Tell the agent that the lead is gone; the client if a meeting is called off, or a call they were told of."""
    _forget_what_waits(handoff, at)
    message = words.taken_back(handoff, audience=Audience.AGENT, reason=reason)
    tell_agent(handoff, TAKEN_BACK, message, at, "CANCEL" if is_meeting_off else None)
    if is_meeting_off:
        message = words.taken_back(handoff, audience=Audience.CLIENT)
        told = tell_client(handoff, TAKEN_BACK, message, at, "CANCEL")
        tell_guests(handoff, TAKEN_BACK, words.guest_cancelled(handoff), at=at, method="CANCEL")
        ask_for_calls(handoff, at, is_told=told, is_off=True)
    elif handoff.appointment is None and has_heard(handoff):
        tell_client(handoff, TAKEN_BACK, words.taken_back(handoff, audience=Audience.CLIENT), at)
    _setter(handoff, TAKEN_BACK, words.taken_back(handoff, audience=Audience.ISA, reason=reason), actor, at)
    _channel(handoff, TAKEN_BACK, words.taken_back(handoff, audience=Audience.CHANNEL), at)
    nudge_soon(handoff)


def tell_readdressed(handoff: Handoff, *, at: datetime) -> None:
    """Invite the client at the address that holds now, which no calendar or inbox has heard of yet.

    Without a time they are told who will call, unless a mail has reached them before.
    """
    finish_tasks(key_prefix=f"{handoff.about}|client_call|", at=at)
    told = False
    if handoff.appointment or not has_heard(handoff):
        told = tell_client(handoff, READDRESSED, words.client_confirmation(handoff), at)
    if handoff.appointment:
        ask_for_calls(handoff, at, is_told=told)
    nudge_soon(handoff)


def tell_recording_arrived(handoff: Handoff, recording: Recording, *, at: datetime) -> None:
    """Tell the agent that the call they were promised is here: once for each recording, whatever else has changed."""
    owe_member(
        handoff.agent,
        kind=RECORDED,
        about=handoff.about,
        audience=Audience.AGENT,
        message=words.recording_arrived(handoff, url=recording.url),
        at=at,
        revision=recording.pk,
        responsible=handoff.setter,
        group=Group.CHANGES,
    )
    nudge_soon(handoff)


def nudge_soon(handoff: Handoff) -> None:
    """Ring the workers once the transaction is through; the sweep comes by if nobody hears it."""
    about = handoff.about

    def ring() -> None:  # a named function: a functools.partial breaks on_commit(robust=True) on Django 5.2
        nudge(reassign_owner, post_alerts, send_invites, about=about)

    transaction.on_commit(ring, robust=True)


def _channel(handoff: Handoff, kind: str, message: Message, at: datetime) -> None:
    named = replace(message, concerns=handoff.agent_id)
    owe_channel(handoff.team, kind=kind, about=handoff.about, message=named, at=at, revision=handoff.revision)


def tell_agent(handoff: Handoff, kind: str, message: Message, at: datetime, method: Method | None = "REQUEST") -> None:
    """Owe the agent this, with an invite to the time if there is one."""
    owe_member(
        handoff.agent,
        kind=kind,
        about=handoff.about,
        audience=Audience.AGENT,
        message=message,
        at=at,
        revision=handoff.revision,
        invite=invite_of(handoff, Audience.AGENT, at, method),
        responsible=handoff.setter,
        group=Group.NEW if kind in {OPENED, REASSIGNED} else Group.CHANGES,
    )


def _setter(handoff: Handoff, kind: str, message: Message, actor: Membership | None, at: datetime) -> None:
    """Tell who set it, in the app, unless they did it themselves or are the agent, who hears it anyway."""
    if handoff.setter_id in {actor.pk if actor else None, handoff.agent_id}:
        return
    owe_member(
        handoff.setter,
        kind=kind,
        about=handoff.about,
        audience=Audience.ISA,
        message=message,
        at=at,
        revision=handoff.revision,
        email=False,
        group=Group.CHANGES,
    )


def _forget_what_waits(handoff: Handoff, at: datetime) -> None:
    """Drop what was never sent and is not true any more, and the tasks. A cancellation is owed to all the same."""
    drop_waiting(
        about=handoff.about, kinds=[OPENED, TIMED, MOVED, REASSIGNED, READDRESSED, RECORDED, GUESTS, *QUESTIONS], at=at
    )
    finish_tasks(key_prefix=f"{handoff.about}|", at=at)


def _finish_tasks_of_agent(handoff: Handoff, at: datetime) -> None:
    for cause in OF_AGENT:
        finish_tasks(key_prefix=f"{handoff.about}|{cause}|", at=at)
