"""A team with agents on call, and live transfers made by the verbs that people's are made by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from handoff.live.answering import accept, brief_mark, note_shown
from handoff.live.connecting import note_name_told
from handoff.live.requesting import request_transfer
from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy
from handoff.tests.factories import NOW, ready
from leads.contacts import primary_phone
from leads.models import Lead
from teams.models import Membership
from teams.presence import go_on_call
from teams.templatetags.look import phone_words
from teams.tests.factories import agent

SECOND = timedelta(seconds=1)


def on_call(lead: Lead, **fields: Any) -> Membership:
    """An agent of the lead's team who can be rung for two hours."""
    member = agent(lead.team, **fields)
    go_on_call(member=member, until=NOW + timedelta(hours=2), at=NOW)
    return member


def ringing(lead: Lead | None = None, *, at: datetime = NOW) -> LiveTransfer:
    """A transfer that has just been requested by the lead's ISA."""
    lead = lead or ready()
    assert lead.isa
    return request_transfer(lead=lead, setter=lead.isa, at=at)


def number_of(lead: Lead) -> str:
    """The client's number, as people read it."""
    return phone_words(primary_phone(lead))


def ring_of(transfer: LiveTransfer, member: Membership) -> Ring:
    """The member's latest ring."""
    return Ring.objects.filter(transfer=transfer, agent=member).order_by("-rung")[0]


def accepted(transfer: LiveTransfer, member: Membership, *, at: datetime = NOW + 5 * SECOND) -> LiveTransfer:
    """Have the member read the brief and accept."""
    ring = ring_of(transfer, member)
    note_shown(ring=ring, at=at)
    return accept(ring=ring, brief=brief_mark(transfer), by=AnsweredBy.CONSOLE, at=at)


def told(transfer: LiveTransfer, *, at: datetime = NOW + 20 * SECOND) -> LiveTransfer:
    """Have the ISA say that the client knows the agent's name."""
    note_name_told(transfer=transfer, actor=transfer.setter, at=at)
    return transfer
