"""Mails as a real mail server receives them."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from icalendar import Calendar

from notifications.channels import mail_server
from notifications.deliveries import deliver
from notifications.models import Attempt, Delivery
from notifications.promises.claims import claim_due
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.promises.signals import given_up
from notifications.tests.said import AT, a_message, an_invite, owe_mail
from notifications.tests.test_invites import HOSTILE

pytestmark = pytest.mark.django_db


def send(at=AT):
    drain(Delivery, at=at, stream="email")


def parts(message):
    return [part for part in message.walk() if not part.is_multipart()]


def test_a_mail_holds_text_html_and_the_invite_twice(team, smtp_server):
    owe_mail(team, invite=an_invite())
    send()

    (message,) = smtp_server.messages
    assert [part.get_content_type() for part in parts(message)] == [
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    _, _, calendar, file = parts(message)
    assert calendar.get_param("method") == "REQUEST"
    assert str(calendar["Content-Type"]).count("charset") == 1
    assert file.get_filename() == "invite.ics"
    assert file.get_payload(decode=True) == calendar.get_payload(decode=True)
    assert message.get_content_type() == "multipart/mixed"
    assert message.get_payload(0).get_content_type() == "multipart/alternative"


def test_the_text_and_the_html_say_the_same(team, smtp_server):
    owe_mail(team)
    send()

    (message,) = smtp_server.messages
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()
        for word in ("Dana Example", "$450k", "Mueller", "Prefers texts", "http://testserver/h/1/", "Cannot take it"):
            assert word in text


@pytest.mark.parametrize(("name", "greeting"), [("Zoë Sample", "Hello Zoë,"), ("Cher", "Hello Cher,")])
def test_people_are_greeted_by_their_first_name(team, smtp_server, name, greeting):
    owe_mail(team, name=name)
    send()

    (message,) = smtp_server.messages
    for kind in ("plain", "html"):
        assert greeting in message.get_body((kind,)).get_content()


def test_a_mail_comes_from_the_installation_in_the_teams_name(team, smtp_server):
    team.reply_to = "desk@example.com"
    team.save()
    owe_mail(team)
    send()

    (message,) = smtp_server.messages
    assert message["From"] == f"{team.name} <baton@example.com>"
    assert message["Reply-To"] == "desk@example.com"
    assert message["To"] == "Dana Example <dana@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_resend_after_a_crash_is_the_same_mail(team, smtp_server):
    delivery = owe_mail(team, invite=an_invite(sequence=4))
    (claimed,) = claim_due(Delivery, at=AT, stream="email")
    deliver(claimed)  # the server said 250, and the process died before its mark
    Delivery.objects.filter(pk=delivery.pk).update(lease_until=Now() - timedelta(seconds=1))

    send(at=AT + timedelta(minutes=2))

    first, second = smtp_server.messages
    for head in ("Message-ID", "Date", "Subject", "To"):
        assert first[head] == second[head]
    assert parts(first)[3].get_payload(decode=True) == parts(second)[3].get_payload(decode=True)
    read = Calendar.from_ical(parts(second)[3].get_payload(decode=True)).walk("VEVENT")[0]
    assert (read["uid"], read["sequence"], read.decoded("dtstamp")) == ("appointment-1@baton.example.com", 4, AT)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.ambiguous) == (State.DONE, 2, 1)


def test_two_mails_never_share_a_name(team, smtp_server):
    owe_mail(team)
    owe_mail(team, email="lee@example.com")
    owe_mail(team, revision=2)
    send()

    assert len({message["Message-ID"] for message in smtp_server.messages}) == 3


def test_a_refused_mailbox_fails_at_once_and_is_announced(team, smtp_server):
    smtp_server.refuse["dana@example.com"] = "550 5.1.1 nobody here"
    delivery = owe_mail(team)
    told = []
    given_up.connect(lambda owed, **_: told.append(owed.answer), sender=Delivery, weak=False, dispatch_uid="test")
    send()
    given_up.disconnect(sender=Delivery, dispatch_uid="test")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer, delivery.attempts) == (State.FAILED, "550 5.1.1 nobody here", 1)
    assert told == ["550 5.1.1 nobody here"]


@pytest.mark.parametrize("answer", ["421 closing", "450 busy", "451 greylisted", "452 full"])
def test_a_passing_refusal_is_tried_again(team, smtp_server, answer):
    smtp_server.answers.append(answer)
    delivery = owe_mail(team)
    send()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == (State.WAITING, answer)
    assert Attempt.objects.get(delivery=delivery).succeeded is False

    send(at=delivery.due_at)

    delivery.refresh_from_db()
    assert delivery.state == State.DONE


@pytest.mark.parametrize("answer", ["552 too big", "554 spam"])
def test_a_final_refusal_is_not_tried_again(team, smtp_server, answer):
    smtp_server.answers.append(answer)
    delivery = owe_mail(team)
    send()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == (State.FAILED, answer)


def test_one_refused_mail_does_not_spoil_the_next(team, smtp_server):
    smtp_server.refuse["dana@example.com"] = "550 5.1.1 nobody here"
    owe_mail(team)
    owe_mail(team, email="lee@example.com", name="Lee")
    send()

    assert [message["To"] for message in smtp_server.messages] == ["Lee <lee@example.com>"]


def test_a_server_that_hangs_is_left_in_time(team, smtp_server, monkeypatch):
    monkeypatch.setattr(mail_server, "STEP_LIMIT", 0.3)
    smtp_server.hang = 2
    delivery = owe_mail(team)
    send()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == (State.WAITING, "No answer from the mail server in time.")


def test_a_whole_mail_has_a_time_limit_too(team, smtp_server, monkeypatch):
    monkeypatch.setattr(mail_server, "TOTAL_LIMIT", 0.4)
    smtp_server.hang = 2
    delivery = owe_mail(team)
    send()

    delivery.refresh_from_db()
    assert delivery.state == State.WAITING
    assert "cut off" in delivery.answer


def test_a_server_that_is_not_there_is_tried_again(team, smtp_server, settings):
    settings.EMAIL_PORT = 1
    delivery = owe_mail(team)
    send()

    delivery.refresh_from_db()
    assert delivery.state == State.WAITING


def test_the_connection_is_kept_from_mail_to_mail(team, smtp_server):
    for number in range(4):
        owe_mail(team, revision=number)
    send()

    assert len(smtp_server.messages) == 4
    assert smtp_server.connections == 1


def test_a_kept_connection_that_the_server_closed_is_opened_anew(team, smtp_server):
    owe_mail(team)
    send()
    (kept,) = mail_server._lines().values()
    line: Any = kept.backend
    line.connection.sock.shutdown(2)
    kept.used_at -= 5
    owe_mail(team, revision=2)
    send()

    assert len(smtp_server.messages) == 2
    assert smtp_server.connections == 2


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: spy@example.com", "x" * 400])
def test_what_is_no_address_fails_and_spoils_nothing(team, smtp_server, address):
    delivery = owe_mail(team, email=address)
    owe_mail(team, email="lee@example.com", name="Lee")
    send()

    delivery.refresh_from_db()
    assert delivery.state == State.FAILED
    assert [message["To"] for message in smtp_server.messages] == ["Lee <lee@example.com>"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_poisons_a_mail(team, smtp_server, text):
    team.name = text.replace("\x00", "")[:120] or "Team"
    team.save()
    said = a_message(title=f"Handoff: {text}", lead_in=text, lines=(text,), footer=text)
    owe_mail(team, name=text, message=said, invite=an_invite(summary=text))
    send()

    (message,) = smtp_server.messages
    assert message["Bcc"] is None
    assert set(message.keys()) <= {
        "Content-Type", "MIME-Version", "Subject", "From", "To", "Message-ID", "Date", "Auto-Submitted",
    }  # fmt: skip
    assert "<!channel>" not in message.get_body(("html",)).get_content()


def test_the_names_of_people_survive(team, smtp_server):
    owe_mail(team, name="דנה 🏡 Müller", message=a_message(title="Über Dana 🏡"))
    send()

    (message,) = smtp_server.messages
    assert "דנה 🏡 Müller" in str(message["To"])
    assert message["Subject"] == "Über Dana 🏡"


@pytest.mark.parametrize(
    ("problem", "permanent"),
    [
        (smtplib.SMTPAuthenticationError(535, b"bad login"), False),
        (smtplib.SMTPSenderRefused(553, b"not yours", "x"), True),
        (smtplib.SMTPConnectError(554, b"no service"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (ConnectionResetError("reset"), False),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), True),
        (KeyError("anything"), False),
    ],
)
def test_each_failure_has_its_class(problem, permanent):
    assert mail_server._told(problem).permanent is permanent
