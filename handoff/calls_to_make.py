"""Calls that a person has to make because of what happened to a handoff: tasks, each for its cause and once."""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff import words
from handoff.client.granting import wishes_of
from handoff.due import path_of
from handoff.models import Handoff
from handoff.ownership import who_gets_it_back
from handoff.phrases import local_moment
from leads.todo import add_task

CALL_WITHIN = timedelta(minutes=15)


def ask_to_win_back(handoff: Handoff, reason: str, at: datetime) -> None:
    """Have who set it call the client who cancelled, while it is fresh; a new time settles it as it does a wish."""
    assert handoff.appointment is not None  # noqa: S101 - it is what they cancelled
    caller = who_gets_it_back(handoff)
    when = local_moment(handoff.appointment.starts_at, handoff.lead.zone)
    add_task(
        key=f"{wishes_of(handoff.lead)}{handoff.about}",
        assignee=caller,
        lead=handoff.lead,
        kind="call",
        title=f"Call {handoff.lead.name}: they cancelled",
        detail=f"“{reason}” Was to meet {handoff.agent.user}: {when} for the client.",
        script="cancelled_call",
        is_urgent=True,
        at=at,
        due_at=at + CALL_WITHIN,
    )


def ask_for_calls(handoff: Handoff, at: datetime, *, is_told: bool, is_off: bool = False) -> None:
    """Have a person call where no mail or text can: a lead handed over now, and a client whom neither reaches."""
    if words.is_put_through(handoff):
        return  # they are talking
    if handoff.appointment is None:
        key, caller = f"{handoff.about}|agent_call|m{handoff.agent_id}|r{handoff.revision}", handoff.agent
        title, detail = f"Call {handoff.lead.name} now", f"{handoff.setter.user} handed this lead over to you."
    elif is_told:
        return
    else:
        key, caller = f"{handoff.about}|client_call|r{handoff.revision}", handoff.setter
        when = local_moment(handoff.appointment.starts_at, handoff.lead.zone)
        title = f"Call {handoff.lead.name}: no email for the {'cancellation' if is_off else 'invite'}"
        detail = f"{'Cancelled' if is_off else 'Meeting'} with {handoff.agent.user}: {when} for the client."
    add_task(
        key=key,
        assignee=caller,
        lead=handoff.lead,
        kind="call",
        title=title,
        detail=detail,
        link=path_of(handoff),
        is_urgent=True,
        at=at,
        due_at=at + CALL_WITHIN,
    )
