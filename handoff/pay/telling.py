"""Who hears of pay: its ISA, and the team leads who are asked. In the app alone, unless they chose more for themselves.

No channel of the team is told: pay is nobody else's business.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse

from handoff.models import Dispute, Entry, Statement
from handoff.months import month_words
from handoff.pay.money import money
from handoff.words.pieces import absolute
from leads.todo import add_task, finish_tasks
from notifications.messages import Message
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import owe_member
from teams.models import Membership, Role

APPROVED, ADJUSTED, DISPUTED, ANSWERED = "pay_approved", "pay_adjusted", "pay_disputed", "pay_answered"
#: A question about pay is answered within so long.
WITHIN: Final = timedelta(days=3)


def tell_approved(approval: Statement, *, at: datetime) -> None:
    """Your month is approved: to its ISA."""
    title = f"Your pay for {month_words(approval.month)} is approved"
    words = f"{money(approval.total, approval.currency)}, approved by {approval.approved_by.user.name}."
    path = reverse("handoff:pay-statement", args=[approval.month, approval.isa_id])
    _owe(approval.isa, f"statement/{approval.pk}", APPROVED, title, words, path, at=at)


def tell_adjusted(entry: Entry, *, at: datetime) -> None:
    """Something was entered by hand: to its ISA."""
    title = f"{money(entry.amount, entry.currency)} entered into your pay for {month_words(entry.month)}"
    path = reverse("handoff:pay-statement", args=[entry.month, entry.isa_id])
    _owe(entry.isa, f"entry/{entry.pk}", ADJUSTED, title, entry.why, path, at=at)


def tell_disputed(dispute: Dispute, *, at: datetime) -> None:
    """The ISA asks: to every team lead, as a task that ends with the answer."""
    title = f"{dispute.isa.user.name} asks about their pay for {month_words(dispute.month)}"
    path = reverse("handoff:pay-answer", args=[dispute.pk])
    leads = Membership.objects.active().filter(team=dispute.team_id, role=Role.LEAD).select_related("user", "team")
    for lead in leads.order_by("pk"):
        _owe(lead, dispute.about, DISPUTED, title, dispute.note, path, at=at)
        add_task(
            key=f"{dispute.about}|m{lead.pk}",
            assignee=lead,
            title=title,
            kind=DISPUTED,
            at=at,
            due_at=at + WITHIN,
            detail=dispute.note,
            link=path,
        )


def tell_answered(dispute: Dispute, *, at: datetime) -> None:
    """There is an answer: to the ISA; the team leads have nothing to do any more."""
    finish_tasks(key_prefix=f"{dispute.about}|", at=at)
    what = "was put right" if dispute.is_upheld else "was answered"
    title = f"Your question about {month_words(dispute.month)} {what}"
    _owe(dispute.isa, dispute.about, ANSWERED, title, dispute.answer, dispute.get_absolute_url(), at=at)


def _owe(whom: Membership, about: str, kind: str, title: str, words: str, path: str, *, at: datetime) -> None:
    message = Message(title=title, lead_in=words, link=absolute(path), link_label="Open it")
    audience = Audience.LEAD if whom.is_lead else Audience.ISA
    owe_member(whom, kind=kind, about=about, audience=audience, message=message, at=at, email=False, group=Group.PAY)
