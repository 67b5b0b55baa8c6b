"""Where answers to a team's mails come in: its mailbox, and a secret address that a mail provider may post to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from teams import connections
from teams.changes import note_change
from teams.models import MailboxConnection, Membership, Team
from teams.models.connections import new_inbound_key
from teams.signals import mailbox_connected

#: How a refusal begins, in our words or the server's (RFC 5530 names its codes), and what a team lead does about it.
WHAT_TO_DO = {
    "Login": "The mailbox does not take this user name and password: many providers want an app password",
    "Folder": "The mailbox has no such folder: check its name, most are called INBOX",
    "The certificate": "The server's certificate is not for this host name: check the name",
    "This name": "This host leads into a private network: give a server that the internet can reach",
    "The server cannot": "The server does not speak this way: choose the other kind of security, or its port",
}


def what_to_do(reason: str) -> str:
    """Say in words why the mailbox refused and what helps. ``reason`` is a sentence of ours, or begins with one."""
    known = next((words for start, words in WHAT_TO_DO.items() if reason.startswith(start)), "")
    return known or f"The mailbox said “{reason.rstrip('.')}”: check what you typed and save it again"


@transaction.atomic
def connect(*, connection: MailboxConnection, values: Mapping[str, Any], actor: Membership, at: datetime) -> None:
    """Take answers in from now on. ``values`` are by the names of the form's fields; without a host none is read."""
    for name, value in values.items():
        setattr(connection, name, value)
    if not connection.inbound_key:
        _new_key(connection)
    connections.begin_again(connection)
    way = f"read from {connection.host}" if connection.host else "posted by a provider"
    note_change(actor=actor, part="mailbox", words=f"Answers come in at {connection.address}, {way}", at=at)
    mailbox_connected.send(sender=MailboxConnection, connection=connection, at=at)


@transaction.atomic
def renew_address(*, connection: MailboxConnection, actor: Membership, at: datetime) -> None:
    """Make another secret address; what is posted to the old one is refused from now on."""
    _new_key(connection)
    connection.save(update_fields=["inbound_key", "key_mark"])
    note_change(actor=actor, part="mailbox", words="New address for providers: the old one is refused", at=at)


def mailbox_at(key: str) -> MailboxConnection | None:
    """Return the mailbox whose secret address this is."""
    found = MailboxConnection.objects.select_related("team").filter(key_mark=_mark(key))
    return found.exclude(address="").first()


def address_for_answers(team: Team) -> str:
    """Return where people answer to: where answers come in to Baton, else the team's own address; or nothing."""
    connection: MailboxConnection | None = getattr(team, "mailbox", None)
    if connection is not None and connection.is_ready:
        return connection.address
    return team.reply_to


def facts_of(connection: MailboxConnection) -> tuple[str, ...]:
    """Where answers go, for the overview."""
    if not connection.address:
        return ()
    return (f"answers go to {connection.address}", *([f"read from {connection.host}"] if connection.host else []))


def _new_key(connection: MailboxConnection) -> None:
    connection.inbound_key = new_inbound_key()
    connection.key_mark = _mark(connection.inbound_key)


def _mark(key: str) -> str:
    return salted_hmac("teams.mailbox", key, algorithm="sha256").hexdigest()
