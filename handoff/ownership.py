"""Ownership: the promise that a lead's owner follows its handoff."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from handoff.locks import lock_lead
from handoff.models import Handoff, OwnerChange
from leads.models import Lead
from leads.ownership import ForeignOwner, give_lead
from leads.todo import team_lead_of
from notifications.promises import doorbell, endings
from notifications.promises.endings import Permanent
from notifications.promises.owed import State
from notifications.promises.registry import register
from teams.models import Membership


def owe_owner(handoff: Handoff, *, to: Membership, at: datetime) -> None:
    """Owe that ``to`` becomes the owner. Earlier promises for this lead that still wait are dropped.

    Call it under the lead's lock. The key carries the revision, so each is owed once.
    """
    earlier = OwnerChange.objects.filter(handoff__lead=handoff.lead_id)
    endings.drop(earlier, at=at, answer="Replaced by a later change.")
    OwnerChange.objects.bulk_create(
        [
            OwnerChange(
                key=f"{handoff.about}|owner|m{to.pk}|r{handoff.revision}",
                about=handoff.about,
                handoff=handoff,
                to=to,
                due_at=at,
                responsible=handoff.setter,
            )
        ],
        ignore_conflicts=True,
    )
    doorbell.ring()


def change_owner(owed: OwnerChange) -> str:
    """Keep the promise. Harmless twice: the owner stays, and only a real change is written down."""
    with transaction.atomic():
        lead = lock_lead(Lead(pk=OwnerChange.objects.values_list("handoff__lead", flat=True).get(pk=owed.pk)))
        to = Membership.objects.select_related("user").get(pk=owed.to_id)
        if OwnerChange.objects.filter(pk=owed.pk, state=State.DROPPED).exists():
            return "No longer needed."  # dropped after we claimed it
        if later_than(owed, lead).exists():
            return "A later change of owner came first."
        if to.ended_at or not to.user.is_active:
            raise Permanent(f"{to.user} is no longer in the team.")
        if lead.owner_id == to.pk:
            return f"{to.user} had this lead already."
        # The claim's own time: nothing in here reads a clock.
        try:
            give_lead(lead=lead, to=to, at=owed.started_at or owed.due_at, summary=f"{to.user} owns this lead now")
        except ForeignOwner as refusal:
            raise Permanent(str(refusal)) from refusal
        return f"{to.user} owns this lead."


def who_gets_it_back(handoff: Handoff) -> Membership:
    """Return who set the handoff; a team lead when they have left, so that nobody's lead is nobody's."""
    setter = Membership.objects.active().filter(pk=handoff.setter_id).select_related("user").first()
    return setter or team_lead_of(handoff.team_id) or handoff.setter


def later_than(owed: OwnerChange, lead: Lead) -> QuerySet[OwnerChange]:
    """Return what was promised for this lead after that: the last word counts."""
    return OwnerChange.objects.filter(handoff__lead=lead, pk__gt=owed.pk)


register(OwnerChange, change_owner)
