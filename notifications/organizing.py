"""Who organizes an appointment, as calendars see it: one address for its whole life, to which they reply."""

from __future__ import annotations

from notifications.models import Delivery
from teams.models import MailboxConnection, MailConnection, Team


def organizer_for(team: Team, *, about: str, uid: str) -> str:
    """Return where the team's answers come in, else its own address if it has a mail server of its own.

    Of an appointment that was told, the one told: calendars drop an update whose organizer is another. Empty is the
    installation's.
    """
    own: MailConnection | None = getattr(team, "smtp", None)
    mailbox: MailboxConnection | None = getattr(team, "mailbox", None)
    if own is None and mailbox is None:
        return ""
    told = Delivery.objects.filter(about=about, invite__uid=uid).order_by("pk")
    if (first := told.values_list("invite", flat=True).first()) is not None:
        return str(first.get("organizer_email", ""))
    if mailbox is not None and mailbox.is_ready:
        return mailbox.address
    return own.from_address if own is not None and own.is_trusted else ""
