"""Whether a client wants mail that they did not ask for, and what becomes of those who do not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from leads.contacts import primary_email
from leads.models import Lead
from leads.signals import lead_changed, opted_out
from leads.timeline import record
from notifications import consent
from notifications.models.mails import MailHow
from notifications.signals import mail_declined
from teams.models import Membership, Team

#: How many leads of one address hear of it: an address is rarely more than one household's.
MOST_LEADS = 5
STORY = {
    MailHow.ONE_CLICK: "Unsubscribed in their mail program: only mail about their appointments from now on",
    MailHow.PAGE: "Unsubscribed by the link in a mail: only mail about their appointments from now on",
    MailHow.SPOKEN: "Wants only mail about their appointments from now on",
    MailHow.WROTE: "Wrote that they want only mail about their appointments from now on",
    MailHow.BOUNCED: "Mail to {address} came back: nothing more is sent there but about their appointments",
}


class NoAddress(Exception):
    """There is no address to speak of."""


@receiver(mail_declined, dispatch_uid="leads.tell_of_unsubscribing")
def tell_of_unsubscribing(*, team: Team, address: str, how: MailHow, at: datetime, **_: Any) -> None:
    """Put it into their story, and let whatever runs for them hear of it. A bounce is no word of theirs."""
    found = Lead.objects.filter(team=team, emails__address=address, merged_into=None).select_related("team")
    for lead in found.order_by("-pk")[:MOST_LEADS]:
        record(lead=lead, kind="mail_choice", summary=STORY[MailHow(how)].format(address=address), at=at)
        lead_changed.send(sender=Lead, lead=lead, at=at)
        if how != MailHow.BOUNCED:
            opted_out.send(sender=Lead, lead=lead, at=at)


@transaction.atomic
def want_none(*, lead: Lead, actor: Membership, at: datetime) -> None:
    """Note that the client told somebody that they want no such mail. Raises NoAddress."""
    consent.mail_opt_out(team=lead.team, address=_address(lead), how=MailHow.SPOKEN, by=actor, at=at)


@transaction.atomic
def want_again(*, lead: Lead, reason: str, actor: Membership, at: datetime) -> None:
    """Note that they asked for such mail again, and how. Raises NoAddress, consent.ReasonNeeded."""
    address = _address(lead)
    consent.mail_opt_in(team=lead.team, address=address, reason=reason, by=actor, at=at)
    record(lead=lead, kind="mail_choice", summary=f"Wants mail at {address} again: {reason}", actor=actor, at=at)
    lead_changed.send(sender=Lead, lead=lead, at=at)


def _address(lead: Lead) -> str:
    address = primary_email(lead)
    if not address:
        raise NoAddress("There is no email address: add one first.")
    return address
