"""Who may be sent what, as they said themselves.

Texts go to who said yes, recorded with who asked and in which words; STOP ends it at once. Mail that nobody asked for
goes to who has not said no. What the client did ask for (invites, changes and reminders of their own appointment) is
no matter of consent.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from notifications.models import Delivery, MailChoice, TextChoice
from notifications.models.deliveries import ChannelKind
from notifications.models.mails import MailHow
from notifications.models.texts import How
from notifications.promises import endings
from notifications.signals import mail_declined
from notifications.wording import one_line
from teams.models import Membership, Team

STOPPED = "Not sent: they texted STOP."
UNSUBSCRIBED = "Not sent: they want no such mail."


class Stopped(Exception):
    """They texted STOP: only they can begin again, by texting START."""


class ReasonNeeded(Exception):
    """Mail begins again by a person's word alone, and the word is kept."""


def choice_of(team_id: int, number: str) -> TextChoice | None:
    """Return what this number last said to this team."""
    if not number:
        return None
    said = TextChoice.objects.filter(team_id=team_id, number=number).select_related("by__user")
    return said.order_by("-pk").first()


def may_text(team_id: int, number: str) -> bool:
    """Whether this number wants texts from this team."""
    said = choice_of(team_id, number)
    return said is not None and said.is_in


def has_stopped(said: TextChoice | None) -> bool:
    """Whether they ended it themselves, from their own phone."""
    return said is not None and not said.is_in and said.how in {How.TEXTED, How.CARRIER}


@transaction.atomic
def opt_in(
    *, team: Team, number: str, how: How, wording: str, at: datetime, by: Membership | None = None
) -> TextChoice:
    """Note that they want texts, and in answer to which words; who ticks for themselves, each time that these differ.

    Raises Stopped.
    """
    said, wording = choice_of(team.pk, number), one_line(wording, 500)
    if has_stopped(said) and how != How.TEXTED:
        raise Stopped("They texted STOP. Only they can begin again, by texting START to your number.")
    if said is not None and said.is_in and (not said.how == how == How.OWN or said.wording == wording):
        return said
    return TextChoice.objects.create(team=team, number=number, is_in=True, how=how, wording=wording, by=by, at=at)


@transaction.atomic
def opt_out(
    *, team: Team, number: str, how: How, at: datetime, wording: str = "", by: Membership | None = None
) -> bool:
    """Note that they want none any more, and drop what waits for them. False if that was known."""
    said = choice_of(team.pk, number)
    if said is not None and not said.is_in and (has_stopped(said) or how not in {How.TEXTED, How.CARRIER}):
        return False
    TextChoice.objects.create(
        team=team, number=number, is_in=False, how=how, wording=one_line(wording, 500), by=by, at=at
    )
    waiting = Delivery.objects.filter(team=team, channel=ChannelKind.SMS, address=number, lease_until=None)
    endings.drop(waiting, at=at, answer=STOPPED)
    return True


def mail_choice_of(team_id: int, address: str) -> MailChoice | None:
    """Return what this address last said to this team about mail that it did not ask for; nothing if it never did."""
    said = MailChoice.objects.filter(team_id=team_id, address=address.lower()).select_related("by__user")
    return said.order_by("-pk").first()


def mail_choices_of(team_id: int, addresses: Collection[str]) -> dict[str, MailChoice]:
    """Return what each of these last said, by the lower-case address, in one query."""
    asked = {address.lower() for address in addresses if address}
    said = MailChoice.objects.filter(team_id=team_id, address__in=asked)
    return {choice.address: choice for choice in said.order_by("address", "-pk").distinct("address")}


def may_mail(team_id: int, address: str) -> bool:
    """Whether drips and the like may go to this address. What the client asked for goes there all the same."""
    said = mail_choice_of(team_id, address) if address else None
    return bool(address) and (said is None or said.is_in)


@transaction.atomic
def mail_opt_out(
    *, team: Team, address: str, how: MailHow, at: datetime, wording: str = "", by: Membership | None = None
) -> bool:
    """Note that they want no mail that they did not ask for, and drop what waits for them. False if that was known."""
    said = mail_choice_of(team.pk, address)
    if said is not None and not said.is_in and (said.how != MailHow.BOUNCED or how == MailHow.BOUNCED):
        return False
    MailChoice.objects.create(
        team=team, address=address.lower(), is_in=False, how=how, wording=one_line(wording, 500), by=by, at=at
    )
    waiting = Delivery.objects.filter(team=team, channel=ChannelKind.EMAIL, is_bulk=True, address__iexact=address)
    endings.drop(waiting, at=at, answer=UNSUBSCRIBED)
    mail_declined.send(sender=MailChoice, team=team, address=address.lower(), how=how, at=at)
    return True


@transaction.atomic
def mail_opt_in(*, team: Team, address: str, reason: str, by: Membership, at: datetime) -> None:
    """Note that they want such mail again, by whose word and why. Raises ReasonNeeded without a reason."""
    why = one_line(reason, 500)
    if not why:
        raise ReasonNeeded("Say how they asked for mail again: “on the phone today”, say.")
    if not may_mail(team.pk, address):
        MailChoice.objects.create(
            team=team, address=address.lower(), is_in=True, how=MailHow.SPOKEN, wording=why, by=by, at=at
        )
