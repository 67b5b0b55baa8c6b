"""Whose move a lead is."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads.models import Lead
from leads.timeline import record
from teams.models import Membership
from teams.people import Gone, check_still_here


class ForeignOwner(Exception):
    """The new owner belongs to another team, or to this one no more."""


@transaction.atomic
def give_lead(*, lead: Lead, to: Membership, at: datetime, summary: str) -> None:
    """Make ``to`` the owner; nothing happens when they are already. Raises ForeignOwner."""
    if to.team_id != lead.team_id:
        raise ForeignOwner("The new owner is not of this lead's team.")
    try:
        check_still_here(to)
    except Gone as refusal:
        raise ForeignOwner(str(refusal)) from refusal
    has_changed = Lead.objects.filter(pk=lead.pk).exclude(owner=to).update(owner=to, updated_at=at)
    lead.owner = to
    if has_changed:
        record(lead=lead, kind="owner", summary=summary, at=at, data={"to": to.pk})
