"""Email: text, HTML and the invite in one mail. A resend carries the same Message-ID, Date and invite."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC
from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string

from notifications.channels import bulk_mail, mail_server
from notifications.channels.connected import FLEETING_LIMIT
from notifications.channels.vocabulary import ChannelError, Receipt
from notifications.invites import Invite, render_ics
from notifications.messages import Message
from notifications.models import Delivery
from notifications.unsubscribe.links import unsubscribe_link
from notifications.wording import one_line
from teams import connections
from teams.mailbox import address_for_answers
from teams.models import MailConnection, Team

SUBJECT = 200  # characters
OWN_TRIES = 3  # with a team's own server that does not answer: about half a minute
INSTEAD = "Sent by Baton's own server, since the team's"


class TeamMail(EmailMultiAlternatives):
    """A mail that a team sends. Whose it is stays with us: it is in none of the mail's bytes."""

    team_id: int


class EmailChannel:
    """Sends through the team's own mail server if it has one that works, else through the installation's."""

    label = "Email"

    def send(self, delivery: Delivery) -> Receipt:
        """Send the mail. Raises ChannelError; of a mail that nobody asked for, NotYet and Unwanted too.

        A server that refuses us is flagged and not asked again before somebody has mended it; one that only does not
        answer is given a few tries. Either way the mail goes out by the installation then: an invite cannot wait.
        """
        if delivery.is_bulk:
            bulk_mail.check_that_it_may_go(delivery)
        own: MailConnection | None = getattr(delivery.team, "smtp", None)
        if own is None or not own.is_ready:
            return _sent(compose(delivery), is_fleeting=delivery.is_fleeting)
        if own.is_trusted and delivery.attempts <= OWN_TRIES:
            try:
                return _sent_by_own(own, delivery)
            except ChannelError as problem:
                if not problem.needs_reconnect:
                    raise
                at = delivery.started_at or delivery.due_at
                connections.note_refused(own, reason=str(problem), at=at)
        why = "refused us" if own.flagged_reason else "does not answer"
        receipt = _sent(compose(delivery), is_fleeting=delivery.is_fleeting)
        return replace(receipt, answer=f"{receipt.answer} {INSTEAD} {why}.")


class OwnServer:
    """The team's own mail server alone, for trying it out."""

    label = "Your mail server"

    def send(self, delivery: Delivery) -> Receipt:
        """Send the mail. Raises ChannelError."""
        return _sent(compose(delivery, by=delivery.team.smtp), by=delivery.team.smtp)


def _sent_by_own(own: MailConnection, delivery: Delivery) -> Receipt:
    receipt = _sent(compose(delivery, by=own), by=own, is_fleeting=delivery.is_fleeting)
    connections.note_working(own, at=delivery.started_at or delivery.due_at)
    return receipt


def _sent(mail: TeamMail, *, by: MailConnection | None = None, is_fleeting: bool = False) -> Receipt:
    within = FLEETING_LIMIT if is_fleeting else mail_server.TOTAL_LIMIT
    answer = mail_server.send(mail, by=by, within=within)
    return Receipt(answer=answer, provider_ref=mail.extra_headers["Message-ID"])


def compose(delivery: Delivery, *, by: MailConnection | None = None) -> TeamMail:
    """Return the mail: multipart/alternative of text, HTML and invite, and the invite's bytes once more as a file.

    The From address is the installation's own, whatever the team, unless it goes by the team's own server: another
    would fail DMARC.
    """
    try:
        validate_email(delivery.address)
    except ValidationError:
        raise ChannelError("This is not an email address.", permanent=True) from None
    team = delivery.team
    about = {
        "message": delivery.message,
        "team_name": team.name,
        "recipient_name": delivery.recipient_name,
        "postal_address": team.postal_address if delivery.is_bulk else "",
        "unsubscribe": unsubscribe_link(team, delivery.address) if delivery.is_bulk else "",
    }
    sender = by.from_address if by else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    mail = TeamMail(
        subject=one_line(delivery.message["title"], SUBJECT),
        body=render_to_string("notifications/mail/message.txt", about),
        from_email=formataddr((one_line(team.name), sender)),
        to=[formataddr((one_line(delivery.recipient_name), delivery.address))],
        reply_to=[answers] if (answers := address_for_answers(team)) else None,
        headers={
            "Message-ID": message_id(delivery),
            "Date": format_datetime(delivery.created_at.astimezone(UTC)),
            "Auto-Submitted": "auto-generated",
            **(bulk_mail.headers_of(delivery) if delivery.is_bulk else {}),
        },
    )
    mail.team_id = delivery.team_id
    mail.attach_alternative(render_to_string("notifications/mail/message.html", about), "text/html")
    if delivery.invite is not None:
        _attach_invite(mail, Invite.from_json(delivery.invite))
    return mail


def looks_like(message: Message, *, team: Team) -> str:
    """Return the HTML of a mail that nobody asked for, before there is one, for who writes it."""
    about = {
        "message": message.as_json(),
        "team_name": team.name,
        "postal_address": team.postal_address or "your postal address",
        "unsubscribe": "#",
    }
    return render_to_string("notifications/mail/message.html", about)


def message_id(delivery: Delivery) -> str:
    """Return the mail's own name, the same for every attempt: programs that have it already show it once."""
    told = f"{delivery.key}|{delivery.created_at.isoformat()}"  # keys of two installations may be alike
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{hashlib.sha256(told.encode()).hexdigest()[:24]}@{domain}>"


def _attach_invite(mail: EmailMultiAlternatives, invite: Invite) -> None:
    ics = render_ics(invite)
    # No charset in this type: Django 5.2 writes its own, and would write it twice.
    mail.attach_alternative(ics.decode(), f"text/calendar; method={invite.method}")
    mail.attach("invite.ics", ics, "application/ics")
