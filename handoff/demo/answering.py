"""What the demo's clients say of their times: one confirms, as their calendar did, and one has to be called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from handoff.confirmation.steps import EARLY, UNCONFIRMED
from handoff.confirming import confirm
from handoff.models import Appointment, Handoff
from handoff.reaching import client_address
from notifications.mail_in import keeping
from notifications.promises.timers import set_timer
from teams import connections, mailbox
from teams.models import MailboxConnection, Membership

ANSWERS = "answers@example.com"


def take_answers_in(*, boss: Membership, at: datetime) -> None:
    """Let the team have an address for answers, by which a provider would post them."""
    connection = connections.found(MailboxConnection, boss.team)
    mailbox.connect(connection=connection, values={"address": ANSWERS}, actor=boss, at=at)


def say_yes(handoff: Handoff, *, at: datetime) -> None:
    """Let the client's calendar accept, and the client press the button."""
    appointment = handoff.appointment
    if appointment is not None and appointment.starts_at > at:
        _come_in(
            handoff, subject="Accepted: your appointment", text="", reply=_reply(handoff, appointment, at=at), at=at
        )
        confirm(handoff=handoff, actor=None, at=at)


def decline(handoff: Handoff, *, at: datetime) -> None:
    """Let the client's calendar decline, of which nobody knows yet whether they meant it."""
    if handoff.appointment is not None:
        reply = _reply(handoff, handoff.appointment, at=at, said="DECLINED")
        _come_in(handoff, subject="Declined: your appointment", text="", reply=reply, at=at)


def say_nothing(handoff: Handoff, *, at: datetime) -> None:
    """Let it be time to call a client who has not confirmed, whatever hour the demo begins at; and have them write."""
    if handoff.appointment is not None and handoff.appointment.starts_at > at:
        for kind in (EARLY, UNCONFIRMED):
            set_timer(key=f"{handoff.about}|{kind}", kind=kind, about=handoff.about, due_at=at)
    text = "My sister would like to listen in. Is that all right?"
    _come_in(handoff, subject="Re: your appointment", text=text, at=at - timedelta(minutes=20))


def _come_in(handoff: Handoff, *, subject: str, text: str, at: datetime, reply: str = "") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = client_address(handoff), ANSWERS, subject
    mail["Message-ID"] = f"<demo-{handoff.pk}-{len(reply)}@example.com>"
    mail.set_content(text)
    if reply:
        mail.add_alternative(reply, subtype="calendar", params={"method": "REPLY"})
    connection = MailboxConnection.objects.get(team=handoff.team_id)
    if kept := keeping.keep(connection, mail.as_bytes(), source="webhook", at=at):
        keeping.apply(kept.pk, at=at)
        connections.note_working(connection, at=at)


def _reply(handoff: Handoff, appointment: Appointment, *, at: datetime, said: str = "ACCEPTED") -> str:
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{appointment.uid}",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}", f"SEQUENCE:{appointment.sequence}",
        f"ATTENDEE;PARTSTAT={said}:mailto:{client_address(handoff)}", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(lines)
