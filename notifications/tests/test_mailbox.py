"""A team's mailbox is looked into: each new mail is kept once and marked, and what goes wrong is told."""

from __future__ import annotations

from datetime import timedelta

import certifi
import pytest

from notifications.mail_in import imap
from notifications.models import MailboxReading, MailIn
from notifications.outbound import trust
from notifications.promises.drains import drain
from notifications.promises.timers import fire_due
from notifications.tests.certificates import make_certificate
from notifications.tests.mails import a_mail
from notifications.tests.peers.imap import a_mailbox
from notifications.tests.said import AT
from teams.mailbox import connect
from teams.models import MailboxConnection

pytestmark = pytest.mark.django_db

#: A little more than a look waits for the next.
MINUTE = timedelta(seconds=90)


@pytest.fixture
def peer():
    with a_mailbox() as served:
        yield served


def connected(team, boss, peer, **changes):
    values = {
        "address": "answers@example.org", "host": "127.0.0.1", "port": peer.port, "security": "none",
        "username": peer.user, "password": peer.password, "folder": "INBOX",
    }  # fmt: skip
    found = MailboxConnection.objects.filter(team=team).first() or MailboxConnection(team=team)
    connect(connection=found, values=values | changes, actor=boss, at=AT)
    return found


@pytest.fixture
def mailbox(team, boss, peer):
    found = connected(team, boss, peer)
    look()
    return found


def look(at=AT) -> str:
    drain(MailboxReading, at=at)
    return MailboxReading.objects.get().answer


def bodies() -> list[str]:
    for kept in MailIn.objects.filter(applied_at=None):
        fire_due(at=kept.received_at)
    return list(MailIn.objects.order_by("pk").values_list("body", flat=True))


def test_what_arrives_is_kept_and_marked_as_read(mailbox, peer):
    uid = peer.put(a_mail("Hello"))

    assert look(AT + MINUTE) == "1 new"

    assert bodies() == ["Hello"]
    assert peer.seen == {uid}
    assert MailIn.objects.get().source == "imap"
    mailbox.refresh_from_db()
    assert mailbox.worked_at >= AT + MINUTE


def test_what_lay_there_before_is_left_alone(team, boss, peer):
    peer.put(a_mail("Old"))
    connected(team, boss, peer)

    assert look() == "0 new"
    assert look(AT + MINUTE) == "0 new"
    assert (bodies(), peer.seen) == ([], set())


def test_each_mail_is_taken_once_a_minute_at_a_time(mailbox, peer):
    for number in range(1, 4):
        peer.put(a_mail(f"Mail {number}", Message_ID=f"<{number}@example.com>"))
        look(AT + number * MINUTE)
    assert look(AT + 9 * MINUTE) == "0 new"
    assert bodies() == ["Mail 1", "Mail 2", "Mail 3"]


def test_many_are_taken_in_turns(mailbox, peer):
    for number in range(30):
        peer.put(a_mail(f"{number}", Message_ID=f"<{number}@example.com>"))
    assert [look(AT + MINUTE), look(AT + 3 * MINUTE)] == ["25 new", "5 new"]
    assert MailIn.objects.count() == 30


def test_after_a_renumbering_nothing_is_lost_or_kept_twice(mailbox, peer):
    peer.put(a_mail("One", Message_ID="<1@example.com>"))
    look(AT + MINUTE)
    peer.put(a_mail("Two", Message_ID="<2@example.com>"))
    peer.renumber()

    look(AT + 3 * MINUTE)
    look(AT + 5 * MINUTE)

    assert bodies() == ["One", "Two"]


def test_one_who_died_between_keeping_and_marking_keeps_no_mail_twice(mailbox, peer):
    peer.put(a_mail("Hello"))
    look(AT + MINUTE)
    MailboxReading.objects.update(last_uid=0)
    look(AT + 3 * MINUTE)
    assert bodies() == ["Hello"]


def test_of_a_large_mail_the_beginning_is_fetched(mailbox, peer):
    peer.put(a_mail("Plan") + b"x" * 3_000_000)
    look(AT + MINUTE)
    assert bodies()[0].startswith("Plan")


def test_a_server_that_announces_too_much_is_left(mailbox, peer):
    peer.put(a_mail("Hello"))
    peer.oversize = 900_000_000
    assert look(AT + MINUTE) == "The mailbox did not answer, or not as it should."
    assert not MailIn.objects.exists()


def test_a_folder_that_is_not_there_is_refused_in_words(team, boss, peer):
    connected(team, boss, peer, folder="Nowhere")
    assert look() == "Folder “Nowhere” was not found."


def test_a_paused_or_forgotten_mailbox_is_not_asked(mailbox, peer):
    asked = len(peer.commands)
    MailboxConnection.objects.update(is_enabled=False)
    look(AT + MINUTE)
    MailboxConnection.objects.update(is_enabled=True, host="")
    look(AT + MINUTE)
    assert len(peer.commands) == asked


def test_an_address_of_a_private_network_is_not_dialled(team, boss, peer, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False
    connected(team, boss, peer)
    assert look() == "This name leads to an address that is not public."
    assert peer.commands == []


def test_a_silent_server_is_cut_off(mailbox, peer, monkeypatch):
    monkeypatch.setattr(imap, "TOTAL_LIMIT", 0.3)
    peer.hang = 0.2
    assert look(AT + MINUTE) == "The mailbox did not answer, or not as it should."


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_over_tls_the_certificate_is_asked_for_the_name(team, boss, tmp_path, monkeypatch, security):
    certificate = make_certificate(tmp_path)
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))
    trust.cache_clear()
    with a_mailbox(certificate=certificate, tls_at_once=security == "tls") as peer:
        connected(team, boss, peer, host="localhost", security=security)
        assert look() == "0 new"
        connected(team, boss, peer, host="127.0.0.1", security=security)
        assert look() == "The certificate of the mailbox was not accepted."
    trust.cache_clear()


def test_starttls_that_a_server_does_not_speak_is_no_reason_to_go_on_in_the_clear(team, boss, peer):
    connected(team, boss, peer, security="starttls")
    assert look() == "The server cannot make the connection safe (STARTTLS)."
    assert not any(command.startswith("LOGIN") for command in peer.commands)
