"""A mailbox that cannot be read is a person's task: one, until it is read again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from leads.models import Task
from notifications.models import MailboxReading
from notifications.promises.drains import drain
from notifications.tests.mails import a_mail
from notifications.tests.peers.imap import a_mailbox
from notifications.tests.said import AT
from teams.mailbox import connect
from teams.models import MailboxConnection
from teams.tests.factories import lead

pytestmark = pytest.mark.django_db

MINUTE = timedelta(seconds=90)


@pytest.fixture
def peer():
    with a_mailbox() as served:
        yield served


@pytest.fixture
def mailbox(peer):
    boss = lead()
    values = {
        "address": "answers@example.org", "host": "127.0.0.1", "port": peer.port, "security": "none",
        "username": peer.user, "password": peer.password, "folder": "INBOX",
    }  # fmt: skip
    found = MailboxConnection(team=boss.team)
    connect(connection=found, values=values, actor=boss, at=AT)
    look()
    return found


def look(at=AT) -> str:
    drain(MailboxReading, at=at)
    return MailboxReading.objects.get().answer


def test_a_refused_login_is_flagged_told_once_and_never_quotes_the_password(mailbox, peer):
    peer.password = "another"
    for number in range(1, 4):
        look(AT + number * timedelta(hours=1))

    mailbox.refresh_from_db()
    assert mailbox.flagged_reason == "Login refused."
    (task,) = Task.objects.open()
    assert task.title.startswith("Answers are not read: The mailbox does not take this user name and password")
    assert task.link == reverse("teams:mailbox")
    assert "a secret password" not in f"{task.detail}{MailboxReading.objects.get().answer}"


def test_once_it_is_mended_the_task_is_done(mailbox, peer):
    right, peer.password = peer.password, "another"
    look(AT + timedelta(hours=1))
    peer.password = right
    peer.put(a_mail("Meanwhile"))

    assert look(AT + timedelta(hours=2)) == "1 new"

    assert not Task.objects.open().exists()
    mailbox.refresh_from_db()
    assert mailbox.flagged_reason == ""


def test_a_server_that_is_down_is_asked_again_and_told_of_after_half_an_hour(mailbox, peer):
    peer.is_down = True
    look(AT + MINUTE)
    assert not Task.objects.exists()
    for _ in range(20):
        look(MailboxReading.objects.get().due_at + timedelta(seconds=1))
    assert Task.objects.open().count() == 1
    assert MailboxConnection.objects.get().flagged_reason == ""  # it may only be having a bad day


def test_a_sweep_that_was_down_for_hours_goes_on_where_it_was(mailbox, peer):
    peer.put(a_mail("Meanwhile"))
    assert look(AT + timedelta(hours=9)) == "1 new"
    assert not Task.objects.exists()
