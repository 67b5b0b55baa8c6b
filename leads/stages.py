"""The one door to a lead's stage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from leads.models import Lead, StageChange
from leads.signals import stage_changed
from leads.stage_names import stage_label
from leads.states import MOVES, Stage, Via
from leads.timeline import record
from teams.models import Membership, Team


class Refused(Exception):
    """A change that a rule forbids; its words say why. A room above refuses what it hears of with a subclass."""


class IllegalMove(Refused):
    """The table of moves has no such move from where the lead is now."""

    def __init__(self, was: Stage, to: Stage, team: Team) -> None:
        self.was, self.to = was, to
        super().__init__(f"A lead cannot go from {stage_label(team, was)} to {stage_label(team, to)}.")


@transaction.atomic
def change_stage(
    *,
    lead: Lead,
    to: Stage,
    actor: Membership | None,
    via: Via,
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> StageChange:
    """Move a lead, and announce it inside the transaction: whoever listens may refuse by raising.

    The lead's row is locked, so of two people moving it at once the second is judged by where the first left it.
    Raises IllegalMove, or the Refused of a receiver; then ``lead`` is as it was before.
    """
    was = Stage(_lock(lead).stage)
    if to not in MOVES[was]:
        raise IllegalMove(was, to, lead.team)

    before = (lead.stage, lead.stage_at)
    lead.stage, lead.stage_at = to, at
    try:
        lead.save(update_fields=["stage", "stage_at", "updated_at"])
        change = StageChange.objects.create(
            lead=lead, was=was, to=to, actor=actor, via=via, at=at, data=dict(data or {})
        )
        record(
            lead=lead,
            kind="stage",
            summary=f"{stage_label(lead.team, was)} → {stage_label(lead.team, to)}",
            actor=actor,
            at=at,
            data={"was": was.value, "to": to.value, "via": via.value},
        )
        stage_changed.send(sender=StageChange, change=change)
    except BaseException:
        lead.stage, lead.stage_at = before
        raise
    return change


def _lock(lead: Lead) -> Lead:
    """Without the key: rows that refer to the lead can still be added meanwhile, so nothing deadlocks on them."""
    return Lead.objects.select_for_update(no_key=True).only("pk", "stage").get(pk=lead.pk)
