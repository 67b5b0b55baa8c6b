"""Which open handoffs are at risk: each query answers whose risk it is, how bad, since when, and what it is about.

They are parts of the board's one statement, where ``handoff`` has the rows that are looked at, each read once, with the
columns of ``COLUMNS`` and of ``DERIVED``. The joins go from there to tables, whose sizes the planner knows.

Where a timer decides when something is asked of people, that timer decides here too, so the board says a thing in the
minute in which somebody is asked.
"""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum
from typing import Final

from handoff.confirmation.steps import CALLED_AT_MOST_BEFORE
from handoff.confirmation.steps import UNCONFIRMED as NOT_CONFIRMED
from handoff.states import ClientAnswer, Rsvp
from handoff.unread import AT_MOST_BEFORE as REMINDED_AT_MOST_BEFORE
from handoff.unread import UNREAD as NOT_READ
from leads.models.recordings import RecordingKind
from notifications.promises.owed import State

#: A step that waits longer than this is late.
SLOW: Final = timedelta(minutes=1)
#: A brief may lie unread this long after the agent was given the lead; a client without a time waits for a call.
READ_WITHIN: Final = timedelta(hours=1)
READ_WITHIN_NOW: Final = timedelta(minutes=15)
#: An outcome is spoken of this long before it is due.
DUE_SOON: Final = timedelta(hours=4)
#: A meeting this near is not lost by tomorrow, but now.
NEAR: Final = timedelta(hours=1)


class Level(IntEnum):
    """How bad it is, the worst first."""

    NOW = 0
    SOON = 1
    WATCH = 2


#: What is read of a handoff, by the names that the queries have for it; besides, ``at`` is the moment of the look.
COLUMNS: Final = {
    "pk": "pk",
    "agent_id": "agent_id",
    "lead_id": "lead_id",
    "revision": "revision",
    "opened_at": "opened_at",
    "outcome_due_at": "outcome_due_at",
    "starts_at": "booked__starts_at",
    "ends_at": "booked__ends_at",
    "client_answer": "booked__client_answer",
    "client_answered_at": "booked__client_answered_at",
    "rsvp": "booked__rsvp",
    "rsvp_at": "booked__rsvp_at",
}
DERIVED: Final = """
    'handoff/' || pk AS about,
    starts_at > at AS is_ahead,
    CASE WHEN starts_at > at THEN starts_at ELSE outcome_due_at END AS presses_at
"""
#: What can wait until the last hour before the meeting, and not any longer.
_NEARER: Final = f"CASE WHEN starts_at <= at + interval '{NEAR}' THEN {Level.NOW:d} ELSE {Level.SOON:d} END"

FAILED_DELIVERIES: Final = f"""
    SELECT handoff.pk, {Level.NOW:d}, step.done_at, 'delivery-' || step.id
    FROM handoff JOIN notifications_delivery AS step USING (about) WHERE step.state = '{State.FAILED}'
"""
FAILED_OWNERS: Final = f"""
    SELECT handoff.pk, {Level.NOW:d}, step.done_at, 'owner-' || step.id
    FROM handoff JOIN handoff_ownerchange AS step ON step.handoff_id = pk WHERE step.state = '{State.FAILED}'
"""
#: Mails that came back, where nothing else has gone to the same people since.
RETURNED_MAILS: Final = f"""
    SELECT handoff.pk, {Level.NOW:d}, step.came_back_at, 'returned-' || step.id
    FROM handoff JOIN notifications_delivery AS step USING (about)
    WHERE step.came_back_at IS NOT NULL AND step.state <> '{State.FAILED}' AND NOT EXISTS (
        SELECT FROM notifications_delivery AS later
        WHERE later.about = step.about AND later.audience = step.audience AND later.id > step.id
            AND later.came_back_at IS NULL AND later.state <> '{State.DROPPED}'
    )
"""
#: Those that wait for their first try, and those tried in vain, which wait for the next; not those of the night.
_LATE: Final = f"""
    SELECT handoff.pk, {Level.SOON:d}, CASE WHEN step.attempts > 0 THEN step.created_at ELSE step.due_at END,
        '{{name}}-' || step.id
    FROM handoff JOIN {{steps}} AS step USING (about)
    WHERE step.state = '{State.WAITING}' AND (
        step.due_at <= at - interval '{SLOW}' OR (step.attempts > 0 AND step.created_at <= at - interval '{SLOW}')
    )
"""
LATE_DELIVERIES: Final = _LATE.format(name="delivery", steps="notifications_delivery")
LATE_OWNERS: Final = _LATE.format(name="owner", steps="handoff_ownerchange")

#: Agents who said that they cannot make it; what it is about is why.
ASKED_COVER: Final = f"""
    SELECT pk, {Level.NOW:d}, asked.asked_at, asked.reason
    FROM handoff JOIN handoff_coverrequest AS asked ON asked.handoff_id = pk WHERE asked.settled_at IS NULL
"""
#: Meetings ahead that lie in the agent's time off, and nobody was asked to cover; since it was set so.
AWAY: Final = f"""
    SELECT pk, {_NEARER}, opened_at, 'away'
    FROM handoff
    WHERE is_ahead AND EXISTS (
        SELECT FROM teams_timeoff AS off
        WHERE off.membership_id = agent_id AND off.starts_at < handoff.ends_at AND off.ends_at > handoff.starts_at
    ) AND NOT EXISTS (
        SELECT FROM handoff_coverrequest AS asked WHERE asked.handoff_id = pk AND asked.settled_at IS NULL
    )
"""
#: Handoffs of an agent who is not of the team any more.
LEFT: Final = f"""
    SELECT pk, {Level.NOW:d}, agent.ended_at, 'left'
    FROM handoff JOIN teams_membership AS agent ON agent.id = agent_id WHERE agent.ended_at IS NOT NULL
"""

WANTS_MOVE: Final = f"""
    SELECT pk, {Level.NOW:d}, client_answered_at, ''
    FROM handoff WHERE is_ahead AND client_answer = '{ClientAnswer.WANTS_MOVE}'
"""
#: Clients whose calendar declined, and who have said nothing else.
DECLINED: Final = f"""
    SELECT pk, {_NEARER}, rsvp_at, ''
    FROM handoff WHERE is_ahead AND client_answer = '' AND rsvp = '{Rsvp.DECLINED}'
"""
#: Clients who have said nothing by the time at which the ISA is to call them.
UNCONFIRMED: Final = f"""
    SELECT handoff.pk, {_NEARER}, call.due_at, ''
    FROM handoff JOIN notifications_timer AS call ON call.key = handoff.about || '|{NOT_CONFIRMED}'
    WHERE is_ahead AND starts_at <= at + interval '{CALLED_AT_MOST_BEFORE}'
        AND client_answer = '' AND rsvp <> '{Rsvp.DECLINED}' AND call.called_off_at IS NULL
        AND call.due_at <= at
"""
#: Briefs that the agent has not opened: given a while ago, or the meeting is near, or has begun. Most were never given
#: to another, and so keep the revision that they began with; and most meetings are too far away for a reminder yet.
#: OFFSET 0 keeps the inner query one of its own: merged, each look-up would be made once for every mention of it.
UNREAD: Final = f"""
    SELECT pk, CASE WHEN starts_at <= at THEN {Level.NOW:d}
        WHEN starts_at IS NULL OR reminded_at <= at THEN {Level.SOON:d} ELSE {Level.WATCH:d} END, read_by, ''
    FROM (
        SELECT *, CASE WHEN revision = 1 THEN opened_at ELSE coalesce((
            SELECT max(decision.at) FROM handoff_routingdecision AS decision WHERE decision.handoff_id = handoff.pk
        ), opened_at) END AS given_at,
        CASE WHEN starts_at IS NULL THEN interval '{READ_WITHIN_NOW}' ELSE interval '{READ_WITHIN}' END AS patience,
        CASE WHEN starts_at <= at + interval '{REMINDED_AT_MOST_BEFORE}' THEN (
            SELECT reminder.due_at FROM notifications_timer AS reminder
            WHERE reminder.key = handoff.about || '|{NOT_READ}' AND reminder.called_off_at IS NULL
        ) END AS reminded_at
        FROM handoff WHERE NOT EXISTS (
            SELECT FROM handoff_briefread AS read WHERE read.handoff_id = pk AND read.membership_id = agent_id
        ) OFFSET 0
    ) AS unread
    CROSS JOIN LATERAL (
        SELECT greatest(given_at, least(given_at + patience, coalesce(reminded_at, starts_at))) AS read_by
    ) AS reading
    WHERE read_by <= at
"""

#: Calls whose link was to follow, and has not by the time at which the ISA is asked; worse, when the lead is.
RECORDING_OWED: Final = f"""
    SELECT pk, CASE WHEN bool_or(asked.kind = 'recording_owed_lead') THEN {Level.SOON:d} ELSE {Level.WATCH:d} END,
        call.created_at, ''
    FROM handoff
    JOIN leads_recording AS call ON call.lead_id = handoff.lead_id AND call.kind = '{RecordingKind.TO_FOLLOW}'
    JOIN notifications_timer AS asked ON asked.about = 'recording/' || call.id AND asked.due_at <= at
    GROUP BY pk, call.id HAVING bool_or(asked.kind = 'recording_owed_isa')
"""

#: Outcomes that are due soon, of meetings that are over.
OUTCOME_DUE: Final = f"""
    SELECT pk, {Level.WATCH:d}, greatest(outcome_due_at - interval '{DUE_SOON}', coalesce(ends_at, opened_at)), ''
    FROM handoff
    WHERE outcome_due_at > at AND outcome_due_at <= at + interval '{DUE_SOON}' AND (ends_at IS NULL OR ends_at <= at)
"""
OUTCOME_OVERDUE: Final = f"SELECT pk, {Level.NOW:d}, outcome_due_at, '' FROM handoff WHERE outcome_due_at <= at"
