"""Mail that nobody asked for: drips, and the play after a no-show.

It goes to who has not said no, in their daytime, with the team's postal address and a way out (CAN-SPAM, 15 USC 7704;
RFC 8058). What a client asked for (invites, changes and reminders of their own appointment) is owed by ``owing``.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from notifications import consent, quiet
from notifications.messages import Message
from notifications.models import Delivery, MailChoice
from notifications.models.deliveries import Audience, ChannelKind
from notifications.models.mails import MailHow
from notifications.promises.signals import given_up
from notifications.wording import one_line
from notifications.writing import PATIENCE, digest, key_of, write
from teams.models import Membership, Team

NO_ADDRESS = "Your team has no postal address yet: add it in Settings, Team. Such mail is not sent without one."
#: How an answer begins that speaks against the address itself: 5yz of the mail server (RFC 5321, 4.2.1), or our own.
REFUSED = ("5", "This is not an email address")


def why_not(team: Team, address: str) -> str:
    """Say what stands against such mail to this address, and what to do; nothing if nothing does."""
    return hindrances(team, [address])[address]


def hindrances(team: Team, addresses: Collection[str]) -> dict[str, str]:
    """Say the same of many addresses, in one query."""
    if not team.postal_address:
        return dict.fromkeys(addresses, NO_ADDRESS)
    said = consent.mail_choices_of(team.pk, addresses)
    return {address: _hindrance(address, said.get(address.lower())) for address in addresses}


def _hindrance(address: str, said: MailChoice | None) -> str:
    if not address:
        return "There is no email address: add one first."
    if said is None or said.is_in:
        return ""
    if said.how == MailHow.BOUNCED:
        return f"Mail to {address} came back. Ask for another address, or say that this one works again."
    return "They want no such mail. If they ask for it again, note that first."


def owe_bulk(  # noqa: PLR0913 - what, to whom, when, and what if not
    *,
    team: Team,
    address: str,
    zone: str,
    name: str,
    kind: str,
    about: str,
    message: Message,
    at: datetime,
    audience: Audience = Audience.CLIENT,
    revision: int = 1,
    responsible: Membership | None = None,
    deadline_at: datetime | None = None,
) -> bool:
    """Owe a mail that nobody asked for; by night in ``zone``, one for the morning.

    False if ``why_not`` has a reason.
    """
    if why_not(team, address):
        return False
    due_at = quiet.next_open(at, zone)
    write(
        Delivery(
            key=key_of(about, kind, digest(address), revision),
            about=about,
            kind=kind,
            team=team,
            channel=ChannelKind.EMAIL,
            audience=audience,
            recipient_name=one_line(name, 160),
            address=one_line(address, 254),
            zone=zone,
            is_bulk=True,
            responsible=responsible,
            message=message.as_json(),
            due_at=due_at,
            deadline_at=deadline_at or due_at + PATIENCE[ChannelKind.EMAIL],
            answer=quiet.WAITS if due_at > at else "",
        )
    )
    return True


@receiver(given_up, sender=Delivery, dispatch_uid="notifications.note_bounce")
def note_bounce(owed: Delivery, **_: Any) -> None:
    """Write no more to an address that the mail server refuses."""
    if owed.is_bulk and owed.answer.startswith(REFUSED):
        at = owed.done_at or owed.due_at
        consent.mail_opt_out(team=owed.team, address=owed.address, how=MailHow.BOUNCED, wording=owed.answer, at=at)
