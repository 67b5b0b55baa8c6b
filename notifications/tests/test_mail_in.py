"""Mails that a provider posts: kept first, applied once, at a secret address that can be taken away."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from notifications import consent
from notifications.mail_in import keeping
from notifications.models import Delivery, MailIn, Timer
from notifications.promises.drains import drain
from notifications.promises.timers import fire_due
from notifications.tests.mails import DANA, a_bounce, a_mail
from notifications.tests.said import AT, owe_mail
from teams.mailbox import connect, renew_address
from teams.models import MailboxConnection

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(team, boss):
    found = MailboxConnection(team=team)
    connect(connection=found, values={"address": "answers@example.org"}, actor=boss, at=AT)
    return found


def url(mailbox) -> str:
    return reverse("notifications:mail-in", args=[mailbox.inbound_key])


def post(mailbox, raw=None, **changes):
    said = {"data": a_mail() if raw is None else raw, "content_type": "message/rfc822"} | changes
    return Client().post(url(mailbox), **said)


def test_a_mail_is_kept_read_and_forgotten_as_it_came(mailbox):
    assert post(mailbox).status_code == 200

    kept = MailIn.objects.get()
    assert (kept.team, kept.source, kept.sender, kept.subject) == (
        mailbox.team, "webhook", "dana@example.com", "Re: Your call",
    )  # fmt: skip
    assert kept.body == "Can we talk at three instead?"
    assert (bytes(kept.raw), kept.is_known) == (b"", False)  # nobody here knows a Dana
    mailbox.refresh_from_db()
    assert mailbox.worked_at


def test_the_same_mail_again_is_kept_once(mailbox):
    for _ in range(3):
        assert post(mailbox).status_code == 200
    assert MailIn.objects.count() == 1


def test_mails_without_a_name_are_told_apart_by_what_they_say(mailbox):
    for text in ("One", "One", "Two"):
        post(mailbox, a_mail(text, Message_ID=""))
    assert MailIn.objects.count() == 2


@pytest.mark.parametrize("field", ["email", "body-mime", "message"])
def test_a_form_with_the_raw_mail_in_a_field_is_taken_as_providers_post_it(mailbox, field):
    assert Client().post(url(mailbox), {field: a_mail().decode(), "to": "x"}).status_code == 200
    assert MailIn.objects.get().body == "Can we talk at three instead?"


def test_so_is_a_file(mailbox):
    assert Client().post(url(mailbox), {"email": SimpleUploadedFile("mail.eml", a_mail())}).status_code == 200
    assert MailIn.objects.get().sender == "dana@example.com"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"raw": b""}, 400),
        ({"raw": b"{}", "content_type": "application/json"}, 400),
        ({"raw": b"--x", "content_type": "multipart/form-data"}, 400),
        ({"raw": b"a=b", "content_type": "application/x-www-form-urlencoded"}, 400),
        ({"raw": b"email=" + b"x" * 2_600_000, "content_type": "application/x-www-form-urlencoded"}, 413),
        ({"CONTENT_LENGTH": "25000001"}, 413),
    ],
)
def test_what_is_no_mail_is_refused_in_words(mailbox, changes, status):
    answer = post(mailbox, **changes)
    assert answer.status_code == status
    assert len(answer.content) > 20
    assert not MailIn.objects.exists()


def test_of_a_large_mail_the_beginning_counts(mailbox):
    raw = a_mail("Here is the plan.") + b"\r\n" + b"x" * (keeping.MOST + 500_000)
    assert post(mailbox, raw).status_code == 200
    assert MailIn.objects.get().body.startswith("Here is the plan.")


def test_an_old_or_foreign_address_is_none(mailbox, boss):
    old = url(mailbox)
    renew_address(connection=mailbox, actor=boss, at=AT)

    assert Client().post(old, a_mail(), content_type="message/rfc822").status_code == 404
    assert post(mailbox).status_code == 200
    assert Client().get(url(mailbox)).status_code == 405


def test_a_paused_team_asks_the_provider_to_come_again(mailbox):
    MailboxConnection.objects.update(is_enabled=False)
    assert post(mailbox).status_code == 503
    assert not MailIn.objects.exists()


def test_what_the_request_did_not_apply_the_sweep_does(mailbox):
    kept = keeping.keep(mailbox, a_mail(), source="webhook", at=AT)
    assert kept

    assert fire_due(at=AT) == 1
    assert MailIn.objects.get().applied_at == AT
    assert not keeping.apply(kept.pk, at=AT)


def test_a_mail_that_came_back_marks_its_delivery_and_no_other(mailbox, smtp_server):
    delivery, other = owe_mail(mailbox.team), owe_mail(mailbox.team, email="pat@example.com")
    drain(Delivery, at=AT, stream="email")
    sent = next(mail for mail in smtp_server.messages if "dana" in str(mail["To"]))

    post(mailbox, a_bounce(str(sent["Message-ID"])))
    post(mailbox, a_bounce(str(sent["Message-ID"])).replace(b"bounce-failed-1", b"bounce-failed-2"))

    delivery.refresh_from_db()
    other.refresh_from_db()
    assert delivery.came_back_at
    assert (delivery.state, delivery.why_back) == ("done", "550 5.1.1 no such user here")
    assert other.came_back_at is None
    assert all(MailIn.objects.values_list("is_known", flat=True))


@pytest.mark.parametrize(
    ("bounce", "may_still"),
    [
        ({}, False),
        ({"code": "5.2.1"}, False),
        ({"code": "5.2.2"}, True),  # full
        ({"code": "5.7.1"}, True),  # taken for spam
        ({"action": "delayed"}, True),
        ({"recipient": "forwarded-to@example.com"}, True),
    ],
)
def test_a_dead_address_gets_no_mail_that_nobody_asked_for(mailbox, smtp_server, bounce, may_still):
    owe_mail(mailbox.team)
    drain(Delivery, at=AT, stream="email")
    sent = smtp_server.messages[0]

    post(mailbox, a_bounce(str(sent["Message-ID"]), **bounce))

    assert consent.may_mail(mailbox.team_id, DANA) is may_still


def test_another_teams_mail_cannot_be_bounced(mailbox, smtp_server):
    delivery = owe_mail(mailbox.team)
    drain(Delivery, at=AT, stream="email")
    foreign = MailboxConnection(team=type(mailbox.team).objects.create(name="Other", slug="other"))
    foreign.inbound_key, foreign.address = "other", "a@example.net"
    connect(connection=foreign, values={"address": "a@example.net"}, actor=delivery.team.memberships.first(), at=AT)

    post(foreign, a_bounce(str(smtp_server.messages[0]["Message-ID"])))

    delivery.refresh_from_db()
    assert delivery.came_back_at is None


@pytest.mark.django_db(transaction=True)
def test_of_many_posts_at_once_one_is_kept(mailbox):
    def once() -> None:
        try:
            assert post(mailbox).status_code == 200
        finally:
            connections.close_all()

    threads = [threading.Thread(target=once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    connection.close()
    assert MailIn.objects.count() == 1
    assert Timer.objects.filter(kind="mail_in").count() == 1


def test_replies_are_asked_for_where_they_come_in(mailbox, smtp_server):
    owe_mail(mailbox.team)
    drain(Delivery, at=AT + timedelta(minutes=1), stream="email")
    assert smtp_server.messages[0]["Reply-To"] == "answers@example.org"
