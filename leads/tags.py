"""Words on a lead."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from leads.models import Lead, LeadTag
from leads.signals import tag_added
from leads.states import Via
from leads.timeline import record
from teams.models import Membership


@transaction.atomic
def add_tag(*, lead: Lead, name: str, actor: Membership | None, via: Via, at: datetime) -> LeadTag:
    """Put a word on a lead, once whatever its case; a new one is announced inside the transaction."""
    name = name.strip()
    if there := LeadTag.objects.filter(lead=lead, name__iexact=name).first():
        return there
    try:
        with transaction.atomic():
            tag = LeadTag.objects.create(lead=lead, name=name, created_at=at)
    except IntegrityError:  # somebody was quicker
        return LeadTag.objects.get(lead=lead, name__iexact=name)
    record(lead=lead, kind="tag", summary=f"Tagged “{name}”", actor=actor, at=at, data={"via": via.value})
    tag_added.send(sender=LeadTag, lead=lead, name=name, actor=actor, via=via, at=at)
    return tag


@transaction.atomic
def remove_tag(*, lead: Lead, name: str, actor: Membership | None, at: datetime) -> bool:
    """Take a word off a lead; tells whether it was there."""
    removed, _ = LeadTag.objects.filter(lead=lead, name__iexact=name.strip()).delete()
    if removed:
        record(lead=lead, kind="tag", summary=f"Tag “{name.strip()}” removed", actor=actor, at=at)
    return bool(removed)
