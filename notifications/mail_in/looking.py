"""Looking into a team's mailbox every minute: what is new is kept, marked as read, and remembered by its UID.

A look is a promise like any other: refused or unanswered for too long it becomes a person's task, and it falls due
again whatever came of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from notifications.mail_in import keeping
from notifications.mail_in.imap import Mailbox, Refused, Unreachable, opened
from notifications.models import MailboxReading
from notifications.promises import doorbell
from notifications.promises.endings import Permanent, Transient
from notifications.promises.owed import State
from notifications.promises.registry import Ending, register, rows
from teams import connections
from teams.models import MailboxConnection
from teams.signals import mailbox_connected

SOURCE = "imap"
EVERY = timedelta(minutes=1)
#: After so many tries without an answer, about half an hour, a person hears of it; then it is given a rest.
TRIES = 9
REST = timedelta(minutes=30)
MOST_AT_ONCE = 25  # mails of one look


def look(owed: MailboxReading) -> str:
    """Keep the promise. Harmless twice: a mail that was kept before is kept once."""
    at = owed.started_at or owed.due_at
    mailbox = MailboxConnection.objects.select_related("team").get(pk=owed.mailbox_id)
    try:
        with opened(mailbox) as folder:
            taken = _take_in(owed, mailbox, folder, at=at)
    except Refused as refusal:
        connections.note_refused(mailbox, reason=str(refusal), at=at)
        raise Permanent(str(refusal)) from refusal
    except Unreachable as problem:
        raise (Permanent if owed.attempts >= TRIES else Transient)(str(problem)) from problem
    connections.note_working(mailbox, at=at)
    return f"{taken} new"


def _take_in(owed: MailboxReading, mailbox: MailboxConnection, folder: Mailbox, *, at: datetime) -> int:
    """Take in what is new: nothing that lay there before the first look, and after a renumbering what is unseen."""
    if owed.validity == 0 and folder.validity:
        _remember(owed, folder.validity, max(folder.next_uid - 1, 0))
        return 0
    if folder.validity == owed.validity:
        found = folder.after(owed.last_uid)
    else:
        found = folder.unseen()
        _remember(owed, folder.validity, 0)
    for uid in found[:MOST_AT_ONCE]:
        if raw := folder.fetch(uid):
            keeping.keep(mailbox, raw, source=SOURCE, at=at)
            folder.mark_seen(uid)
        _remember(owed, folder.validity, uid)
    return len(found[:MOST_AT_ONCE])


def _remember(owed: MailboxReading, validity: int, uid: int) -> None:
    owed.validity, owed.last_uid = validity, uid
    rows(MailboxReading).filter(pk=owed.pk, fence=owed.fence).update(validity=validity, last_uid=uid)


def _readable(waiting: QuerySet[MailboxReading], _at: datetime) -> QuerySet[MailboxReading]:
    """Narrow to mailboxes that are there to be read: on, and with a host."""
    return waiting.filter(mailbox__is_enabled=True).exclude(mailbox__host="")


def _fall_due_again(owed: MailboxReading, ending: Ending) -> None:
    """Arm the promise anew, in the transaction that marks it. One that failed counts as tried: its end is announced."""
    if ending.state == State.WAITING:
        return
    has_failed = ending.state == State.FAILED
    again = {
        "state": State.WAITING,
        "due_at": ending.at + (REST if has_failed else EVERY),
        "attempts": 1 if has_failed else 0,
        "crashes": 0,
        "done_at": None,
    }
    rows(MailboxReading).filter(pk=owed.pk, fence=owed.fence).update(**again)


register(MailboxReading, look, claimable=_readable, on_end=_fall_due_again, threads=2)


@receiver(mailbox_connected, dispatch_uid="notifications.look_into_mailbox")
def look_from_now_on(*, connection: MailboxConnection, at: datetime, **_: Any) -> None:
    """Read it at once, from what arrives from now on: another mailbox has other numbers."""
    about = f"mailbox/{connection.pk}"
    MailboxReading.objects.update_or_create(
        mailbox=connection,
        defaults={"state": State.WAITING, "due_at": at, "done_at": None, "validity": 0,
                  "last_uid": 0, "attempts": 0, "crashes": 0, "answer": ""},
        create_defaults={"key": about, "about": about, "due_at": at},
    )  # fmt: skip
    doorbell.ring()


def try_mailbox(connection: MailboxConnection, *, at: datetime) -> str:
    """Look into the mailbox while a person waits, taking nothing; what came of it stays with the connection.

    Speaks to the network, so never call it inside a transaction. Raises Refused or Unreachable.
    """
    try:
        with opened(connection) as folder:
            waiting = len(folder.unseen())
    except (Refused, Unreachable) as problem:
        if isinstance(problem, Refused):
            connections.note_refused(connection, reason=str(problem), at=at)
        connections.note_tried(connection, answer=str(problem), at=at)
        raise
    answer = f"Signed in, the folder is there, {waiting} unread."
    connections.note_working(connection, at=at)
    connections.note_tried(connection, answer=answer, at=at)
    return answer
