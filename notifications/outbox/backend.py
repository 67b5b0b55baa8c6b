"""A mail backend that keeps every mail in the database instead of sending it."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications.channels.email import TeamMail
from notifications.models import OutboxMail


class OutboxEmailBackend(BaseEmailBackend):
    """Keeps the bytes that a mail server would have been given."""

    answer = "Kept in the demo outbox."

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails, all of this installation's: allauth's password mails too."""
        kept = []
        for mail in email_messages:
            message = mail.message()
            kept.append(
                OutboxMail(
                    team_id=mail.team_id if isinstance(mail, TeamMail) else None,
                    message_id=str(message["Message-ID"])[:254],
                    subject=mail.subject[:998],
                    sender=mail.from_email[:320],
                    recipients=mail.recipients(),
                    raw=message.as_bytes(linesep="\r\n"),  # type: ignore[call-arg]  # Django's own, wider than typed
                )
            )
        return len(OutboxMail.objects.bulk_create(kept))
