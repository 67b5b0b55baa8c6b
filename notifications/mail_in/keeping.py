"""A mail is kept as it came, then done what it says: once, whoever does it, and by the sweep if nobody else does."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from notifications.mail_in.bouncing import note_bounce
from notifications.mail_in.parts import ids_in, opened
from notifications.mail_in.reading import Mail, read
from notifications.models import MailIn, Timer
from notifications.models.mails_in import Meaning
from notifications.promises.timers import on_timer, set_timer
from notifications.signals import mail_received
from teams.models import MailboxConnection

APPLY = "mail_in"
#: What is read of a mail: enough for every word of a person. Of a larger one the beginning counts.
MOST = 1_000_000  # bytes


@transaction.atomic
def keep(connection: MailboxConnection, raw: bytes, *, source: str, at: datetime) -> MailIn | None:
    """Keep a mail. None if it was kept before: a provider that is not sure posts again."""
    mail = MailIn(team_id=connection.team_id, source=source, message_id=_named(raw), raw=raw[:MOST], received_at=at)
    MailIn.objects.bulk_create([mail], ignore_conflicts=True)
    kept = MailIn.objects.get(team_id=mail.team_id, source=source, message_id=mail.message_id)
    if kept.received_at != at or kept.applied_at is not None:
        return None
    set_timer(key=f"{APPLY}/{kept.pk}", kind=APPLY, about=f"{APPLY}/{kept.pk}", due_at=at)
    return kept


@transaction.atomic
def apply(mail_pk: int, *, at: datetime) -> bool:
    """Do what a kept mail says, once. False if that was done before.

    Locks no lead: it runs in a timer, too.
    """
    kept = MailIn.objects.select_for_update(of=("self",)).select_related("team").get(pk=mail_pk)
    if kept.applied_at is not None:
        return False
    mail = read(bytes(kept.raw))
    kept.meaning, kept.sender, kept.subject, kept.body = mail.meaning, mail.sender, mail.subject, mail.text
    kept.is_known = _concerns_somebody(kept, mail, at=at)
    kept.raw, kept.applied_at = b"", at
    kept.save()
    return True


def _concerns_somebody(kept: MailIn, mail: Mail, *, at: datetime) -> bool:
    if mail.meaning == Meaning.BOUNCE:
        return note_bounce(kept, mail, at=at)
    answers = mail_received.send(sender=MailIn, kept=kept, mail=mail, at=at)
    return any(is_known for _, is_known in answers)


def _named(raw: bytes) -> str:
    """Return the mail's own name; one without a name, or with one that is too long, is told apart by its bytes."""
    try:
        name = next(iter(ids_in(opened(raw[:50_000]), "Message-ID")), "")
    except Exception:  # noqa: BLE001 - as in reading: a mail nobody can read has no name
        name = ""
    return name or f"sha256:{hashlib.sha256(raw).hexdigest()}"


@on_timer(APPLY)
def apply_kept(timer: Timer, *, at: datetime) -> None:
    """Apply what the way it came by did not."""
    apply(int(timer.about.partition("/")[2]), at=at)
