"""A team's own mail server: its mails go out by it, under the team's own address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from teams import connections
from teams.changes import note_change
from teams.models import MailConnection, Membership

LOGIN = "The mail server does not take this user name and password: type both again and save them"
#: What the first three digits of a refusal mean (RFC 4954, 6), and what a team lead does about it.
WHAT_TO_DO = {
    "530": "The mail server wants a login: give a user name and password",
    "534": "The mail server wants another way to sign in: many need an app password in place of your own",
    "535": LOGIN,
    "538": "The mail server wants encryption before a login: choose STARTTLS or TLS",
    "550": "The mail server does not let you send from this address: use one of the account's own",
    "553": "The mail server does not let you send from this address: use one of the account's own",
}
OTHERS = {
    "The certificate": "The server's certificate is not for this host name: check the name",
    "This name": "This host leads into a private network: give a server that the internet can reach",
    "The mail server cannot": "The mail server does not speak this way: choose the other kind of security, or its port",
}


def what_to_do(reason: str) -> str:
    """Say in words why the server refused and what helps. ``reason`` begins with a code, or is a sentence of ours."""
    known = WHAT_TO_DO.get(reason[:3]) or next(
        (words for start, words in OTHERS.items() if reason.startswith(start)), ""
    )
    return known or f"The mail server said “{reason.rstrip('.')}”: check what you typed and save it again"


@transaction.atomic
def connect(*, connection: MailConnection, values: Mapping[str, Any], actor: Membership, at: datetime) -> None:
    """Send the team's mails by this server from now on. ``values`` are by the names of ``MailConnection.keys``."""
    for name in connection.keys:
        setattr(connection, name, values[name])
    connections.begin_again(connection)
    words = f"Mails go out by {connection.host}:{connection.port} from {connection.from_address}"
    note_change(actor=actor, part="smtp", words=words, at=at)


def facts_of(connection: MailConnection) -> tuple[str, ...]:
    """From where mails come, for the overview."""
    return (f"from {connection.from_address}", f"by {connection.host}") if connection.host else ()
