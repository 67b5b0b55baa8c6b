"""Messages and invites of a handoff: what happened, in the words of whom it is for."""

from handoff.words.asking import (
    commission_words,
    outcome_ask,
    outcome_corrected,
    outcome_known,
    outcome_overdue,
    outcome_postponed,
    outcome_reminder,
    outcome_reported,
    said_of,
    verdict,
)
from handoff.words.changes import (
    agent_changed,
    cancelled,
    moved,
    no_longer_yours,
    recording_arrived,
    taken_back,
    time_set,
)
from handoff.words.cover import cover_asked, cover_taken_back, cover_unsolved
from handoff.words.guests import (
    guest_cancelled,
    guest_invited,
    guest_moved,
    guest_not_needed,
    guest_of_other_agent,
    guests_changed,
)
from handoff.words.invites import agent_attendee, attendees_of, client_attendee, guests_of, invite_for
from handoff.words.opening import agent_brief_mail, client_confirmation, client_facts, handoff_alert
from handoff.words.pieces import client_name, is_put_through, meeting_of, moment_for
from handoff.words.reminding import brief_unread, client_confirmed, guest_reminder, reminder, reminder_text, unconfirmed
from handoff.words.wishes import client_wish

__all__ = [
    "agent_attendee",
    "agent_brief_mail",
    "agent_changed",
    "attendees_of",
    "brief_unread",
    "cancelled",
    "client_attendee",
    "client_confirmation",
    "client_confirmed",
    "client_facts",
    "client_name",
    "client_wish",
    "commission_words",
    "cover_asked",
    "cover_taken_back",
    "cover_unsolved",
    "guest_cancelled",
    "guest_invited",
    "guest_moved",
    "guest_not_needed",
    "guest_of_other_agent",
    "guest_reminder",
    "guests_changed",
    "guests_of",
    "handoff_alert",
    "invite_for",
    "is_put_through",
    "meeting_of",
    "moment_for",
    "moved",
    "no_longer_yours",
    "outcome_ask",
    "outcome_corrected",
    "outcome_known",
    "outcome_overdue",
    "outcome_postponed",
    "outcome_reminder",
    "outcome_reported",
    "recording_arrived",
    "reminder",
    "reminder_text",
    "said_of",
    "taken_back",
    "time_set",
    "unconfirmed",
    "verdict",
]
