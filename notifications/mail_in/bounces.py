"""Mails that came back (RFC 3464): which of ours, and what the other side says. A delay is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from notifications.mail_in.parts import address_in, first, ids_in, parts_of, said_in, text_in
from notifications.wording import one_line

#: How ``notifications.channels.email.message_id`` names a mail.
OUR_ID = re.compile(r"<[0-9a-f]{24}@[A-Za-z0-9.-]{1,200}>")
#: What speaks against the address itself (RFC 3463): no such mailbox or domain, or one that takes no mail any more.
#: A full mailbox, or mail taken for spam, says nothing of it.
DEAD = re.compile(r"\b5\.(?:1\.(?:1|2|3|6|10)|2\.1)\b")
#: Who writes where a server knows no delivery status (RFC 2142, and habit).
DAEMONS = ("mailer-daemon@", "postmaster@", "mail-daemon@")
#: Part of a mail that came back is shown, and in it the name that we gave it.
INSIDE = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that was not delivered: the Message-IDs it may have had, whom it was for (if said), and why.

    ``is_address_dead``: a delivery status says that the address takes no mail. A daemon's words alone never do.
    """

    message_ids: tuple[str, ...]
    recipient: str
    reason: str
    is_address_dead: bool = False


def bounce_in(mail: Message) -> Bounce | None:
    """Return what a mail says has come back; None if it says nothing like that."""
    status = next((part for part in parts_of(mail) if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        return _unstructured(mail)
    for fields in _recipients(status):
        if first(fields, "Action").lower() == "failed":
            diagnosis = first(fields, "Diagnostic-Code").partition(";")[2].strip()
            code = first(fields, "Status")
            recipient = first(fields, "Final-Recipient") or first(fields, "Original-Recipient")
            return Bounce(
                message_ids=_named_in(mail),
                recipient=one_line(recipient.partition(";")[2], 254).strip().strip("<>").lower(),
                reason=one_line(diagnosis or code or "No reason given.", 300),
                is_address_dead=bool(DEAD.search(code) or DEAD.search(diagnosis)),
            )
    return None


def _recipients(status: Message) -> list[Message]:
    """The blocks of a delivery status after the first, which is about the report as a whole (RFC 3464, 2.1)."""
    payload = status.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _unstructured(mail: Message) -> Bounce | None:
    """Older servers write in words: it is a bounce if a daemon writes of a mail of ours."""
    is_daemon = address_in(mail, "From").startswith(DAEMONS)
    named = tuple(each for each in _named_in(mail) if OUR_ID.fullmatch(each))
    if not (is_daemon and named):
        return None
    return Bounce(named, one_line(first(mail, "X-Failed-Recipients"), 254).lower(), one_line(said_in(mail, 300)))


def _named_in(mail: Message) -> tuple[str, ...]:
    found = list(ids_in(mail, "In-Reply-To", "References", "X-Original-Message-ID"))
    for part in parts_of(mail):
        if part.get_content_type() in INSIDE:
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                found += ids_in(inner[0], "Message-ID")
            else:
                found += OUR_ID.findall(text_in(part)[:50_000])
        elif part.get_content_maintype() == "text":
            found += OUR_ID.findall(text_in(part)[:50_000])
        elif part.get_content_type() == "message/delivery-status":
            for fields in _recipients(part):
                found += ids_in(fields, "Original-Envelope-Id", "X-Original-Message-ID")
    return tuple(dict.fromkeys(found))[:20]
