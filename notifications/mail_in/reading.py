"""What a mail means: a calendar's reply, one of ours that came back, a machine's answer, or a person's word."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from email.message import Message

from notifications.mail_in.bounces import Bounce, bounce_in
from notifications.mail_in.parts import address_in, first, header, ids_in, opened, said_in
from notifications.mail_in.replies import CalendarReply, reply_in
from notifications.models.mails_in import Meaning

BODY = 4000  # characters; the rest stays in the mailbox it came to
_BULK = re.compile(r"bulk|junk|list|auto_reply", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail read apart. Every text is fit to be stored and shown; none of it is proven."""

    meaning: Meaning
    message_id: str = ""
    sender: str = ""  # an address, lower-case; whoever writes can put any
    subject: str = ""
    text: str = ""
    answers_to: tuple[str, ...] = ()  # Message-IDs
    reply: CalendarReply | None = None
    bounce: Bounce | None = None


def read(raw: bytes) -> Mail:
    """Read a mail. One that cannot be read is a mail too: its meaning says so."""
    try:
        return _read(opened(raw))
    except Exception:  # noqa: BLE001 - the library has its own opinion of some broken mails, deep nesting among them
        return Mail(Meaning.UNREADABLE)


def _read(mail: Message) -> Mail:
    told = Mail(
        Meaning.UNREADABLE,
        message_id=next(iter(ids_in(mail, "Message-ID")), ""),
        sender=address_in(mail, "From"),
        subject=header(mail, "Subject", 300),
        text=said_in(mail, BODY),
        answers_to=ids_in(mail, "In-Reply-To", "References"),
    )
    if bounce := bounce_in(mail):
        return replace(told, meaning=Meaning.BOUNCE, bounce=bounce)
    if reply := reply_in(mail):
        return replace(told, meaning=Meaning.CALENDAR, reply=reply)
    if not told.sender:
        return told
    return replace(told, meaning=Meaning.AUTOMATIC if _is_automatic(mail) else Meaning.SAID)


def _is_automatic(mail: Message) -> bool:
    """Whether a program wrote it (RFC 3834, 5; RFC 2919 for lists): such a mail is no answer, and gets none."""
    said = first(mail, "Auto-Submitted").lower()
    if said and not said.startswith("no"):
        return True
    if any(first(mail, name) for name in ("X-Autoreply", "X-Autorespond", "List-Id", "List-Unsubscribe")):
        return True
    return bool(_BULK.search(first(mail, "Precedence"))) or first(mail, "Return-Path") == "<>"
