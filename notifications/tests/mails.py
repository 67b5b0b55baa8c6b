"""Mails as mail programs, calendars and mail servers write them."""

from __future__ import annotations

from email.message import EmailMessage

DANA, DESK = "dana@example.com", "answers@example.org"


def a_mail(text: str = "Can we talk at three instead?", **headers: str) -> bytes:
    """A mail by hand. ``headers`` by their names, with _ for -."""
    mail = EmailMessage()
    known = {"From": f"Dana Example <{DANA}>", "To": DESK, "Subject": "Re: Your call", "Message-ID": "<1@example.com>"}
    for name, value in (known | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        if value:
            mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


def a_reply(
    uid: str,
    *,
    partstat: str = "ACCEPTED",
    attendee: str = DANA,
    sequence: int = 0,
    stamp: str = "20261123T150000Z",
    method: str = "REPLY",
    message_id: str = "<reply-1@example.com>",
    text: str = "",
) -> bytes:
    """The mail of a calendar that replied, folded as calendars fold."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = attendee, DESK, message_id
    mail["Subject"] = f"{partstat.title()}: Call with Casey Sample"
    mail.set_content(text)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{uid[:20]}", f" {uid[20:]}",
        f"DTSTAMP:{stamp}", f"SEQUENCE:{sequence}", "ORGANIZER:mailto:baton@example.com",
        f'ATTENDEE;CN="Example; Dana: she";PARTSTAT={partstat};ROLE=REQ-PARTICIPANT:MAILTO:{attendee}',
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    mail.add_alternative("\r\n".join(lines), subtype="calendar", params={"method": method})
    return mail.as_bytes()


def a_bounce(message_id: str, *, action: str = "failed", recipient: str = DANA, code: str = "5.1.1") -> bytes:
    """A delivery status as servers write it (RFC 3464)."""
    return f"""From: Mail Delivery System <MAILER-DAEMON@mx.example.com>
To: baton@example.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-{action}-1@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I could not deliver your mail.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {code}
Diagnostic-Code: smtp; 550 {code} no such user here

--b
Content-Type: text/rfc822-headers

From: baton@example.com
To: {recipient}
Message-ID: {message_id}

--b--
""".replace("\n", "\r\n").encode()
