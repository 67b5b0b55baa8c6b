"""What is told: in the inbox, by mail and on cards."""

from __future__ import annotations

from config.tests.access.things.corners import AGENT_ALONE, WHOLE_TEAM, Corner, thing
from leads.tests.factories import NOW
from notifications.messages import Message
from notifications.models import InboxItem, OutboxCard, OutboxMail
from notifications.models.deliveries import Audience
from notifications.owing import owe_member
from notifications.unsubscribe import links as unsubscribing


@thing("inbox item", reach=AGENT_ALONE)
def _inbox_item(where: Corner) -> int:
    owe_member(
        where.agent,
        kind="access",
        about=where.handoff.about,
        audience=Audience.AGENT,
        message=Message(title="Something happened"),
        at=NOW,
    )
    return InboxItem.objects.get(membership=where.agent, kind="access").pk


@thing("kept mail", reach=WHOLE_TEAM)
def _kept_mail(where: Corner) -> int:
    address = where.lead.emails.get().address
    return OutboxMail.objects.get(team=where.team, recipients__0__contains=address).pk


@thing("kept card", reach=WHOLE_TEAM)
def _kept_card(where: Corner) -> int:
    return OutboxCard.objects.create(team=where.team, channel="#handoffs", payload={"text": "Invented"}).pk


@thing("unsubscribe link", missing="forged")
def _unsubscribe_link(where: Corner) -> str:
    return unsubscribing.token_for(where.team, where.lead.emails.get().address)
