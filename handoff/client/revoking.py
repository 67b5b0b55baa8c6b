"""Ending the links that a client was sent: one went to the wrong person, or on to somebody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from handoff.locks import lock_lead
from handoff.models import Handoff
from leads.timeline import record
from teams.models import Membership


@transaction.atomic
def end_links(*, handoff: Handoff, actor: Membership, at: datetime) -> None:
    """Let every link of this handoff that was sent until now open nothing. What is sent from now on has a new one."""
    lead = lock_lead(handoff.lead)
    Handoff.objects.filter(pk=handoff.pk).update(link_version=F("link_version") + 1)
    summary = "The client's link was ended: the next message has a new one"
    record(lead=lead, kind="link_ended", summary=summary, actor=actor, at=at, data={"handoff": handoff.pk})
