"""A meeting that did not take place because both agreed on another time: the handoff goes on, at that time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Unpack

from django.db import transaction

from handoff import words
from handoff.appointments import move, set_time
from handoff.asked import settle_questions
from handoff.errors import Unbookable
from handoff.models import Handoff, Outcome, Postponement
from handoff.models.appointments import How
from handoff.models.outcomes import Showed
from handoff.outcomes import check_may_report, record_outcome
from handoff.phrases import local_moment
from handoff.reports import InvalidOutcome, Said
from handoff.slots import free_slots
from handoff.words.pieces import minutes_of
from leads.states import Via
from leads.timeline import record
from leads.todo import finish_tasks
from teams.models import Membership
from teams.policy import policy_of

#: New times are offered for so long ahead.
LOOK_AHEAD = timedelta(days=14)


def report_outcome(
    *,
    handoff: Handoff,
    moved_to: datetime | None = None,
    actor: Membership,
    via: Via,
    at: datetime,
    **answers: Unpack[Said],
) -> Outcome | None:
    """Take a report, whatever it is: the door of pages, links, chats and the API. None if the handoff goes on.

    ``moved_to`` (aware): the time that they agreed on. Raises what ``record_outcome`` and ``postpone`` raise.
    """
    if moved_to is None:
        return record_outcome(handoff=handoff, actor=actor, via=via, at=at, **answers)
    if answers.get("showed") != Showed.MOVED:
        raise InvalidOutcome({"moved_to": ["A new time is for a meeting that was moved: say so, or leave it out."]})
    postpone(handoff=handoff, starts_at=moved_to, note=answers.get("note", ""), actor=actor, via=via, at=at)
    return None


@transaction.atomic
def postpone(
    *, handoff: Handoff, starts_at: datetime, note: str = "", actor: Membership, via: Via, at: datetime
) -> Handoff:
    """Move a meeting whose time has come to the one that they agreed on; its outcome is asked for after that.

    Everyone is told, as of any move. A lead that was handed over without a time gets its first one. Raises NotYours,
    AlreadyReported, NotOpen, NotYet, and SlotTaken, Unbookable or TooLate of the new time.
    """
    current = Handoff.objects.select_related("lead__team", "appointment__agent__user", "team", "agent__user").get(
        pk=handoff.pk
    )
    check_may_report(current, actor, at=at)
    if current.appointment is None:
        minutes = policy_of(current.team).appointment_minutes
        return set_time(
            handoff=current, starts_at=starts_at, minutes=minutes, how=How.CALL, place="", actor=actor, at=at
        )
    if starts_at == current.appointment.starts_at:
        raise Unbookable("That is the time they had. Choose the one that they agreed on instead.")
    was_at, is_on_time = current.appointment.starts_at, at <= current.outcome_due_at
    moved = move(appointment=current.appointment, starts_at=starts_at, actor=actor, at=at, has_begun=True)
    Postponement.objects.create(
        handoff=current,
        was_at=was_at,
        starts_at=moved.starts_at,
        note=note.strip()[:1000],
        by=actor,
        at=at,
        is_on_time=is_on_time,
        via=via,
    )
    for asked in ("outcome", "overdue"):
        finish_tasks(key_prefix=f"{current.about}|{asked}|", at=at)
    now = Handoff.objects.select_related("lead", "appointment", "team", "agent__user").get(pk=current.pk)
    settle_questions(now, words.outcome_postponed(now, by=actor), at=at)
    _tell_the_story(now, was_at, actor=actor, at=at)
    return now


def times_to_move_to(handoff: Handoff, *, at: datetime, limit: int) -> list[datetime]:
    """Return the agent's next free times: whatever is shown can be moved to."""
    appointment = handoff.appointment
    minutes = minutes_of(appointment) if appointment else policy_of(handoff.team).appointment_minutes
    found = free_slots(
        lead=handoff.lead,
        team=handoff.team,
        start=at,
        end=at + LOOK_AHEAD,
        minutes=minutes,
        at=at,
        agents=[handoff.agent],
        limit_per_agent=limit,
        moving=appointment,
    )
    return [slot.starts_at for slot in found]


def _tell_the_story(handoff: Handoff, was_at: datetime, *, actor: Membership, at: datetime) -> None:
    when = local_moment(was_at, handoff.team.zone)
    record(
        lead=handoff.lead,
        kind="outcome",
        summary=f"{actor.user.name} reported: they agreed on another time and did not meet on {when}",
        actor=actor,
        at=at,
        data={"handoff": handoff.pk, "showed": Showed.MOVED.value},
    )
