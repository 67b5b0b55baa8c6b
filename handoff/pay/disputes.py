"""An ISA who thinks that something is wrong says so, and a team lead answers."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from handoff.locks import lock_pay
from handoff.models import Dispute, Entry
from handoff.months import month_words
from handoff.pay.adjusting import ByHand, adjust
from handoff.pay.approving import PayRefused
from handoff.pay.telling import tell_answered, tell_disputed
from handoff.pay.withheld import rest_of
from notifications.inbox import mark_read_about
from teams.models import Membership


@transaction.atomic
def raise_dispute(
    *, isa: Membership, month: date, entry: Entry | None, note: str, actor: Membership, at: datetime
) -> Dispute:
    """Ask about an entry, or with None about the whole statement, approved or not. Raises PayRefused."""
    if actor.pk != isa.pk:
        raise PayRefused("Only the ISA whose pay it is asks about it.")
    if entry and (entry.isa_id != isa.pk or entry.month != month):
        raise PayRefused("This entry is on another statement.")
    lock_pay([isa.pk])
    if Dispute.objects.filter(isa=isa, month=month, entry=entry, answered_at=None).exists():
        raise PayRefused("You have asked about this already, and it is not answered yet.")
    dispute = Dispute.objects.create(team_id=isa.team_id, isa=isa, month=month, entry=entry, note=note, at=at)
    tell_disputed(dispute, at=at)
    return dispute


@transaction.atomic
def answer(*, dispute: Dispute, amount: int, words: str, actor: Membership, at: datetime) -> Dispute:
    """Answer once: put right by an ``amount`` (cents, not zero), or with words alone, 0. Raises PayRefused."""
    if not actor.is_lead or actor.team_id != dispute.team_id:
        raise PayRefused("Questions about pay are answered by the team lead.")
    lock_pay([dispute.isa_id])
    named = ("isa__user", "isa__team", "entry__handoff", "entry__about")
    current = Dispute.objects.select_related(*named).get(pk=dispute.pk)
    if current.answered_at:
        raise PayRefused("Somebody else has just answered this.")
    if amount:
        by_hand = ByHand(
            amount,
            why=f"After a question about {month_words(current.month)}: {words}",
            once=f"dispute{current.pk}",
            about=current.entry,
            of=current.entry if current.entry and 0 < amount <= rest_of(current.entry) else None,
            is_meant=True,
        )
        current.adjustment = adjust(isa=current.isa, month=current.month, by_hand=by_hand, actor=actor, at=at)
    current.is_upheld, current.answer = bool(amount), words
    current.answered_by, current.answered_at = actor, at
    current.save()
    mark_read_about(membership=actor, about=current.about, at=at)
    tell_answered(current, at=at)
    return current
