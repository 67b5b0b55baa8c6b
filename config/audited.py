"""Which rows are audited: what decides over people and their leads. What is only ever added to audits itself.

Pay is both: its rows never change, but who decided over somebody's money is asked here, by request and by row.
"""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db.models import Model

from handoff import models as handoff
from leads import models as leads
from teams import models as teams
from teams.auditing import Audited

#: With what is left out of each: stamps that would drown the rest, and what is too large or said elsewhere.
AUDITED: dict[type[Model], dict[str, Any]] = {
    teams.User: {"ignored": ["last_login"]},
    teams.Team: {},
    teams.Membership: {},
    teams.Policy: {},
    teams.SlackConnection: {"ignored": ["worked_at", "tried_at", "tried_answer", "heard_at"]},
    teams.TeamsConnection: {"ignored": ["worked_at", "tried_at", "tried_answer"]},
    teams.TextsConnection: {"ignored": ["worked_at", "tried_at", "tried_answer"]},
    teams.MailConnection: {"ignored": ["worked_at", "tried_at", "tried_answer"]},
    teams.MailboxConnection: {"hidden": ["key_mark"], "ignored": ["worked_at", "tried_at", "tried_answer"]},
    teams.Area: {},
    teams.StateRule: {},
    teams.AgentProfile: {},
    teams.WorkingHours: {},
    teams.TimeOff: {},
    teams.Presence: {"ignored": ["missed"]},
    teams.Invitation: {"ignored": ["mailed_at", "delivered_at", "trouble", "revision"]},
    teams.ApiToken: {"ignored": ["last_used_at"]},
    leads.DripSequence: {},
    leads.DripStep: {},
    leads.Enrolment: {"ignored": ["next_step", "next_at", "last_step"]},
    leads.Lead: {"ignored": ["updated_at", "sort_name", "stage_at"]},
    handoff.Handoff: {"hidden": ["facts"]},
    handoff.LiveTransfer: {"hidden": ["facts", "ladder"]},
    handoff.Appointment: {},
    handoff.Outcome: {},
    handoff.PlanVersion: {},
    handoff.Statement: {},
    handoff.Entry: {"operation": pgtrigger.Insert, "condition": pgtrigger.Q(new__by__isnull=False)},  # by hand
    handoff.Dispute: {},
    handoff.GateOverride: {},
    handoff.PromiseAcknowledged: {},
    handoff.CoachingCard: {"ignored": ["flagged", "judged", "without", "wanted"]},  # counted anew at each report
    handoff.RecoveryRun: {},
    handoff.Goal: {},
    handoff.Spending: {},
    handoff.AgendaLink: {},
    handoff.BusyFeed: {  # what reading it every quarter of an hour leaves
        "hidden": ["url_mark", "ending"],
        "ignored": [
            "etag",
            "last_modified",
            "body_mark",
            "laid_out_at",
            "read_at",
            "tried_at",
            "next_at",
            "failures",
            "failing_since",
            "problem",
            "remark",
        ],
    },
}


def audit() -> None:
    """Put the trigger on each of them; ``makemigrations`` sees it there."""
    for model, options in AUDITED.items():
        Audited(**options).register(model)  # type: ignore[arg-type]  # the package means classes
