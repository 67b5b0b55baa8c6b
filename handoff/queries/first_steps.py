"""What a new team does first, and what of it is done: one query, and none once the list was put away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from leads.models import Lead
from teams.getting_started import with_beginnings
from teams.models import Team


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, why, and where."""

    words: str
    why: str
    link: str
    is_done: bool


def first_steps(team: Team) -> Sequence[Step]:
    """Return the steps while one of them is open; nothing once all are done, or the list was put away."""
    if team.settled_at is not None:
        return ()
    has_leads = Exists(Lead.objects.filter(team=OuterRef("pk")))
    now: Any = with_beginnings(Team.objects.filter(pk=team.pk)).annotate(has_leads=has_leads).get()
    steps = (
        Step("Invite your people", "ISAs and agents choose their own passwords.", "teams:people", now.has_people),
        Step("Name your areas", "What agents know, and what leads ask for.", "teams:areas", now.has_areas),
        Step("Give agents working hours", "Without them no time is offered.", "teams:people", now.has_hours),
        Step("Connect Slack", "So that the whole team sees each handoff.", "teams:slack", now.has_slack),
        Step("Bring your leads", "From a file, or the first one by hand.", "leads:imports", now.has_leads),
    )
    if all(step.is_done for step in steps):
        return ()
    return [Step(step.words, step.why, reverse(step.link), step.is_done) for step in steps]
